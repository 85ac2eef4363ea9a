/** An open vault: its database, files and keys, and what may be changed about the ways into it. */
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Clock, Db, RunningJob, Vault } from '../context.ts';
import { isoTime } from '../ports.ts';
import { deriveKey, seal, unseal } from './aead.ts';
import { databasePath, openDatabase, type PageBytes } from './database.ts';
import { type Derive, derivedKeys } from './derived-keys.ts';
import type { DeviceKeyPlace, DeviceKeys } from './device-key.ts';
import { openFiles, renewContentHashes } from './files.ts';
import { deviceKeyHash, type EscrowSlot, isWhole, type KeyFile, readKeyFile, type Slot, writeKeyFile } from './key-file.ts';
import { RECOVERY_BYTES, writeRecoveryCode } from './recovery-code.ts';
import { beginRotation, type Rotated, type Rotation } from './rotate.ts';
import { deviceMark, escrowSlot, type NewUser, type Opened, openUserSlot, recoverySlot, userSlot } from './slots.ts';
import { letGo } from './steady.ts';
import { settleLog } from './write-ahead.ts';

export interface VaultPorts {
  clock: Clock;
  chance: Chance;
  deviceKeys: DeviceKeys;
}

/** An open vault with what only the core's own rooms may touch. */
export interface OpenVault extends Vault {
  readonly sample: boolean;
  readonly deviceKey: DeviceKeyPlace;
  /** After opening without the machine's key, until `renewAccess` has stored the new one. */
  readonly deviceKeyIsNew: boolean;
  readonly pageBytes: PageBytes;
  /** How often the vault key was made. */
  readonly generation: number;
  /** A key derived for a purpose: `audit`, `backup`, `database` ... */
  derive: Derive;
  /** Makes the slot of a user's password, which nothing knows of yet. @returns its mark, and puts it in place of the one before */
  newUserSlot(user: NewUser): Promise<{ mark: string; put: () => void }>;
  /** Lets a user in by this password, in place of the one before. */
  addUserSlot(user: NewUser): Promise<void>;
  /** The user's password opens nothing any more. */
  removeUserSlot(userId: string): void;
  /**
   * Users by id; `here` is false where the password was made with another machine's key and must be set again. `mark` stays as long as the password does.
   */
  userSlots(): { user: string; here: boolean; mark: string }[];
  /** Checks a password against its slot while the vault is open. */
  passwordFits(userName: string, password: string): Promise<boolean>;
  /** Checks the present password and makes the slot of the next. @returns puts it in place. Throws `password-wrong`. */
  changePassword(user: NewUser, present: string): Promise<() => void>;
  /** @returns the code, and puts it in place: then the one before stops working */
  newRecoveryCode(): Promise<{ code: string; put: () => void }>;
  /** Sets a user's password and makes the recovery code another, in one step. @returns the new code */
  renewAccess(user: NewUser): Promise<string>;
  escrows(): EscrowSlot['header'][];
  /** @returns puts it in place, and says what stands there */
  addEscrow(escrow: { name: string; publicKey: Uint8Array }): Promise<() => EscrowSlot['header']>;
  /** Throws `not-found`. */
  removeEscrow(id: string): void;
  /** Puts a user's slot in place of the one before. */
  replaceSlot(slot: Slot): void;
  /** Keeps what is needed to rotate the key and to open the vault again after it was closed. */
  handOver(): HandedOver;
  /** After a commit: lets the write-ahead log flow into the database where it has grown long. */
  settleLog(above?: number): void;
  /** Checkpoints, closes and zeroes the key. */
  close(): void;
}

export interface HandedOver {
  /** The long part, while the vault is open and in use. Throws `cancelled`, `disk-full`. */
  copy(job: Pick<RunningJob, 'signal' | 'progress'>): Promise<void>;
  /** The rest, when it is closed. */
  rotate(): Promise<Rotated>;
  /** Leaves nothing of the copy. */
  abandon(): void;
  reopen(): OpenVault;
}

export interface Access {
  dir: string;
  keys: KeyFile;
  vaultKey: Buffer;
  deviceKey: Uint8Array;
  /** Makes the database. */
  create?: boolean;
  /** Opened by recovery code or escrow. The machine's key may be a new one, and a key file that somebody has changed loses all its other ways in. */
  recovered?: boolean;
  /** This machine's key is not the one that the slots were made with. */
  newDevice?: boolean;
}

/** Opens the database under its lock. Throws `vault-in-use`, `key-file-damaged` and what the database throws. */
export function assemble(ports: VaultPorts, access: Access): OpenVault {
  const { chance, clock } = ports;
  const { dir, vaultKey, deviceKey } = access;
  let { keys, newDevice: deviceIsNew = false } = access;
  // SQLite removes it when it closes: where it is, the last program that had the vault open died.
  const diedOpen = existsSync(`${databasePath(dir)}-wal`);
  const databaseKey = () => deriveKey(vaultKey, 'database');
  const db = openDatabase(dir, databaseKey(), {
    create: access.create,
    pageBytes: keys.pageBytes,
    generation: keys.generation,
    timestamp: () => isoTime(clock),
  });
  try {
    // Again under the lock: another program may have changed it while the password was stretched.
    if (!access.create) keys = trusted(readKeyFile(dir), vaultKey, access.recovered ?? false);
    renewContentHashes(db, derivedKeys(db, vaultKey)('content-hash'));
  } catch (thrown) {
    db.close();
    throw thrown;
  }
  const derive = derivedKeys(db, vaultKey);
  const searchKey = derive('search');
  const syncKey = derive('sync');
  const maker = () => ({ chance, clock, vaultId: keys.vaultId, vaultKey, generation: keys.generation });
  const save = (change: Partial<KeyFile>) => {
    keys = writeKeyFile(dir, { ...keys, ...change }, vaultKey);
  };
  // A slot of this name whose user was never recorded (the disk was full then) goes too.
  const withUser = (slot: Slot) => {
    const { header } = slot;
    const isTheirs = (old: Slot) =>
      old.header.kind === 'user' && header.kind === 'user' && (old.header.user === header.user || old.header.who === header.who);
    return [...keys.slots.filter((old) => !isTheirs(old)), slot];
  };
  const newUserSlot = async (user: NewUser) => {
    const slot = await userSlot(maker(), user, deviceKey);
    return { mark: slot.header.salt, put: () => save({ slots: withUser(slot) }) };
  };
  const withoutRecovery = (slots: readonly Slot[]) => slots.filter((old) => old.header.kind !== 'recovery');
  const files = openFiles(dir, db, derive('files'), chance, derive('content-hash'));
  if (diedOpen) files.sweep();
  let copying: Rotation | null = null;

  return {
    id: keys.vaultId,
    dir,
    db,
    sample: keys.sample,
    get deviceKey() {
      return keys.deviceKey;
    },
    get deviceKeyIsNew() {
      return deviceIsNew;
    },
    pageBytes: keys.pageBytes,
    get generation() {
      return keys.generation;
    },
    files,
    searchHash: (text) => createHmac('sha256', searchKey).update(text).digest('hex'),
    seal: (label, clear) => seal(chance, syncKey, clear, label),
    unseal(label, sealed) {
      const clear = unseal(syncKey, sealed, label);
      if (!clear) throw new AppError('vault-damaged', { what: 'a sealed secret does not open' });
      return clear;
    },
    derive,
    newUserSlot,
    async addUserSlot(user) {
      (await newUserSlot(user)).put();
    },
    removeUserSlot: (userId) =>
      save({ slots: keys.slots.filter(({ header }) => header.kind !== 'user' || header.user !== userId) }),
    userSlots() {
      const mark = deviceMark(keys.vaultId, deviceKey);
      return keys.slots.flatMap(({ header }) =>
        header.kind === 'user'
          ? [{ user: header.user, here: !('device' in header) || header.device === mark, mark: header.salt }]
          : [],
      );
    },
    async passwordFits(userName, password) {
      const opened = await openUserSlot(keys, userName, password, deviceKey, clock);
      if (opened) await renewQuietly(opened, ports, (slot) => save({ slots: withUser(slot) }));
      return opened !== null;
    },
    async changePassword(user, present) {
      const opened = await openUserSlot(keys, user.userName, present, deviceKey);
      if (opened?.user !== user.id) throw new AppError('password-wrong');
      const slot = await userSlot(maker(), user, deviceKey);
      return () => save({ slots: withUser(slot) });
    },
    async newRecoveryCode() {
      const secret = chance.bytes(RECOVERY_BYTES);
      const slot = await recoverySlot(maker(), secret);
      return { code: writeRecoveryCode(secret), put: () => save({ slots: [...withoutRecovery(keys.slots), slot] }) };
    },
    async renewAccess(user) {
      const secret = chance.bytes(RECOVERY_BYTES);
      const [mine, recovery] = [await userSlot(maker(), user, deviceKey), await recoverySlot(maker(), secret)];
      // Stored first: a power cut between the two leaves a key that does not fit, and the old code, which opens still.
      const place = deviceIsNew ? await ports.deviceKeys.store(keys.vaultId, deviceKey) : keys.deviceKey;
      const slots = [...withoutRecovery(withUser(mine)), recovery];
      save({
        slots: deviceIsNew ? slots.filter(isCarriedOver) : slots,
        deviceKey: place,
        deviceKeyHash: deviceKeyHash(keys.vaultId, deviceKey),
      });
      deviceIsNew = false;
      return writeRecoveryCode(secret);
    },
    escrows: () => keys.slots.flatMap((slot) => (slot.header.kind === 'escrow' ? [slot.header] : [])),
    async addEscrow(escrow) {
      const publicKey = Buffer.from(escrow.publicKey).toString('hex');
      const slot = await escrowSlot(maker(), { ...escrow, addedAt: isoTime(clock) });
      return () => {
        save({ slots: [...keys.slots.filter(({ header }) => header.kind !== 'escrow' || header.publicKey !== publicKey), slot] });
        return slot.header;
      };
    },
    removeEscrow(id) {
      const slots = keys.slots.filter(({ header }) => header.kind !== 'escrow' || header.id !== id);
      if (slots.length === keys.slots.length) throw new AppError('not-found', { what: 'escrow key' });
      save({ slots });
    },
    replaceSlot: (slot) => save({ slots: withUser(slot) }),
    handOver() {
      copying?.abandon();
      const kept = { ...access, create: false, recovered: false, newDevice: deviceIsNew, vaultKey: Buffer.from(vaultKey) };
      return handOver(ports, kept, db, (at) => {
        copying = at;
      });
    },
    settleLog: (above) => settleLog(db, databaseKey, keys.pageBytes, above),
    close() {
      // In the middle of it: nobody will finish it.
      copying?.abandon();
      try {
        settleLog(db, databaseKey, keys.pageBytes, 0);
        db.pragma('wal_checkpoint(TRUNCATE)');
      } catch {
        // On a full disk what was committed stays in the write-ahead log, which the next opening takes in.
      }
      db.close();
      letGo(databasePath(dir));
      for (const key of [vaultKey, searchKey, syncKey]) key.fill(0);
    },
  };
}

/** Brings a slot up to date after it was opened. A disk that does not take it must keep nobody out. */
export async function renewQuietly(
  opened: Opened,
  ports: { chance: Chance; clock: Clock },
  replace: (slot: Slot) => void,
): Promise<void> {
  if (!opened.renew) return;
  const slot = await opened.renew(ports);
  try {
    replace(slot);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
  }
}

/** @param tell which rotation reads the open database just now */
function handOver(ports: VaultPorts, kept: Access, db: Db, tell: (copying: Rotation | null) => void): HandedOver {
  let rotation: Rotation | null = null;
  return {
    async copy(job) {
      rotation = beginRotation(ports, kept.dir, kept.vaultKey);
      tell(rotation);
      await rotation.copy(db, job).finally(() => tell(null));
    },
    async rotate() {
      const begun = rotation ?? beginRotation(ports, kept.dir, kept.vaultKey);
      rotation = null;
      const rotated = await begun.finish();
      kept.vaultKey.fill(0);
      kept.vaultKey = Buffer.from(rotated.vaultKey);
      return rotated;
    },
    abandon: () => rotation?.abandon(),
    reopen: () => assemble(ports, { ...kept, keys: readKeyFile(kept.dir) }),
  };
}

function trusted(keys: KeyFile, vaultKey: Uint8Array, recovered: boolean): KeyFile {
  if (isWhole(keys, vaultKey)) return keys;
  if (!recovered) throw new AppError('key-file-damaged');
  // Nothing in it can be told from what somebody put there.
  return { ...keys, slots: [], links: [] };
}

/** A password of the first format opens on its own machine alone and does not say which that was. */
const isCarriedOver = (slot: Slot) => slot.header.kind !== 'user' || 'device' in slot.header;
