/** A backup is worth what comes back: restores it into a temporary place, opens it with the keys of its day, decrypts every file, walks its log, counts and compares. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupCounts } from '../../../src-shared/contract/backup.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { verifyLogAside } from '../audit/index.ts';
import type { Chance, Db } from '../context.ts';
import { databasePath, diskError, openFiles, type VaultFiles } from '../vault/index.ts';
import type { Head } from './container.ts';
import { type BackupFile, type Contents, checkPages, openRestored, type ReadOptions, readInto } from './read.ts';
import { countsOf } from './snapshot.ts';

/** Beginning of the folder's name; what a killed test has left is swept by it. */
export const TEST_FOLDER = 'restore-test-';

/** SQLite's own check holds the core's thread. The pages of a larger one were shown to be those of the vault by their HMACs. */
const QUICK_CHECK_BYTES_MAX = 32 * 1024 * 1024;

export interface Tested extends BackupCounts {
  /** Files that are missing or damaged outside of the backup's own file. */
  broken: string[];
  /** How many files it says itself that it lacks: the vault had lost them. */
  lacks: number;
}

/** @param scratch folder for the temporary place. Throws `backup-damaged` with what was found, `disk-full`, `cancelled`. */
export async function testRestore(
  scratch: string,
  file: BackupFile,
  key: Uint8Array,
  chance: Chance,
  options: ReadOptions,
): Promise<Tested> {
  let dir: string | undefined;
  try {
    dir = mkdtempSync(join(scratch, TEST_FOLDER));
    const { contents, missing } = await readInto(dir, file, key, options);
    return {
      ...(await examine(dir, file.head, contents, missing, chance, options.signal)),
      broken: missing,
      lacks: contents.lost,
    };
  } catch (thrown) {
    throw diskError(thrown);
  } finally {
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  }
}

async function examine(
  dir: string,
  head: Head,
  contents: Contents,
  missing: string[],
  chance: Chance,
  signal: AbortSignal | undefined,
): Promise<BackupCounts> {
  await checkPages(dir, contents);
  const db = openRestored(dir, head, contents);
  try {
    if (statSync(databasePath(dir)).size <= QUICK_CHECK_BYTES_MAX && db.pragma('quick_check(1)', { simple: true }) !== 'ok')
      throw wrong('its database is not sound');
    const counts = countsOf(db);
    if (counts.patients !== contents.patients || counts.files !== contents.files || counts.entries !== contents.entries)
      throw wrong('it holds another number of patients, files or log entries than it says');
    await walkLog(db, signal);
    const gone = new Set(missing);
    const ids = db.prepare<[], string>('SELECT id FROM file').pluck().all();
    const files = openFiles(dir, db, Buffer.from(contents.filesKey, 'hex'), chance);
    missing.push(
      ...(await damagedAmong(
        files,
        db,
        ids.filter((id) => !gone.has(id)),
        { signal },
      )),
    );
    return counts;
  } finally {
    db.close();
  }
}

async function walkLog(db: Db, signal: AbortSignal | undefined): Promise<void> {
  const meta = (key: string) => db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key) ?? '';
  const verdict = await verifyLogAside(db, meta('device'), Buffer.from(meta('audit-public-key'), 'hex'), { signal });
  if (!verdict.ok)
    throw wrong(`its log is not whole (entry ${verdict.firstBad?.index ?? 'unknown'}: ${verdict.firstBad?.what ?? 'unknown'})`);
}

/** Which of these files do not decrypt to what the record says of them. */
export async function damagedAmong(
  files: Pick<VaultFiles, 'read'>,
  db: Db,
  ids: readonly string[],
  { signal, step }: { signal?: AbortSignal | undefined; step?: (done: number) => void },
): Promise<string[]> {
  const shaOf = db.prepare<[string], string>('SELECT sha256 FROM file WHERE id = ?').pluck();
  const damaged: string[] = [];
  for (const [number, id] of ids.entries()) {
    signal?.throwIfAborted();
    const sha256 = shaOf.get(id);
    // Erased meanwhile.
    if (sha256 === undefined) continue;
    const clear = await files.read(id).catch((thrown: unknown) => {
      if (thrown instanceof AppError) return null;
      throw thrown;
    });
    if (clear === null || createHash('sha256').update(clear).digest('hex') !== sha256) damaged.push(id);
    clear?.fill(0);
    step?.(number + 1);
  }
  return damaged;
}

function wrong(what: string): AppError {
  return new AppError('backup-damaged', { what });
}
