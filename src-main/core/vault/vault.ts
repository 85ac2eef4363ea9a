/** Making, opening and closing a vault. */
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Role } from '../../../src-shared/access/permissions.ts';
import type { Chance, Clock, Vault } from '../context.ts';
import { isoTime } from '../ports.ts';
import { deriveKey, seal, unseal } from './aead.ts';
import { databasePath, openDatabase } from './database.ts';
import type { DeviceKeys } from './device-key.ts';
import { diskError } from './disk.ts';
import { openFiles } from './files.ts';
import { type KeyFile, deviceKeyHash, keyFilePath, openRecoverySlot, openUserSlot, readKeyFile, recoverySlot, userSlot, whoHash, writeKeyFile } from './key-file.ts';
import { checkPassword, tune } from './password.ts';
import { letGo } from './steady.ts';
import { RECOVERY_BYTES, readRecoveryCode, writeRecoveryCode } from './recovery-code.ts';

export interface VaultPorts {
  clock: Clock;
  chance: Chance;
  deviceKeys: DeviceKeys;
}

/** An open vault with what only the core's own rooms may touch. */
export interface OpenVault extends Vault {
  readonly sample: boolean;
  readonly deviceKey: 'keychain' | 'file';
  /** A key derived for a purpose: `audit`, `backup`, `database` ... */
  derive(label: string): Buffer;
  addUserSlot(user: { id: string; userName: string; password: string }): Promise<void>;
  /** Checks a password against its slot while the vault is open. */
  passwordFits(userName: string, password: string): Promise<boolean>;
  newRecoveryCode(): string;
  /** Sets a user's password and makes the recovery code another, in one step. @returns the new code */
  renewAccess(user: { id: string; userName: string; password: string }): Promise<string>;
  /** Checkpoints, closes and zeroes the key. */
  close(): void;
}

export interface NewVault {
  dir: string;
  sample: boolean;
  user: { userName: string; displayName: string; password: string; roles: readonly Role[] };
}

/** What a vault puts into its folder. */
const OWN_NAMES = ['vault.db', 'vault.db-wal', 'vault.db-shm', 'vault.db-journal', 'vault.keys', 'vault.keys.new', 'vault.tries', 'files', 'uploads'] as const;

/**
 * Makes a vault with its first user. Nothing is left behind when it fails.
 * Throws `vault-exists`, `password-too-weak`, `disk-full`.
 */
export async function createVault(ports: VaultPorts, wanted: NewVault): Promise<{ vault: OpenVault; recoveryCode: string; user: string; undo: () => Promise<void> }> {
  if (existsSync(keyFilePath(wanted.dir)) || existsSync(databasePath(wanted.dir))) throw new AppError('vault-exists');
  checkPassword(wanted.user.password, wanted.user.userName, ports.deviceKeys.place);
  const wasThere = existsSync(wanted.dir);
  const vaultId = ports.chance.id();
  let made: OpenVault | undefined;
  const undo = async () => {
    if (made?.db.open) made.close();
    await ports.deviceKeys.remove(vaultId);
    for (const name of wasThere ? OWN_NAMES : ['']) rmSync(join(wanted.dir, name), { recursive: true, force: true });
  };
  try {
    mkdirSync(wanted.dir, { recursive: true, mode: 0o700 });
    const vaultKey = Buffer.from(ports.chance.bytes(32));
    const deviceKey = ports.chance.bytes(32);
    const place = await ports.deviceKeys.store(vaultId, deviceKey);
    const secret = ports.chance.bytes(RECOVERY_BYTES);
    const user = ports.chance.id();
    const slot = await userSlot(ports.chance, vaultId, vaultKey, { id: user, ...wanted.user }, deviceKey, await tune(ports.clock, ports.chance));
    const keys: KeyFile = { format: 1, vaultId, deviceKey: place, deviceKeyHash: deviceKeyHash(vaultId, deviceKey), sample: wanted.sample, slots: [slot, recoverySlot(ports.chance, vaultId, vaultKey, secret)] };
    const vault = assemble(ports, wanted.dir, keys, vaultKey, deviceKey, true);
    made = vault;
    vault.db
      .prepare("INSERT INTO user (id, user_name, display_name, roles, state, created_at) VALUES (?, ?, ?, ?, 'active', ?)")
      .run(user, wanted.user.userName, wanted.user.displayName, JSON.stringify(wanted.user.roles), isoTime(ports.clock));
    // The key file comes last: a folder without one is not yet a vault.
    writeKeyFile(wanted.dir, keys);
    return { vault, recoveryCode: writeRecoveryCode(secret), user, undo };
  } catch (thrown) {
    await undo();
    throw diskError(thrown);
  }
}

/** Opens with name and password. Throws `vault-missing`, `sign-in-failed`, `device-key-missing`, `vault-in-use`, `vault-newer` ... */
export async function openVault(ports: VaultPorts, dir: string, userName: string, password: string): Promise<{ vault: OpenVault; user: string }> {
  const keys = readKeyFile(dir);
  const deviceKey = await ports.deviceKeys.fetch(keys.vaultId, keys.deviceKey);
  if (keys.deviceKeyHash !== undefined && keys.deviceKeyHash !== deviceKeyHash(keys.vaultId, deviceKey)) throw new AppError('device-key-wrong');
  const opened = await openUserSlot(keys, userName, password, deviceKey);
  if (!opened) throw new AppError('sign-in-failed');
  return { vault: assemble(ports, dir, keys, opened.vaultKey, deviceKey, false), user: opened.user };
}

/** Opens with the recovery code and gives this machine a key of its own. Throws `recovery-code-wrong`. */
export async function recoverVault(ports: VaultPorts, dir: string, typedCode: string): Promise<OpenVault> {
  const keys = readKeyFile(dir);
  const secret = readRecoveryCode(typedCode);
  const vaultKey = secret && openRecoverySlot(keys, secret);
  if (!vaultKey) throw new AppError('recovery-code-wrong');
  const known = await ports.deviceKeys.fetch(keys.vaultId, keys.deviceKey).catch(() => null);
  const deviceKey = known ?? ports.chance.bytes(32);
  if (!known) keys.deviceKey = await ports.deviceKeys.store(keys.vaultId, deviceKey);
  keys.deviceKeyHash = deviceKeyHash(keys.vaultId, deviceKey);
  return assemble(ports, dir, keys, vaultKey, deviceKey, false);
}

function assemble(ports: VaultPorts, dir: string, firstKeys: KeyFile, vaultKey: Buffer, deviceKey: Uint8Array, create: boolean): OpenVault {
  const { chance, clock } = ports;
  let keys = firstKeys;
  // SQLite removes it when it closes: where it is, the last program that had the vault open died.
  const diedOpen = existsSync(`${databasePath(dir)}-wal`);
  const db = openDatabase(dir, deriveKey(vaultKey, 'database'), { create, timestamp: () => isoTime(clock) });
  const searchKey = deriveKey(vaultKey, 'search');
  const syncKey = deriveKey(vaultKey, 'sync');
  const save = (next: KeyFile) => {
    writeKeyFile(dir, next);
    keys = next;
  };
  const withRecovery = (slots: KeyFile['slots'], secret: Uint8Array) => [...slots.filter((old) => old.header.kind !== 'recovery'), recoverySlot(chance, keys.vaultId, vaultKey, secret)];
  // A slot of this name whose user was never recorded (the disk was full then) goes too.
  const withUser = async (user: { id: string; userName: string; password: string }) => {
    const slot = await userSlot(chance, keys.vaultId, vaultKey, user, deviceKey, await tune(clock, chance));
    const who = whoHash(keys.vaultId, user.userName);
    return [...keys.slots.filter((old) => old.header.kind !== 'user' || (old.header.user !== user.id && old.header.who !== who)), slot];
  };
  const files = openFiles(dir, db, deriveKey(vaultKey, 'files'), chance);
  if (diedOpen) files.sweep();
  return {
    id: keys.vaultId,
    dir,
    db,
    sample: keys.sample,
    get deviceKey() {
      return keys.deviceKey;
    },
    files,
    searchHash: (text) => createHmac('sha256', searchKey).update(text).digest('hex'),
    seal: (label, clear) => seal(chance, syncKey, clear, label),
    unseal(label, sealed) {
      const clear = unseal(syncKey, sealed, label);
      if (!clear) throw new AppError('vault-damaged', { what: 'a sealed secret does not open' });
      return clear;
    },
    derive: (label) => deriveKey(vaultKey, label),
    async addUserSlot(user) {
      save({ ...keys, slots: await withUser(user) });
    },
    passwordFits: async (userName, password) => (await openUserSlot(keys, userName, password, deviceKey)) !== null,
    newRecoveryCode() {
      const secret = chance.bytes(RECOVERY_BYTES);
      save({ ...keys, slots: withRecovery(keys.slots, secret) });
      return writeRecoveryCode(secret);
    },
    async renewAccess(user) {
      const secret = chance.bytes(RECOVERY_BYTES);
      save({ ...keys, slots: withRecovery(await withUser(user), secret) });
      return writeRecoveryCode(secret);
    },
    close() {
      try {
        db.pragma('wal_checkpoint(TRUNCATE)');
      } catch {
        // On a full disk what was committed stays in the write-ahead log, which the next opening takes in.
      }
      db.close();
      letGo(databasePath(dir));
      vaultKey.fill(0);
      searchKey.fill(0);
      syncKey.fill(0);
    },
  };
}
