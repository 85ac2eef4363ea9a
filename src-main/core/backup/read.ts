/** Reads a backup back: into a folder that becomes a vault, or into a temporary one for the test. What is written is ciphertext, as it lay in the vault. */
import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, statfsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import type { BackupCounts } from '../../../src-shared/contract/backup.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { markCameBack } from '../audit/index.ts';
import type { Db } from '../context.ts';
import {
  databasePath,
  diskError,
  firstBadPage,
  keyDatabase,
  keyFilePath,
  letGo,
  makeFolder,
  replaceFile,
  schemaVersion,
  syncFolder,
  vaultIsIn,
} from '../vault/index.ts';
import { bound, type Head, type Part, PartReader, readHead } from './container.ts';
import { type Gap, openStream } from './sealed-stream.ts';
import { countsOf, filePath } from './snapshot.ts';
import { keyFileOf } from './unlock.ts';
import { objectPath } from './write.ts';

const PIECE_BYTES = 1_048_576;

export type Contents = Extract<Part, { part: 'contents' }>;

export interface BackupFile {
  readonly head: Head;
  readonly bytes: number;
  parts(key: Uint8Array): PartReader;
  close(): Promise<void>;
}

/** Throws `file-unreadable`, `backup-foreign`, `backup-damaged`, `vault-newer`. */
export async function openBackup(path: string): Promise<BackupFile> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new AppError('file-unreadable', {}, { cause });
  });
  try {
    const { size, isFile } = await handle.stat().then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile) throw new AppError('backup-foreign');
    const read = (offset: number, length: number) => readAt(handle, offset, length);
    const { head, before } = await readHead(read);
    if (head.schemaVersion > schemaVersion)
      throw new AppError('vault-newer', { found: head.schemaVersion, known: schemaVersion });
    return {
      head,
      bytes: size,
      parts(key) {
        const gaps: Gap[] = [];
        const sealed = (offset: number, length: number) => read(before.byteLength + offset, length);
        return new PartReader(openStream(key, bound(before), size - before.byteLength, sealed, gaps), gaps);
      },
      close: () => handle.close(),
    };
  } catch (thrown) {
    await handle.close();
    throw diskError(thrown);
  }
}

export interface Restored extends BackupCounts {
  /** Encrypted files that are named and not there: the records are whole without them. */
  lost: number;
  /** User names of the active administrators. */
  administrators: string[];
}

export interface ReadOptions {
  /** Folder with the encrypted files of backups that do not hold them themselves. */
  objects: string;
  signal?: AbortSignal | undefined;
  /** Bytes written so far. */
  step?: (bytes: number) => void;
}

/** Puts everything into `dir`, which must be empty. `missing`: files that are not there or not whole; `unnamed`: how many more there were where it is damaged. Throws `backup-damaged`, `backup-incomplete`, `disk-full`. */
export async function readInto(
  dir: string,
  file: BackupFile,
  key: Uint8Array,
  options: ReadOptions,
): Promise<{ contents: Contents; missing: string[]; unnamed: number }> {
  const reader = file.parts(key);
  const contents = await reader.next();
  if (contents.part !== 'contents') throw new AppError('backup-damaged', { what: 'its table of contents is missing' });
  mustFit(dir, file.bytes);
  const missing: string[] = [];
  let parts = 0;
  let unnamed = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    const part = await reader.next();
    if (part.part === 'end') {
      unnamed = part.parts - parts;
      if (unnamed !== 0 && !reader.skipped) throw new AppError('backup-damaged', { what: 'a part of it is missing' });
      break;
    }
    if (part.part === 'contents') throw new AppError('backup-damaged', { what: 'it begins twice' });
    if (part.part === 'object') {
      parts++;
      if (!(await fetchObject(options, part, filePath(dir, part.id)))) missing.push(part.id);
      continue;
    }
    if (part.part === 'file') parts++;
    const to = part.part === 'file' ? filePath(dir, part.id) : databasePath(dir);
    await writeFrom(to, reader.bytes(part.size), options);
    if (reader.wasWhole(part.size)) continue;
    if (part.part === 'database') throw new AppError('backup-damaged', { what: 'a part of its database is missing or changed' });
    // As one that is missing beside the backup: it keeps nobody from the records.
    rmSync(to);
    missing.push(part.id);
  }
  await reader.finish();
  if (!existsSync(databasePath(dir))) throw new AppError('backup-damaged', { what: 'its database is missing' });
  return { contents, missing, unnamed };
}

/** The ids of the encrypted files that it holds whole or refers to; `all` is false where damage may hide others. */
export async function filesIn(file: BackupFile, key: Uint8Array): Promise<{ ids: string[]; all: boolean }> {
  const found: string[] = [];
  const all = await walkFiles(file, key, async (part, bytes, wasWhole) => {
    for await (const _piece of bytes);
    if (wasWhole()) found.push(part.id);
  });
  return { ids: found, all };
}

/** Writes those files of a backup that are wanted below `dir`, as far as it has them. Throws `backup-damaged`, `cancelled`. */
export async function fetchFiles(
  dir: string,
  file: BackupFile,
  key: Uint8Array,
  options: ReadOptions,
  wanted: ReadonlySet<string>,
): Promise<void> {
  await walkFiles(file, key, async (part, bytes) => {
    options.signal?.throwIfAborted();
    const to = filePath(dir, part.id);
    if (!wanted.has(part.id)) for await (const _piece of bytes);
    else if (part.part === 'object') await fetchObject(options, part, to);
    else await writeFrom(to, bytes, options);
  });
}

async function walkFiles(
  file: BackupFile,
  key: Uint8Array,
  take: (
    part: Extract<Part, { part: 'file' | 'object' }>,
    bytes: AsyncIterable<Buffer>,
    wasWhole: () => boolean,
  ) => Promise<void>,
): Promise<boolean> {
  const reader = file.parts(key);
  for (;;) {
    const part = await reader.next();
    if (part.part === 'database' || part.part === 'end') return !reader.skipped;
    if (part.part === 'contents') continue;
    const size = part.part === 'file' ? part.size : 0;
    await take(part, reader.bytes(size), () => reader.wasWhole(size));
  }
}

/**
 * Makes a vault's folder of a backup. It grows beside and gets its name by the last step, so that a power cut leaves no half vault.
 * A file that is missing from the folder of the backups is told, and keeps nobody from the records.
 * Throws `vault-exists`, `folder-not-empty` and what `readInto` throws, `backup-damaged` also for a page that nobody would read for years; nothing is left behind.
 */
export async function restoreTo(dir: string, file: BackupFile, key: Uint8Array, options: ReadOptions): Promise<Restored> {
  const target = resolve(dir);
  if (vaultIsIn(target)) throw new AppError('vault-exists');
  if (existsSync(target) && readdirSync(target).length > 0) throw new AppError('folder-not-empty');
  const growing = `${target}.restoring`;
  try {
    rmSync(growing, { recursive: true, force: true });
    makeFolder(growing);
    const { contents, missing, unnamed } = await readInto(growing, file, key, options);
    // Older versions copied damaged pages; before the mark is written, which makes pages anew.
    await checkPages(growing, contents);
    options.signal?.throwIfAborted();
    const administrators = lookInto(growing, file.head, contents);
    replaceFile(keyFilePath(growing), Buffer.from(file.head.keyFile));
    options.signal?.throwIfAborted();
    if (existsSync(target)) rmdirSync(target);
    renameSync(growing, target);
    syncFolder(dirname(target));
    const { patients, files, entries, lost } = contents;
    return { patients, files, entries, lost: lost + missing.length + unnamed, administrators };
  } catch (thrown) {
    rmSync(growing, { recursive: true, force: true });
    throw diskError(thrown);
  }
}

/** Every page of the restored database, also those that no query of the restore reads. Throws `backup-damaged`. */
export async function checkPages(dir: string, { databaseKey }: Contents): Promise<void> {
  const path = databasePath(dir);
  try {
    const badPage = await firstBadPage(path, Buffer.from(databaseKey, 'hex'));
    if (badPage !== null)
      throw new AppError('backup-damaged', { what: `page ${badPage} of its database does not fit its check sum` });
  } finally {
    letGo(path);
  }
}

/** Opens the database as the vault will, before anything gets its name, and marks it: its log goes on as a further one. */
function lookInto(dir: string, head: Head, contents: Contents): string[] {
  const db = openRestored(dir, head, contents);
  try {
    const counts = countsOf(db);
    if (counts.patients !== contents.patients || counts.entries !== contents.entries)
      throw new AppError('backup-damaged', { what: 'it holds another number of patients or log entries than it says' });
    markCameBack(db, { backup: head.id, backupAt: head.createdAt });
    return db
      .prepare<[], string>(`SELECT user_name FROM user WHERE state = 'active' AND roles LIKE '%"it-admin"%' ORDER BY created_at`)
      .pluck()
      .all();
  } finally {
    db.close();
  }
}

/** The restored database, by the key of its day. */
export function openRestored(dir: string, head: Head, { databaseKey }: Contents): Db {
  const db = new Database(databasePath(dir), { fileMustExist: true });
  try {
    keyDatabase(db, Buffer.from(databaseKey, 'hex'), keyFileOf(head).pageBytes);
    // Without it the journal of a write-ahead log would be made beside the file.
    for (const pragma of ['temp_store = MEMORY', 'locking_mode = EXCLUSIVE']) db.pragma(pragma);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

async function fetchObject(
  { objects, signal, step }: ReadOptions,
  { id, size }: { id: string; size: number },
  to: string,
): Promise<boolean> {
  const handle = await open(objectPath(objects, id), 'r').catch(() => null);
  if (!handle) return false;
  try {
    if ((await handle.stat()).size !== size) return false;
    await writeFrom(to, handle.createReadStream({ autoClose: false, highWaterMark: PIECE_BYTES }), { signal, step });
    return true;
  } finally {
    await handle.close();
  }
}

async function writeFrom(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { signal, step }: Pick<ReadOptions, 'signal' | 'step'>,
): Promise<void> {
  makeFolder(dirname(path));
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      for (let from = 0; from < piece.byteLength; ) from += (await handle.write(piece, from)).bytesWritten;
      step?.(piece.byteLength);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  // Its name, too: a power cut right after the last rename must not find a vault without its pictures.
  syncFolder(dirname(path));
}

/** Told before anything is written, where the disk can tell. */
function mustFit(dir: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < bytes) throw new AppError('disk-full');
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const piece = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(piece, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return piece.subarray(0, filled);
}
