/**
 * Erasure of a patient. First, in one transaction: every row goes, the key of the files with them (what lies on the disk is noise from then on), and the deletions
 * for the server are queued. Then what lies outside of rows: files, pieces in free pages and indexes, older copies. A power cut between the two is caught up at the
 * next opening. Last comes the proof.
 */
import { z } from 'zod';
import type { ParsedInput } from '../../../src-shared/contract/index.ts';
import type { ErasureProof } from '../../../src-shared/contract/lifetime.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, Tx } from '../context.ts';
import { nameOfWorkstation, tell } from '../ledger/index.ts';
import { isoTime } from '../ports.ts';
import { hashOf, headOf, sql } from '../records/index.ts';
import { backupsHolding, entriesNaming, serverHolding, tellsOthers } from './consequences.ts';
import { refuseHeld } from './holds.ts';
import { type Signer, signProof } from './proof.ts';
import { nameOf, personName } from './removed.ts';
import { needsSecondPerson } from './rules.ts';
import { removeOlderCopies, scrubDatabase } from './scrub.ts';
import { eraseRows } from './tables.ts';

type Wish = ParsedInput<'erasure.erase'>;

interface Request {
  id: string;
  ground: Wish['ground'];
  reason: string;
  requested_by: string;
  requested_at: string;
}

/** `Type/id` that the others are told; by the patient's pseudonym they find more. */
const TARGETS_MAX = 50_000;

/** What the second half needs to know of the first; it names nobody. */
const draftShape = z.object({
  by: z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()), at: z.string() }),
  confirmedBy: z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()), at: z.string() }),
  clinic: z.string(),
  resources: z.number(),
  versions: z.number(),
  rows: z.record(z.string(), z.number()),
  contents: z.string(),
  fileKey: z.string().nullable(),
  files: z.array(z.object({ id: z.string(), size: z.number() })),
  mentions: z.number(),
  naming: z.number(),
  backups: z.object({ known: z.number(), lastExpires: z.string().nullable(), say: z.string() }),
  server: z.object({ paired: z.boolean(), deletionsToSend: z.number(), files: z.number(), say: z.string() }),
  /** Other workstations and the server hear of it. */
  told: z.boolean().default(false),
});
export type Draft = z.output<typeof draftShape>;

/** Checks everything that speaks against it. @throws AppError `not-found`, `legal-hold`, `name-not-confirmed`, `invalid-input`, `busy` */
export function checkWish(context: Context, { patient, confirm, reason }: Wish): void {
  const { db } = context.vault;
  const name = headOf(db, 'Patient', patient) === undefined ? undefined : nameOf(db, patient);
  if (name === undefined) throw new AppError('not-found', { what: 'patient' });
  refuseHeld(db, patient);
  if (![`${name.given} ${name.family}`, `${name.family} ${name.given}`].some((one) => folded(one) === folded(confirm)))
    throw new AppError('name-not-confirmed');
  const words = folded(reason).split(' ');
  const telling = [...folded(name.family).split(' '), ...name.identifiers.map(folded)].filter((word) => word.length >= 4);
  // The reason stays for years in a proof that names nobody.
  if (telling.some((word) => words.includes(word)))
    throw new AppError('invalid-input', {
      what: 'the reason names the patient; it stays in the proof, so leave name and numbers out',
    });
  if (context.jobs.list().some((job) => job.state === 'running' && job.patient === patient)) throw new AppError('busy');
}

/** The open wish of somebody else, which this person may confirm; null where this person may erase by themselves. Undefined: a second person must confirm first. */
export function wishOf(context: Context, patient: string): Request | null | undefined {
  const { db } = context.vault;
  const open = sql<Request>(
    db,
    "SELECT id, ground, reason, requested_by, requested_at FROM erasure WHERE patient = ? AND state = 'requested' ORDER BY requested_at DESC LIMIT 1",
  ).get(patient);
  if (open !== undefined && open.requested_by !== context.person.id) return open;
  return needsSecondPerson(db) ? undefined : null;
}

/** Notes that somebody wants it. @returns the id of the wish, the same where it is there already */
export function ask(context: Context, wish: Wish): string {
  const { db } = context.vault;
  const open = sql<{ id: string }>(db, "SELECT id FROM erasure WHERE patient = ? AND state = 'requested'").get(wish.patient);
  if (open !== undefined) return open.id;
  const id = context.chance.id();
  context.write({ action: 'C', procedure: 'erasure.erase', patient: wish.patient, reason: 'waits for a second person' }, (tx) => {
    insert(tx, id, wish, context.person.id, 'requested');
    tx.touched({ type: 'Erasure', id });
    tx.changed(['lifetime'], wish.patient);
  });
  return id;
}

/** Does it. @param wish of somebody else, or null */
export function erase(
  context: Context,
  log: Signer,
  wanted: Wish,
  wish: Request | null,
  progress: (done: number) => void,
): ErasureProof {
  const { vault, person } = context;
  const { patient } = wanted;
  const id = wish?.id ?? context.chance.id();
  const files = context.write(
    { action: 'D', procedure: 'erasure.erase', patient, reason: wish?.ground ?? wanted.ground },
    (tx) => {
      // Once more, inside the transaction that does it.
      refuseHeld(tx.db, patient);
      const backups = backupsHolding(tx.db, patient);
      if (wish === null) {
        sql(tx.db, "UPDATE erasure SET state = 'withdrawn' WHERE patient = ? AND state = 'requested'").run(patient);
        insert(tx, id, wanted, person.id, 'rows-gone');
      }
      const confirmed = { id: person.id, name: person.displayName, roles: [...person.roles], at: tx.at };
      const asked =
        wish === null
          ? confirmed
          : { id: wish.requested_by, name: personName(tx.db, wish.requested_by), roles: [], at: wish.requested_at };
      const name = nameOf(tx.db, patient);
      const naming = entriesNaming(
        tx.db,
        patient,
        name === undefined ? [] : [folded(name.family), ...name.identifiers.map(folded)],
      );
      const others = tellsOthers(tx.db);
      const erased = eraseRows(tx.db, patient);
      const { atServer, filesAtServer, targets, unsent: _unsent, ...counts } = erased;
      // What never left this vault is for this vault alone: elsewhere the same id may be somebody whose record is needed.
      const told = others || atServer > 0;
      if (told)
        tell(tx.db, {
          kind: 'erasure',
          id,
          patient,
          ground: wish?.ground ?? wanted.ground,
          at: tx.at,
          targets: targets.slice(0, TARGETS_MAX),
        });
      const draft: Draft = {
        by: asked,
        confirmedBy: confirmed,
        clinic: clinicOf(tx),
        ...counts,
        naming,
        backups,
        server: serverHolding(tx.db, { deletions: atServer, files: filesAtServer }),
        told,
      };
      sql(tx.db, "UPDATE erasure SET state = 'rows-gone', confirmed_by = ?, erased_at = ?, draft = ? WHERE id = ?").run(
        person.id,
        tx.at,
        JSON.stringify(draft),
        id,
      );
      tx.touched({ type: 'Patient', id: patient });
      tx.changed(['patients', 'chart', 'documents', 'images', 'readings', 'drafts', 'sync', 'lifetime'], patient);
      return erased.files;
    },
  );
  progress(1);
  vault.files.destroy(
    patient,
    files.map((file) => file.id),
  );
  progress(2);
  return finish(context, log, id);
}

/** Catches up with erasures that a power cut or a full disk has interrupted after their rows were gone. */
export function finishErasures(context: Context, log: Signer): void {
  const rows = sql<{ id: string; patient: string; draft: string }>(
    context.vault.db,
    "SELECT id, patient, draft FROM erasure WHERE state = 'rows-gone'",
  ).all();
  for (const { id, patient, draft } of rows) {
    context.vault.files.destroy(
      patient,
      draftShape.parse(JSON.parse(draft)).files.map((file) => file.id),
    );
    finish(context, log, id);
  }
}

/** Everything outside of the rows, then the proof. */
export function finish(context: Context, log: Signer, id: string): ErasureProof {
  const { vault } = context;
  const row = sql<{ patient: string; ground: Wish['ground']; reason: string; erased_at: string; draft: string }>(
    vault.db,
    'SELECT patient, ground, reason, erased_at, draft FROM erasure WHERE id = ?',
  ).get(id);
  if (row === undefined) throw new AppError('not-found', { what: 'erasure' });
  const draft = draftShape.parse(JSON.parse(row.draft));
  const olderCopies = removeOlderCopies(vault.dir);
  const database = scrubDatabase(vault.db);
  const entries = sql<{ n: number }>(vault.db, 'SELECT count(*) AS n FROM audit WHERE patient = ?').get(row.patient)?.n ?? 0;
  const proof = signProof(log, {
    kind: 'lamplight-erasure-proof',
    format: 1,
    id,
    vault: vault.id,
    device: context.device,
    clinic: draft.clinic,
    patient: row.patient,
    ground: row.ground,
    reason: row.reason,
    requestedBy: draft.by,
    confirmedBy: draft.confirmedBy,
    erasedAt: row.erased_at,
    finishedAt: isoTime(context.clock),
    destroyed: {
      resources: draft.resources,
      versions: draft.versions,
      rows: draft.rows,
      contents: draft.contents,
      fileKey: draft.fileKey,
      olderCopies,
      files: { count: draft.files.length, bytes: draft.files.reduce((sum, file) => sum + file.size, 0) },
    },
    database,
    consequences: {
      backups: draft.backups,
      server: draft.server,
      otherRecords: {
        count: draft.mentions,
        say:
          draft.mentions === 0
            ? 'No other record refers to this one.'
            : `${draft.mentions} entries in the records of others refer to this one by its pseudonym; they belong to those records and were left as they are.`,
      },
      log: {
        entries,
        naming: draft.naming,
        say: `The log keeps its ${entries} entries on this record by pseudonym, without content, because it has to stay whole.${draft.naming === 0 ? '' : ` In ${draft.naming} of them somebody wrote the name or number into a reason; those cannot be changed without breaking the chain.`}`,
      },
      disk: 'Pages that a disk has replaced by itself may hold older encrypted blocks; without the vault key they are noise. Rotate the vault key to put them out of reach of everybody.',
    },
  });
  context.write(
    {
      action: 'D',
      procedure: 'erasure.proof',
      patient: row.patient,
      reason: `sha256 ${hashOf(JSON.stringify(proof)).slice(0, 16)}`,
    },
    (tx) => {
      sql(tx.db, "UPDATE erasure SET state = 'done', draft = NULL, proof = ? WHERE id = ?").run(JSON.stringify(proof), id);
      if (draft.told)
        tellDone(tx, id, { versions: draft.versions, files: draft.files.length, proof: hashOf(JSON.stringify(proof)) });
      tx.touched({ type: 'Erasure', id });
      tx.changed(['lifetime']);
    },
  );
  return proof;
}

/** Says to the others that it is done here. */
export function tellDone(tx: Tx, erasure: string, done: { versions: number; files: number; proof?: string }): void {
  tell(tx.db, {
    kind: 'erasure-done',
    id: `${erasure}:${tx.device}`,
    erasure,
    name: nameOfWorkstation(tx.device),
    at: tx.at,
    ...done,
  });
}

function insert(tx: Tx, id: string, wish: Wish, by: string, state: 'requested' | 'rows-gone'): void {
  sql(
    tx.db,
    'INSERT INTO erasure (id, patient, state, ground, reason, requested_by, requested_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(id, wish.patient, state, wish.ground, wish.reason, by, tx.at);
}

export function clinicOf(tx: Tx): string {
  const row = sql<{ value: string }>(tx.db, "SELECT value FROM setting WHERE key = 'clinic'").get();
  return row === undefined ? '' : String(JSON.parse(row.value));
}

/** As two people would say that it is the same name. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLocaleLowerCase('en')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
