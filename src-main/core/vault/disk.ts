/** Durable writes: beside, fsync, rename, fsync of the folder. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';

/** Puts a whole file in place in one step; a power cut leaves the old or the new. Throws `disk-full` or `disk-error`. */
export function replaceFile(path: string, content: Uint8Array): void {
  const beside = `${path}.new`;
  try {
    const handle = openSync(beside, 'w', 0o600);
    try {
      writeWhole(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, path);
    syncFolder(dirname(path));
  } catch (cause) {
    rmSync(beside, { force: true });
    throw diskError(cause);
  }
}

/** A nearly full disk takes a part of what it is given and says so only by the count. @param at byte of the file; left out: behind what was written last */
export function writeWhole(handle: number, content: Uint8Array, at?: number): void {
  for (let written = 0; written < content.byteLength; )
    written += writeSync(handle, content, written, null, at === undefined ? null : at + written);
}

/** Makes a folder and those above it that are missing, for the owner alone; they are durable when it returns. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  makeOne(path);
  syncFolder(dirname(path));
}

/** Not `recursive`: on a disk that is read-only that answers ENOENT, which says nothing. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
}

/** What it means that a disk refuses; the code stands behind it for IT. */
const REFUSALS: Readonly<Record<string, string>> = {
  EROFS: 'it is read-only',
  EACCES: 'writing there is not allowed',
  EPERM: 'writing there is not allowed',
  EIO: 'it does not read or write',
};

/** Windows cannot fsync a folder, and its rename needs none. */
export function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** What a failed read or write means for the person. Anything that is no fault of disk or database is answered as it is. */
export function diskError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new AppError('vault-damaged', { what: 'a page of the database cannot be read' }, { cause: thrown });
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return new AppError('disk-full', {}, { cause: thrown });
  if (
    code === 'EIO' ||
    code === 'EROFS' ||
    code === 'EACCES' ||
    code === 'EPERM' ||
    code.startsWith('SQLITE_IOERR') ||
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN')
  )
    return new AppError('disk-error', { what: code in REFUSALS ? `${REFUSALS[code]}, ${code}` : code }, { cause: thrown });
  return thrown;
}
