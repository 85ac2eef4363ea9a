/**
 * The key of this machine for a vault: in the keychain of the operating system, or, where there is none, in a file of mode 0600 outside the vault. Which of the
 * two it was is written in the vault's key file; a keychain that has gone is an error with a way out, never a silent fall back.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import { makeFolder, replaceFile } from './disk.ts';

export type DeviceKeyPlace = 'keychain' | 'file';

export interface DeviceKeys {
  /** Where new keys go on this machine. */
  readonly place: DeviceKeyPlace;
  store(vaultId: string, key: Uint8Array): Promise<DeviceKeyPlace>;
  /** Throws `device-key-missing` or `keychain-changed`. */
  fetch(vaultId: string, place: DeviceKeyPlace): Promise<Uint8Array>;
  remove(vaultId: string): Promise<void>;
  /** The file of a key that is kept in one. */
  fileOf?(vaultId: string): string;
}

const SERVICE = 'lamplight';

/** The keychain where it answers within a probe, otherwise files. `LAMPLIGHT_DEVICE_KEY_DIR` asks for files at a place of its own. */
export async function openDeviceKeys(env: NodeJS.ProcessEnv): Promise<DeviceKeys> {
  const dir =
    env.LAMPLIGHT_DEVICE_KEY_DIR ?? join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'lamplight', 'device-keys');
  const entryOf = env.LAMPLIGHT_DEVICE_KEY_DIR === undefined ? await probeKeychain(env) : null;
  const file = (vaultId: string) => join(dir, vaultId);
  return {
    place: entryOf ? 'keychain' : 'file',
    fileOf: file,
    async store(vaultId, key) {
      if (entryOf) {
        entryOf(vaultId).setSecret(key);
        return 'keychain';
      }
      makeFolder(dir);
      replaceFile(file(vaultId), Buffer.from(Buffer.from(key).toString('hex')));
      return 'file';
    },
    async fetch(vaultId, place) {
      if (place === 'keychain') {
        if (!entryOf) throw new AppError('keychain-changed');
        const secret = entryOf(vaultId).getSecret();
        if (!secret) throw new AppError('device-key-missing');
        return secret;
      }
      if (!existsSync(file(vaultId))) throw new AppError('device-key-missing');
      return Buffer.from(readFileSync(file(vaultId), 'utf8'), 'hex');
    },
    async remove(vaultId) {
      if (entryOf) entryOf(vaultId).deleteCredential();
      rmSync(file(vaultId), { force: true });
    },
  };
}

type EntryOf = (vaultId: string) => {
  setSecret(secret: Uint8Array): void;
  getSecret(): Uint8Array | null;
  deleteCredential(): boolean;
};

/** Writes and reads a probe, because a keychain that is there may still be locked or without a store. */
async function probeKeychain(env: NodeJS.ProcessEnv): Promise<EntryOf | null> {
  // On Linux without a session bus the library would wait for one.
  if (process.platform === 'linux' && !env.DBUS_SESSION_BUS_ADDRESS) return null;
  try {
    const { Entry } = await import('@napi-rs/keyring');
    const entryOf: EntryOf = (vaultId) => {
      const entry = new Entry(SERVICE, vaultId);
      return {
        setSecret: (secret) => entry.setSecret(secret),
        getSecret: () => {
          const secret = entry.getSecret();
          return secret ? Uint8Array.from(secret) : null;
        },
        deleteCredential: () => entry.deleteCredential(),
      };
    };
    const probe = entryOf('probe');
    probe.setSecret(new Uint8Array([1]));
    return probe.getSecret()?.[0] === 1 ? entryOf : null;
  } catch {
    return null;
  }
}
