/** A vault that comes from another computer: found in a chosen folder, looked at while it is closed, copied. */
import { constants, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { RunningJob } from '../context.ts';
import { databasePath } from './database.ts';
import { diskError, makeFolder, syncFolder } from './disk.ts';
import { keyFilePath, readKeyFile, vaultIsIn } from './key-file.ts';

/** The vault's own folder, or one that holds it as Lamplight lays it out. */
const INSIDE = ['', 'clinic', 'vaults/clinic'];
/** The tries of the other computer and its half-sent uploads stay there. */
const COMES_ALONG = /^(vault\.(keys|db|db-wal|db-journal|db\.g\d+)|files)$/;

/** Throws `vault-missing`, `key-file-missing`. */
export function vaultIn(chosen: string): string {
  const found = INSIDE.map((name) => join(chosen, name)).find(vaultIsIn);
  if (found === undefined || !existsSync(databasePath(found))) throw new AppError('vault-missing');
  if (!existsSync(keyFilePath(found))) throw new AppError('key-file-missing', { folder: found });
  return found;
}

/** What the key file says without being opened. Throws `vault-missing`, `key-file-damaged`, `vault-newer`. */
export function lookAtFolder(chosen: string) {
  const dir = vaultIn(chosen);
  const { sample, slots, deviceKey } = readKeyFile(dir);
  const sizes = filesOf(dir).map((name) => statSync(join(dir, name)).size);
  return {
    sample,
    deviceKey,
    people: slots.filter((slot) => slot.header.kind === 'user').length,
    escrows: slots.flatMap((slot) => (slot.header.kind === 'escrow' ? [slot.header.name] : [])),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** Copies the encrypted files as they are; durable when it resolves. What was at `to` before goes. Throws `disk-full`, `cancelled`. */
export async function bringCopy(
  from: string,
  to: string,
  { signal, progress }: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<void> {
  const names = filesOf(from);
  const total = names.reduce((sum, name) => sum + statSync(join(from, name)).size, 0);
  let done = 0;
  try {
    rmSync(to, { recursive: true, force: true });
    mkdirSync(to, { recursive: true, mode: 0o700 });
    for (const name of names) {
      signal.throwIfAborted();
      const path = join(to, name);
      makeFolder(dirname(path));
      await copyFile(join(from, name), path, constants.COPYFILE_FICLONE);
      const handle = await open(path, 'r+');
      try {
        await handle.chmod(0o600);
        await handle.sync();
      } finally {
        await handle.close();
      }
      syncFolder(dirname(path));
      done += statSync(path).size;
      progress(Math.round(done / 1e5) / 10, Math.round(total / 1e5) / 10);
    }
  } catch (thrown) {
    throw diskError(thrown);
  }
}

/** Relative names; links are not followed. */
function filesOf(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (!COMES_ALONG.test(entry.name)) return [];
    if (entry.isFile()) return [entry.name];
    if (!entry.isDirectory()) return [];
    const inside = readdirSync(join(dir, entry.name), { recursive: true, withFileTypes: true });
    return inside.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name).slice(dir.length + 1));
  });
}
