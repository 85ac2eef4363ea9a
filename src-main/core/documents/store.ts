/** Letters in the vault: the file, its pages with words, and what is offered for the chart. */
import { z } from 'zod';
import { type Proposal, proposal as proposalShape, word as wordShape } from '../../../src-shared/contract/documents.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Context, Db, RunningJob, Tx } from '../context.ts';
import { hiddenFrom, putResource } from '../records/index.ts';
import type { StoredFile, WrittenFile } from '../vault/index.ts';
import { type Entity, extractEntities } from './entities/index.ts';
import { recogniseLetter } from './letter.ts';
import { READ_BY_UNKNOWN, readBy } from './read-by.ts';
import type { RecogniseOptions } from './recognise.ts';
import { otherPersonIn } from './whose.ts';

export interface NewDocument {
  patient: string;
  name: string;
  title: string;
  bytes: Uint8Array;
  engine: RecogniseOptions['engine'];
  language?: string;
}

interface PageRow {
  page: number;
  width: number;
  height: number;
  rotation: number;
  source: string;
  language: string;
  text: string;
  words: string;
  image: string;
}
interface ProposalRow {
  id: string;
  entity: string;
  state: Proposal['state'];
  resource_type: string | null;
  resource_id: string | null;
}

const words = z.array(wordShape);
type Word = z.output<typeof wordShape>;
// Written by this program from an Entity of its own.
const entityOf = (row: { entity: string }) => JSON.parse(row.entity) as Entity;

/** Reads a letter and keeps it, in one transaction at the end: cancelled or refused, nothing stays behind. */
export async function addDocument(context: Context, wanted: NewDocument, job: RunningJob): Promise<{ document: string }> {
  const letter = await recogniseLetter(wanted.bytes, {
    engine: wanted.engine,
    language: wanted.language,
    signal: job.signal,
    onProgress: ({ page, pages, done }) =>
      job.progress(Math.round(done * pages * 100) / 100, pages, `Reading a letter, page ${page} of ${pages}`),
  });
  const reader = readBy(wanted.engine, letter.pages);
  const written: WrittenFile[] = [];
  try {
    written.push(await context.vault.files.write(wanted.patient, wanted.name, mediaType(wanted.bytes), wanted.bytes));
    for (const page of letter.pages)
      written.push(await context.vault.files.write(wanted.patient, `page-${page.page}`, page.image.type, page.image.bytes));
    job.signal.throwIfAborted();
    return context.write({ action: 'C', procedure: 'documents.add', patient: wanted.patient }, (tx) => {
      const [file, ...images] = written.map((one) => ({ ...one, id: context.vault.files.record(tx.db, one, tx.at) }));
      if (!file) throw new Error('the letter has no file');
      const title = wanted.title || titleOf(letter.pages[0]?.text ?? '', wanted.name);
      const { id } = putResource(tx, documentReference(tx, wanted.patient, title, file), {
        patient: wanted.patient,
        origin: 'imported',
        file: file.id,
      });
      tx.db
        .prepare("INSERT INTO document (id, patient, title, added_at, state, read_by) VALUES (?, ?, ?, ?, 'read', ?)")
        .run(id, wanted.patient, title, tx.at, reader);
      const insertPage = tx.db.prepare(
        'INSERT INTO document_page (document, page, width, height, rotation, source, language, text, words, image) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      );
      letter.pages.forEach((page, index) => {
        const kept = page.words.map(
          (one): Word => ({ text: one.text, box: one.box, confidence: one.confidence, doubtful: one.doubtful, line: one.line }),
        );
        insertPage.run(
          id,
          page.page,
          page.width,
          page.height,
          page.rotation,
          page.source,
          page.language,
          page.text,
          JSON.stringify(kept),
          images[index]?.id ?? '',
        );
        indexPage(tx.db, id, page.page, page.text);
      });
      const offered = offer(tx, id, letter.entities);
      tx.model(reader, `lines offered: ${offered}; pages read: ${letter.pages.length}`);
      tx.changed(['documents', 'chart'], wanted.patient);
      return { document: id };
    });
  } catch (thrown) {
    for (const one of written) if (!context.vault.files.find(one.id)) context.vault.files.drop(one);
    throw thrown;
  }
}

export function getDocument(db: Db, patient: string, id: string): Output<'documents.get'> {
  const document = documentOf(db, patient, id);
  const pages = pagesOf(db, id).map(({ image: _image, words: text, ...page }) => ({
    ...page,
    words: words.parse(JSON.parse(text)),
  }));
  const proposals = db
    .prepare<[string], ProposalRow>(
      'SELECT id, entity, state, resource_type, resource_id FROM document_proposal WHERE document = ? ORDER BY n',
    )
    .all(id)
    .map(proposalOf);
  const person = db
    .prepare<[string], { family: string; given: string; birthDate: string | null }>(
      'SELECT family, given, birth_date AS birthDate FROM patient_row WHERE id = ?',
    )
    .get(patient);
  const otherPerson =
    person &&
    otherPersonIn(
      pages.map((page) => page.text),
      { ...person, birthDate: person.birthDate ?? undefined },
    );
  return { id, title: document.title, addedAt: document.added_at, state: document.state, pages, proposals, otherPerson };
}

/** The encrypted file with the straightened picture of a page. */
export function pageImage(db: Db, patient: string, id: string, page: number): string {
  documentOf(db, patient, id);
  const found = pagesOf(db, id).find((one) => one.page === page);
  if (!found) throw new AppError('not-found', { what: 'page' });
  return found.image;
}

/** Puts a person's reading of a word in place of the machine's, and looks again at what the letter says. */
export function correctWord(tx: Tx, patient: string, id: string, page: number, index: number, text: string): void {
  documentOf(tx.db, patient, id);
  const pages = pagesOf(tx.db, id);
  const found = pages.find((one) => one.page === page);
  const list = found ? words.parse(JSON.parse(found.words)) : [];
  const word = list[index];
  if (!found || !word) throw new AppError('not-found', { what: 'word' });
  list[index] = { ...word, text, doubtful: false, confidence: 1, corrected: true };
  const lines = new Map<number, string[]>();
  for (const one of list) lines.set(one.line, [...(lines.get(one.line) ?? []), one.text]);
  found.text = [...lines.values()].map((line) => line.join(' ')).join('\n');
  found.words = JSON.stringify(list);
  tx.db
    .prepare('UPDATE document_page SET text = ?, words = ? WHERE document = ? AND page = ?')
    .run(found.text, found.words, id, page);
  tx.db.prepare('DELETE FROM document_text WHERE document = ? AND page = ?').run(id, page);
  indexPage(tx.db, id, page, found.text);
  offer(
    tx,
    id,
    extractEntities(
      pages.map((one) => ({ ...one, words: words.parse(JSON.parse(one.words)) })),
      { language: found.language },
    ),
  );
  tx.model(readerOf(tx.db, id), 'a word corrected');
  tx.touched({ type: 'DocumentReference', id });
  tx.changed(['documents'], patient);
}

/** The engines that read a letter, as the log names a model. */
function readerOf(db: Db, id: string): string {
  return db.prepare<[string], string | null>('SELECT read_by FROM document WHERE id = ?').pluck().get(id) ?? READ_BY_UNKNOWN;
}

/** A proposal that nobody has decided upon. Throws `not-found` or `conflict`. */
export function openProposal(db: Db, patient: string, id: string, proposal: string): Entity {
  documentOf(db, patient, id);
  const row = db
    .prepare<[string, string], ProposalRow>(
      'SELECT id, entity, state, resource_type, resource_id FROM document_proposal WHERE id = ? AND document = ?',
    )
    .get(proposal, id);
  if (!row) throw new AppError('not-found', { what: 'proposal' });
  if (row.state !== 'offered') throw new AppError('conflict');
  return entityOf(row);
}

/** @param how for the log, beside the engines that offered it: what kind of line, and what a person did with it; never what it says */
export function decideProposal(
  tx: Tx,
  { document, proposal, how }: { document: string; proposal: string; how: string },
  state: 'accepted' | 'set-aside',
  resource?: { type: string; id: string },
): void {
  tx.model(readerOf(tx.db, document), how);
  tx.db
    .prepare('UPDATE document_proposal SET state = ?, resource_type = ?, resource_id = ?, by = ?, at = ? WHERE id = ?')
    .run(state, resource?.type ?? null, resource?.id ?? null, tx.author, tx.at, proposal);
}

/** Letters by their words, among the patients of this person's care. */
export function findDocuments(
  context: Context,
  text: string,
  patient: string | undefined,
  limit: number,
): Output<'documents.find'> {
  const {
    person,
    vault: { db },
  } = context;
  const terms = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (terms.length === 0) return { results: [] };
  const match = terms.map((term, index) => (index === terms.length - 1 ? `"${term}"*` : `"${term}"`)).join(' ');
  const rows = db
    .prepare<unknown[], { patient: string; name: string; document: string; title: string; page: number; snippet: string }>(
      `SELECT d.patient, p.name, d.id AS document, d.title, t.page, snippet(document_text, 0, '', '', '…', 16) AS snippet
       FROM document_text t JOIN document d ON d.id = t.document JOIN patient_row p ON p.id = d.patient JOIN care_team c ON c.patient = d.patient AND c.person = ?
       JOIN resource r ON r.type = 'DocumentReference' AND r.id = d.id AND r.deleted = 0
       WHERE document_text MATCH ? AND (? IS NULL OR d.patient = ?) ORDER BY rank LIMIT ?`,
    )
    .all(person.id, match, patient ?? null, patient ?? null, limit);
  const hidden = new Map([...new Set(rows.map((row) => row.patient))].map((of) => [of, hiddenFrom(context, of)]));
  const shown = rows.filter((row) => !hidden.get(row.patient)?.has(`DocumentReference/${row.document}`));
  return {
    results: shown.map(({ name, patient: of, ...row }) => ({
      ...row,
      patient: of as Output<'documents.find'>['results'][number]['patient'],
      patientName: name,
    })),
  };
}

/** Replaces what is still on offer; what a person has decided upon stays and is not offered again. @returns how many are on offer */
function offer(tx: Tx, document: string, entities: readonly Entity[]): number {
  const key = (entity: Entity) => `${entity.kind}/${entity.page}/${entity.box.join(',')}`;
  const decided = tx.db
    .prepare<[string], ProposalRow>(
      "SELECT id, entity, state, resource_type, resource_id FROM document_proposal WHERE document = ? AND state <> 'offered'",
    )
    .all(document);
  const known = new Set(decided.map((row) => key(entityOf(row))));
  tx.db.prepare("DELETE FROM document_proposal WHERE document = ? AND state = 'offered'").run(document);
  const insert = tx.db.prepare("INSERT INTO document_proposal (id, document, n, entity, state) VALUES (?, ?, ?, ?, 'offered')");
  let offered = 0;
  entities.forEach((entity, n) => {
    // A date by itself is no chart entry.
    if (entity.kind === 'date' || known.has(key(entity))) return;
    insert.run(tx.chance.id(), document, n, JSON.stringify(entity));
    offered += 1;
  });
  return offered;
}

function documentOf(
  db: Db,
  patient: string,
  id: string,
): { title: string; added_at: string; state: 'reading' | 'read' | 'failed' } {
  const row = db
    .prepare<[string, string], { title: string; added_at: string; state: 'reading' | 'read' | 'failed' }>(
      "SELECT d.title, d.added_at, d.state FROM document d JOIN resource r ON r.type = 'DocumentReference' AND r.id = d.id AND r.deleted = 0 WHERE d.id = ? AND d.patient = ?",
    )
    .get(id, patient);
  if (!row) throw new AppError('not-found', { what: 'document' });
  return row;
}

function pagesOf(db: Db, id: string): PageRow[] {
  return db
    .prepare<[string], PageRow>(
      'SELECT page, width, height, rotation, source, language, text, words, image FROM document_page WHERE document = ? ORDER BY page',
    )
    .all(id);
}

function proposalOf(row: ProposalRow): Proposal {
  return proposalShape.parse({
    ...entityOf(row),
    id: row.id,
    state: row.state,
    ...(row.resource_type && row.resource_id ? { resource: { type: row.resource_type, id: row.resource_id } } : {}),
  });
}

function indexPage(db: Db, document: string, page: number, text: string): void {
  db.prepare('INSERT INTO document_text (text, document, page) VALUES (?, ?, ?)').run(text, document, page);
}

function documentReference(tx: Tx, patient: string, title: string, file: StoredFile): FhirResource {
  return {
    resourceType: 'DocumentReference',
    id: tx.chance.id(),
    status: 'current',
    type: { text: 'Letter' },
    subject: { reference: `Patient/${patient}` },
    date: tx.at,
    description: title,
    content: [
      {
        attachment: {
          contentType: file.mediaType,
          url: `urn:lamplight:file:${file.id}`,
          size: file.size,
          hash: Buffer.from(file.sha256, 'hex').toString('base64'),
          title,
        },
      },
    ],
  };
}

/** The first line with a few words in it: letters begin with who writes or what it is. */
function titleOf(text: string, name: string): string {
  const line = text.split('\n').find((one) => (one.match(/\p{L}{3,}/gu) ?? []).length >= 2);
  return (line ?? name).slice(0, 120);
}

function mediaType(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (start.startsWith('%PDF')) return 'application/pdf';
  if (start.startsWith('\x89PNG')) return 'image/png';
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'image/tiff';
  return start.startsWith('RIFF') ? 'image/webp' : 'image/jpeg';
}
