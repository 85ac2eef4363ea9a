/** Makes one backup. Written beside, fsynced and renamed: a power cut or a full disk leaves no file of that name, or the one that was there. */
import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { BackupCounts } from '../../../src-shared/contract/backup.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Clock, RunningJob } from '../context.ts';
import { isoTime } from '../ports.ts';
import {
  databasePath,
  diskError,
  firstBadPage,
  makeFolder,
  type OpenVault,
  schemaVersion,
  seal,
  syncFolder,
} from '../vault/index.ts';
import { bound, MAGIC, writeHead, writePart } from './container.ts';
import { type SealedWriter, sealStream } from './sealed-stream.ts';
import { type NamedFile, type Snapshot, takeSnapshot } from './snapshot.ts';

const PIECE_BYTES = 1_048_576;
const TRIES_MAX = 3;

export interface MadeBackup extends BackupCounts {
  id: string;
  createdAt: string;
  key: Uint8Array;
  bytes: number;
  /** Files that the vault itself has no more, or not in full length. */
  lost: readonly string[];
  /** Those of them that this backup does not hold either: no former one left a good copy beside it. */
  absent: readonly string[];
  /** Where it lies. */
  path: string;
}

type Written = Omit<MadeBackup, 'path'>;

export interface Target {
  /** The file to write. */
  path: string;
  /** Folder where encrypted files lie once for all backups beside it; without it they stand in the file itself. */
  objects?: string;
  /** Says which of these files do not open: a damaged one is not copied as if it were good. */
  damaged?: (ids: readonly string[]) => Promise<readonly string[]>;
  /** Asked when it is written: where it is to lie, if it is without these files. */
  instead?: (absent: readonly string[]) => Promise<string>;
}

/** Throws `vault-damaged`, `disk-full`, `disk-error`, `busy`, `cancelled`, `backup-inside-vault`, `invalid-input`. */
export async function writeBackup(
  vault: OpenVault,
  ports: { clock: Clock; chance: Chance },
  to: Target,
  job: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<MadeBackup> {
  mayWrite(vault.dir, to.path);
  const beside = `${to.path}.new`;
  try {
    const made = await patiently(() => write(vault, ports, beside, to, job));
    const path = (await to.instead?.(made.absent)) ?? to.path;
    await rename(beside, path);
    syncFolder(dirname(path));
    return { ...made, path };
  } catch (thrown) {
    rmSync(beside, { force: true });
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EFBIG')
      throw new AppError('disk-error', { what: 'it takes no file of this size' }, { cause: thrown });
    throw diskError(thrown);
  }
}

/** An erasure rewrites the whole database: then the copy begins anew. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.code === 'busy') || tries === TRIES_MAX) throw thrown;
    }
  }
}

async function write(
  vault: OpenVault,
  ports: { clock: Clock; chance: Chance },
  path: string,
  { objects, damaged }: Target,
  job: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<Written> {
  const snapshot = takeSnapshot(vault);
  try {
    // A copy of a damaged page would take the place of the good backup that was there, and say that all went well.
    const badPage = await firstBadPage(databasePath(vault.dir), vault.derive('database'));
    if (badPage !== null)
      throw new AppError('vault-damaged', { what: `page ${badPage} of the database does not fit its check sum` });
    const bad = new Set(await damaged?.(snapshot.files.filter((file) => file.whole).map((file) => file.id)));
    const files = snapshot.files.map((file) => (bad.has(file.id) ? { ...file, whole: false } : file));
    return await writeSnapshot(vault, ports, { ...snapshot, files }, path, objects, job);
  } finally {
    snapshot.release();
  }
}

async function writeSnapshot(
  vault: OpenVault,
  { clock, chance }: { clock: Clock; chance: Chance },
  snapshot: Snapshot,
  path: string,
  objects: string | undefined,
  job: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<Written> {
  const id = chance.id();
  const createdAt = isoTime(clock);
  const key = chance.bytes(32);
  const sealedKey = Buffer.from(seal(chance, vault.derive('backup'), key, `backup:${id}`)).toString('hex');
  const head = writeHead({ format: 1, id, vaultId: vault.id, createdAt, schemaVersion, keyFile: snapshot.keyFile, sealedKey });
  const files = snapshot.files.filter((file) => file.whole || (objects !== undefined && liesWhole(objects, file)));
  const lost = snapshot.files.filter((file) => !file.whole).map((file) => file.id);
  const held = new Set(files);
  const absent = snapshot.files.filter((file) => !held.has(file)).map((file) => file.id);
  const total = snapshot.databaseBytes + files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const step = (bytes: number) => {
    job.signal.throwIfAborted();
    done += bytes;
    job.progress(megabytes(done), megabytes(total));
  };

  const handle = await open(path, 'w', 0o600);
  let bytes = 0;
  try {
    const put = async (piece: Uint8Array) => {
      await writeWhole(handle, piece);
      bytes += piece.byteLength;
    };
    await put(head);
    const stream = await sealStream(chance, key, bound(head), put);
    const hex = (label: string) => vault.derive(label).toString('hex');
    await stream.write(
      writePart({
        part: 'contents',
        ...snapshot.counts,
        lost: absent.length,
        databaseKey: hex('database'),
        filesKey: hex('files'),
      }),
    );
    for (const file of files) {
      if (objects === undefined) await copyInto(stream, file, step);
      else {
        bytes += await keepObject(objects, file);
        await stream.write(writePart({ part: 'object', id: file.id, size: file.bytes }));
        step(file.bytes);
      }
    }
    await stream.write(writePart({ part: 'database', size: snapshot.databaseBytes }));
    for await (const piece of snapshot.database(PIECE_BYTES)) {
      await stream.write(piece);
      step(piece.byteLength);
    }
    await stream.write(writePart({ part: 'end', parts: files.length }));
    await stream.end();
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { ...snapshot.counts, id, createdAt, key, bytes, lost, absent };
}

async function copyInto(stream: SealedWriter, file: NamedFile, step: (bytes: number) => void): Promise<void> {
  await stream.write(writePart({ part: 'file', id: file.id, size: file.bytes }));
  const from = await open(file.path, 'r');
  try {
    for (let left = file.bytes; left > 0; ) {
      const { bytesRead, buffer } = await from.read(Buffer.alloc(Math.min(PIECE_BYTES, left)));
      if (bytesRead === 0) throw new AppError('busy');
      await stream.write(buffer.subarray(0, bytesRead));
      left -= bytesRead;
      step(bytesRead);
    }
  } finally {
    await from.close();
  }
}

export function objectPath(objects: string, id: string): string {
  return join(objects, id.slice(-2), id);
}

function liesWhole(objects: string, file: NamedFile): boolean {
  return statSync(objectPath(objects, file.id), { throwIfNoEntry: false })?.size === file.bytes;
}

/** Encrypted files never change under their id: what lies there in full length is not copied again. @returns bytes written */
async function keepObject(objects: string, file: NamedFile): Promise<number> {
  const path = objectPath(objects, file.id);
  if (liesWhole(objects, file)) return 0;
  const folder = dirname(path);
  makeFolder(folder);
  const beside = `${path}.new`;
  try {
    const from = await open(file.path, 'r');
    try {
      const to = await open(beside, 'w', 0o600);
      try {
        for (;;) {
          const { bytesRead, buffer } = await from.read(Buffer.alloc(PIECE_BYTES));
          if (bytesRead === 0) break;
          await writeWhole(to, buffer.subarray(0, bytesRead));
        }
        await to.sync();
      } finally {
        await to.close();
      }
    } finally {
      await from.close();
    }
    await rename(beside, path);
    syncFolder(folder);
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw thrown;
  }
  return file.bytes;
}

/** A backup replaces a backup and nothing else, and does not lie with what it is to save. */
function mayWrite(vaultDir: string, path: string): void {
  const target = resolve(path);
  if (target.startsWith(resolve(vaultDir) + sep)) throw new AppError('backup-inside-vault');
  const there = statSync(target, { throwIfNoEntry: false });
  if (there && !there.isFile()) throw new AppError('invalid-input', { what: `${basename(target)} is a folder` });
  if (!existsSync(dirname(target))) throw new AppError('invalid-input', { what: 'the folder for the backup does not exist' });
  if (there && !isBackup(target))
    throw new AppError('invalid-input', { what: `${basename(target)} exists and is no backup; it was left as it is` });
}

function isBackup(path: string): boolean {
  const handle = openSync(path, 'r');
  try {
    const start = Buffer.alloc(MAGIC.byteLength);
    readSync(handle, start, 0, start.byteLength, 0);
    return start.equals(MAGIC);
  } finally {
    closeSync(handle);
  }
}

async function writeWhole(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let from = 0; from < piece.byteLength; ) from += (await handle.write(piece, from)).bytesWritten;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
