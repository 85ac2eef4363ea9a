/** What lies where a new backup is to go: a backup that holds what the new one cannot is not replaced by it. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { OpenVault } from '../vault/index.ts';
import { ENDING, stampOf } from './naming.ts';
import { type BackupFile, filesIn, openBackup } from './read.ts';
import { rowsOf } from './rows.ts';
import { unlockOwn } from './unlock.ts';

/** Throws `invalid-input` where a backup of another vault lies there: nobody means to lose that. */
export async function refuseForeign(vault: OpenVault, path: string): Promise<void> {
  const former = await open(path);
  await former?.close();
  if (former && former.head.vaultId !== vault.id)
    throw new AppError('invalid-input', { what: `${basename(path)} is a backup of another vault; it was left as it is` });
}

/**
 * @param path where the new backup was asked for
 * @param absent files that the vault names and the new backup does not hold
 * @param createdAt of the new backup
 * @returns `path`, or a name beside it where the former one holds one of these files, or is one that this vault does not know of: the vault was restored from an
 * earlier one
 */
export async function placeBeside(vault: OpenVault, path: string, absent: readonly string[], createdAt: string): Promise<string> {
  const former = await open(path);
  if (!former) return path;
  try {
    const known = rowsOf(vault.db).some((row) => row.id === former.head.id);
    if (known && (absent.length === 0 || !(await holdsAny(vault, former, absent)))) return path;
  } finally {
    await former.close();
  }
  return freeName(path, stampOf(createdAt));
}

/** Null where there is none, or where nothing can be restored from it. */
async function open(path: string): Promise<BackupFile | null> {
  if (!existsSync(path)) return null;
  try {
    return await openBackup(path);
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'backup-damaged' || thrown.code === 'backup-foreign')) return null;
    throw thrown;
  }
}

async function holdsAny(vault: OpenVault, former: BackupFile, ids: readonly string[]): Promise<boolean> {
  try {
    const held = new Set((await filesIn(former, unlockOwn(former.head, vault))).ids);
    return ids.some((id) => held.has(id));
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'backup-damaged') return false;
    throw thrown;
  }
}

function freeName(path: string, stamp: string): string {
  const name = basename(path).replace(new RegExp(`${ENDING.replace('.', '\\.')}$`), '');
  for (let number = 1; ; number++) {
    const free = join(dirname(path), `${name}.${stamp}${number === 1 ? '' : `-${number}`}${ENDING}`);
    if (!existsSync(free)) return free;
  }
}
