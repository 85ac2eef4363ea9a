/** Encrypted files that the vault has lost, put back from its backups. They never change under their id, so that of any day is the right one. */
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PutBackResult } from '../../../src-shared/contract/backup.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, RunningJob } from '../context.ts';
import { diskError, makeFolder, type OpenVault, openFiles, syncFolder } from '../vault/index.ts';
import { fetchFiles, openBackup } from './read.ts';
import { missingOf, noteStillLost } from './rows.ts';
import { filePath } from './snapshot.ts';
import { damagedAmong, TEST_FOLDER } from './test-restore.ts';
import { unlockOwn } from './unlock.ts';

/**
 * Reads every file of the vault, and looks for those that do not open in one backup after the other. What is fetched is decrypted and compared with the record before
 * it takes its place.
 * @param places files of backups, newest first. One that is not there or cannot be read is passed over.
 */
export async function putBack(
  vault: OpenVault,
  context: Context,
  places: readonly string[],
  job: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<PutBackResult> {
  const ids = vault.db.prepare<[], string>('SELECT id FROM file ORDER BY id').pluck().all();
  const lost = await damagedAmong(vault.files, vault.db, ids, {
    signal: job.signal,
    step: (done) => job.progress(done, ids.length),
  });
  const wanted = new Set(lost);
  for (const place of places) {
    if (wanted.size === 0) break;
    for (const id of await fetchFrom(vault, context, place, wanted, job.signal)) wanted.delete(id);
  }
  const left = lost.filter((id) => wanted.has(id));
  noteStillLost(context, left, lost.length - left.length);
  const { count, files, patients } = missingOf(vault.db, left, 0) ?? { count: 0, files: [], patients: 0 };
  return { ok: left.length === 0, looked: ids.length, putBack: lost.length - left.length, missing: { count, files, patients } };
}

/** @returns which of the wanted are back */
async function fetchFrom(
  vault: OpenVault,
  context: Context,
  place: string,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string[]> {
  // Inside the vault's folder, so that a rename is enough; the folder of a killed one is swept with those of tests.
  const dir = mkdtempSync(join(vault.dir, TEST_FOLDER));
  try {
    const file = await openBackup(place);
    try {
      await fetchFiles(dir, file, unlockOwn(file.head, vault), { objects: join(dirname(place), 'objects'), signal }, wanted);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    // One of many; what it gave before it broke is looked at all the same.
    if (!(thrown instanceof AppError) || thrown.code === 'cancelled') {
      rmSync(dir, { recursive: true, force: true });
      throw diskError(thrown);
    }
  }
  try {
    const fetched = [...wanted].filter((id) => existsSync(filePath(dir, id)));
    const files = openFiles(dir, vault.db, vault.derive('files'), context.chance);
    const bad = new Set(await damagedAmong(files, vault.db, fetched, { signal }));
    const good = fetched.filter((id) => !bad.has(id));
    // Whoever was erased meanwhile does not come back by a backup.
    const isNamed = vault.db.prepare<[string], number>('SELECT 1 FROM file WHERE id = ?').pluck();
    for (const id of good) {
      if (isNamed.get(id) === undefined) continue;
      const to = filePath(vault.dir, id);
      makeFolder(dirname(to));
      renameSync(filePath(dir, id), to);
      syncFolder(dirname(to));
    }
    return good;
  } catch (thrown) {
    throw diskError(thrown);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
