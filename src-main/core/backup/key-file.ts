/** The key file of a vault that has lost it, out of a backup: the database as it stands today opens again. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import {
  databasePath,
  deriveKey,
  diskError,
  firstBadPage,
  keyFilePath,
  letGo,
  readKeyFile,
  replaceFile,
} from '../vault/index.ts';
import { openBackup } from './read.ts';
import { keyFileOf, type Opener, vaultKeyOf } from './unlock.ts';

/**
 * Puts `vault.keys` back as it was when the backup was made, after it has been seen to open the database that lies there.
 * Throws `vault-missing`, `vault-exists` where the present key file can be read, `key-file-of-other-day`, and what opening the backup throws.
 * @returns when the backup was made: passwords and recovery code are those of then
 */
export async function restoreKeyFile(path: string, dir: string, by: Opener): Promise<{ createdAt: string }> {
  const target = resolve(dir);
  const database = databasePath(target);
  if (!existsSync(database)) throw new AppError('vault-missing');
  if (canBeRead(target)) throw new AppError('vault-exists');
  const file = await openBackup(path);
  try {
    const vaultKey = await vaultKeyOf(keyFileOf(file.head), by);
    const databaseKey = deriveKey(vaultKey, 'database');
    vaultKey.fill(0);
    try {
      // A wrong key fits not even the first page. A damaged page further on is told at the sign-in.
      if ((await firstBadPage(database, databaseKey)) === 1) throw new AppError('key-file-of-other-day');
    } finally {
      databaseKey.fill(0);
      letGo(database);
    }
    replaceFile(keyFilePath(target), Buffer.from(file.head.keyFile));
    return { createdAt: file.head.createdAt };
  } catch (thrown) {
    throw diskError(thrown);
  } finally {
    await file.close();
  }
}

function canBeRead(dir: string): boolean {
  try {
    readKeyFile(dir);
    return true;
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'key-file-missing' || thrown.code === 'key-file-damaged')) return false;
    throw thrown;
  }
}
