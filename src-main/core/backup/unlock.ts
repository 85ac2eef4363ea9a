/** The key of a backup: by the vault that made it, or by the slots that the backup carries. */
import { AppError } from '../../../src-shared/errors/index.ts';
import {
  type DeviceKeys,
  deriveKey,
  type KeyFile,
  type OpenVault,
  openEscrowSlot,
  openRecoverySlot,
  openUserSlot,
  parseKeyFile,
  readPrivateKey,
  readRecoveryCode,
  unseal,
  type WayIn,
} from '../vault/index.ts';
import type { Head } from './container.ts';

/** What somebody brings who has no open vault: recovery code, escrow key, or name and password on the machine whose key the vault knew. */
export type Opener = WayIn | { userName: string; password: string; deviceKeys: DeviceKeys };

/** Throws `recovery-code-wrong`, `escrow-key-wrong`, `sign-in-failed`, `device-key-missing`, `key-file-damaged`, `backup-damaged`. */
export async function unlock(head: Head, by: Opener): Promise<Uint8Array> {
  const vaultKey = await vaultKeyOf(keyFileOf(head), by);
  const key = unsealed(head, deriveKey(vaultKey, 'backup'));
  vaultKey.fill(0);
  if (!key) throw new AppError('backup-damaged', { what: 'its key does not open' });
  return key;
}

/** With the open vault that made it: by the key that it remembered when it made this backup, or by its key of today. Throws `backup-other-vault`. */
export function unlockOwn(head: Head, vault: OpenVault): Uint8Array {
  const remembered = () => vault.db.prepare<[string], Uint8Array>('SELECT key FROM backups WHERE id = ?').pluck().get(head.id);
  const key = head.vaultId === vault.id ? (remembered() ?? unsealed(head, vault.derive('backup'))) : null;
  if (!key) throw new AppError('backup-other-vault');
  return key;
}

/** The vault's key file as it was when the backup was made. Throws `key-file-damaged`. */
export function keyFileOf(head: Head): KeyFile {
  return parseKeyFile(Buffer.from(head.keyFile));
}

/** The vault key of the day of a key file. */
export async function vaultKeyOf(keys: KeyFile, by: Opener): Promise<Buffer> {
  if ('recoveryCode' in by) {
    const secret = readRecoveryCode(by.recoveryCode);
    const found = secret && (await openRecoverySlot(keys, secret));
    if (!found) throw new AppError('recovery-code-wrong');
    return found;
  }
  if ('escrowKey' in by) {
    const found = await openEscrowSlot(keys, readPrivateKey(by.escrowKey));
    if (!found) throw new AppError('escrow-key-wrong');
    return found;
  }
  const opened = await openUserSlot(keys, by.userName, by.password, await by.deviceKeys.fetch(keys.vaultId, keys.deviceKey));
  if (!opened) throw new AppError('sign-in-failed');
  return opened.vaultKey;
}

function unsealed(head: Head, backupKey: Uint8Array): Uint8Array | null {
  return unseal(backupKey, Buffer.from(head.sealedKey, 'hex'), `backup:${head.id}`);
}
