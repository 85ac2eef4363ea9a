/** Everything about one patient in one zip (GDPR 15 and 20): the record as FHIR, the files as they came, a page to read, and who has seen it. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { CHUNK_BYTES_MAX } from '../../../src-shared/contract/wire.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, RunningJob } from '../context.ts';
import { isoTime } from '../ports.ts';
import { exportRecords, hiddenFrom, sql } from '../records/index.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { nameOf } from './removed.ts';
import { seenBy, summaryPage } from './summary-page.ts';

/** Bytes of files that go into one zip. */
const FILES_BYTES_MAX = 4_000_000_000;
/** Compresses no further where it is compressed already. */
const COMPRESSED = /^(image\/(jpeg|png|webp)|application\/(pdf|zip))/;

interface FileRow {
  id: string;
  name: string;
  size: number;
  media_type: string;
}

/** Writes the zip, encrypted. @returns it with the name to save it under, which names nobody */
export async function makeSubjectAccess(
  context: Context,
  patient: string,
  job: RunningJob,
): Promise<{ name: string; files: number; outgoing: Outgoing }> {
  const { db, dir, files: vaultFiles } = context.vault;
  const who = nameOf(db, patient);
  if (who === undefined) throw new AppError('not-found', { what: 'patient' });
  // Everything or nothing: a copy with silent gaps is none.
  if (hiddenFrom(context, patient).size > 0) throw new AppError('hidden-for-sensitivity');
  const files = sql<FileRow>(db, 'SELECT id, name, size, media_type FROM file WHERE patient = ? ORDER BY created_at, id').all(
    patient,
  );
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > FILES_BYTES_MAX)
    throw new AppError('file-too-large', { size: `${Math.round(bytes / 1e6)} MB`, limit: `${FILES_BYTES_MAX / 1e6} MB` });

  const outgoing = createOutgoing(dir, context.chance);
  try {
    const zip = new Zip((error, piece) => {
      if (error) throw error;
      outgoing.write(piece);
    });
    const add = (name: string, text: string) => {
      const entry = new ZipDeflate(name, { level: 6 });
      zip.add(entry);
      entry.push(Buffer.from(text, 'utf8'), true);
    };
    const names = fileNames(files);
    const seen = seenBy(db, patient);
    add(
      'READ-ME-FIRST.html',
      summaryPage(db, {
        patient,
        who,
        at: isoTime(context.clock),
        by: context.person.displayName,
        files: [...names.values()],
        seen,
      }),
    );
    add('record.fhir.json', exportRecords(context, { patient, format: 'fhir' }));
    add('who-has-seen-it.json', `${JSON.stringify(seen, null, 1)}\n`);
    let done = 0;
    for (const file of files) {
      const entry = COMPRESSED.test(file.media_type)
        ? new ZipPassThrough(names.get(file.id) ?? file.id)
        : new ZipDeflate(names.get(file.id) ?? file.id, { level: 6 });
      zip.add(entry);
      for (let offset = 0; offset < file.size; offset += CHUNK_BYTES_MAX) {
        job.signal.throwIfAborted();
        const piece = await vaultFiles.read(file.id, offset, CHUNK_BYTES_MAX);
        entry.push(piece, offset + CHUNK_BYTES_MAX >= file.size);
        done += piece.byteLength;
        job.progress(done, bytes);
      }
      if (file.size === 0) entry.push(new Uint8Array(), true);
    }
    zip.end();
    return {
      name: `record-${context.chance.id().slice(-8)}-${isoTime(context.clock).slice(0, 10)}.zip`,
      files: files.length,
      outgoing,
    };
  } catch (thrown) {
    outgoing.discard();
    throw thrown;
  }
}

/** `files/` and the name under which each came, made safe for every system and told apart. */
function fileNames(files: readonly FileRow[]): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const [n, file] of files.entries()) {
    const safe =
      file.name
        .normalize('NFC')
        .replace(/[^\p{L}\p{N} ._()-]+/gu, '_')
        .replace(/^[. ]+/, '')
        .slice(0, 120) || 'file';
    let name = `files/${safe}`;
    if (taken.has(name.toLocaleLowerCase('en'))) name = `files/${n + 1}-${safe}`;
    taken.add(name.toLocaleLowerCase('en'));
    names.set(file.id, name);
  }
  return names;
}
