/** The key of a backup: by the vault that made it, or by the slots that the backup carries. */
import { AppError } from '../../../src-shared/errors/index.ts';
import { type DeviceKeys, type OpenVault, deriveKey, openRecoverySlot, openUserSlot, parseKeyFile, readRecoveryCode, unseal } from '../vault/index.ts';
import type { Head } from './container.ts';

/** What somebody brings who has no open vault. */
export type Opener = { recoveryCode: string } | { userName: string; password: string; deviceKeys: DeviceKeys };

/** Throws `recovery-code-wrong`, `sign-in-failed`, `device-key-missing`, `key-file-damaged`, `backup-damaged`. */
export async function unlock(head: Head, by: Opener): Promise<Uint8Array> {
  const keys = parseKeyFile(Buffer.from(head.keyFile));
  const vaultKey = 'recoveryCode' in by ? await byCode() : await byPassword(by);
  const key = unsealed(head, deriveKey(vaultKey, 'backup'));
  vaultKey.fill(0);
  if (!key) throw new AppError('backup-damaged', { what: 'its key does not open' });
  return key;

  async function byCode(): Promise<Buffer> {
    const secret = 'recoveryCode' in by ? readRecoveryCode(by.recoveryCode) : null;
    const found = secret && (await openRecoverySlot(keys, secret));
    if (!found) throw new AppError('recovery-code-wrong');
    return found;
  }

  async function byPassword(person: { userName: string; password: string; deviceKeys: DeviceKeys }): Promise<Buffer> {
    const opened = await openUserSlot(keys, person.userName, person.password, await person.deviceKeys.fetch(keys.vaultId, keys.deviceKey));
    if (!opened) throw new AppError('sign-in-failed');
    return opened.vaultKey;
  }
}

/** With the open vault that made it: by its key of today, or by the key that it remembered when it made this backup. Throws `backup-other-vault`. */
export function unlockOwn(head: Head, vault: OpenVault): Uint8Array {
  const remembered = () => vault.db.prepare<[string], Uint8Array>('SELECT key FROM backups WHERE id = ?').pluck().get(head.id);
  const key = head.vaultId === vault.id ? (remembered() ?? unsealed(head, vault.derive('backup'))) : null;
  if (!key) throw new AppError('backup-other-vault');
  return key;
}

function unsealed(head: Head, backupKey: Uint8Array): Uint8Array | null {
  return unseal(backupKey, Buffer.from(head.sealedKey, 'hex'), `backup:${head.id}`);
}
