/**
 * A new vault key. A copy of the database grows beside the old one, page by page under the new key, in a thread of its own and while people go on working; when nobody
 * works for a moment it takes over what has changed since. The key file that names the new key is the switch, by one rename; then the copy takes the database's name.
 * A power cut before the switch leaves the old vault (the copy is swept at the next opening), one after it is finished there (`settle` in database.ts).
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Clock, Db, RunningJob } from '../context.ts';
import { isoTime } from '../ports.ts';
import { deriveKey } from './aead.ts';
import { databasePath, openDatabase, pendingPath, removeCopies } from './database.ts';
import { diskError, syncFolder } from './disk.ts';
import { isWhole, type KeyFile, readKeyFile, type Slot, writeKeyFile } from './key-file.ts';
import { RECOVERY_BYTES, writeRecoveryCode } from './recovery-code.ts';
import { openRotator, type Rotator } from './rotator.ts';
import { linkTo, type Maker, recoverySlot, resealed } from './slots.ts';
import { letGo, steadyHandle } from './steady.ts';

/** Rounds while people work: each leaves less to the last one, for which they wait. */
const ROUNDS_MAX = 4;
/** So many changed pages are taken over in no time. */
const FEW_PAGES = 500;

export interface Rotated {
  keys: KeyFile;
  vaultKey: Buffer;
  /** Users whose slot was of the first format: it could not be carried over, they need a new password. */
  lost: string[];
  /** Where the recovery code could not be carried over: the new one. */
  recoveryCode?: string;
}

export interface Rotation {
  /** While the vault is open and in use. Throws `cancelled`, `disk-full`, `vault-damaged`. */
  copy(db: Db, job: Pick<RunningJob, 'signal' | 'progress'>): Promise<void>;
  /** The vault must be closed here; whoever else has it open is answered `vault-in-use`. Throws `disk-full` with everything as it was. */
  finish(): Promise<Rotated>;
  /** Ends the thread; what it has copied is removed. */
  abandon(): void;
}

export function beginRotation(ports: { chance: Chance; clock: Clock }, dir: string, vaultKey: Uint8Array): Rotation {
  const { chance, clock } = ports;
  const next = Buffer.from(chance.bytes(32));
  let rotator: Rotator | null = null;
  let beside: string | null = null;
  const begin = (keys: KeyFile) => {
    beside = pendingPath(dir, keys.generation + 1);
    rotator ??= openRotator({ beside, pageBytes: keys.pageBytes, vaultKey, next });
    return { thread: rotator, beside };
  };
  const abandon = () => {
    rotator?.end();
    rotator = null;
    if (beside !== null && !isNamed(dir, beside)) rmSync(beside, { force: true });
  };

  return {
    abandon,
    async copy(db, { signal, progress }) {
      const { thread } = begin(readKeyFile(dir));
      const stop = () => thread.end(new AppError('cancelled'));
      signal.addEventListener('abort', stop);
      try {
        signal.throwIfAborted();
        for (let round = 0; round < ROUNDS_MAX; round++) {
          // What waits in the log goes into the file, unless a backup holds the file still.
          if (round > 0 && Number(db.pragma('wal_autocheckpoint', { simple: true })) > 0) db.pragma('wal_checkpoint(PASSIVE)');
          const tell = round === 0 ? (done: number, total: number) => progress(megabytes(done), megabytes(total)) : undefined;
          const changed = await thread.round(steadyHandle(databasePath(dir)), false, tell);
          if (round > 0 && changed < FEW_PAGES) break;
        }
      } catch (thrown) {
        abandon();
        throw diskError(thrown);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    async finish() {
      const timestamp = () => isoTime(clock);
      let keys = readKeyFile(dir);
      const db = openDatabase(dir, deriveKey(vaultKey, 'database'), { ...keys, timestamp, rotating: true });
      try {
        // Again under the lock: nobody else writes it now.
        keys = readKeyFile(dir);
        if (!isWhole(keys, vaultKey)) throw new AppError('key-file-damaged');
        const { file, lost, recoveryCode } = await nextKeyFile(ports, keys, vaultKey, next);
        const { thread, beside } = begin(keys);
        // Out of WAL: a log of the old database must not lie beside the new one, whatever the power does.
        db.pragma('journal_mode = DELETE');
        await thread.round(steadyHandle(databasePath(dir)), true);
        await thread.complete(timestamp());
        sync(beside);
        const signed = writeKeyFile(dir, file, next);
        renameSync(beside, databasePath(dir));
        syncFolder(dir);
        removeCopies(dir);
        return { keys: signed, vaultKey: next, lost, recoveryCode };
      } catch (thrown) {
        throw diskError(thrown);
      } finally {
        abandon();
        db.close();
        letGo(databasePath(dir));
      }
    },
  };
}

async function nextKeyFile(ports: { chance: Chance; clock: Clock }, keys: KeyFile, vaultKey: Uint8Array, next: Uint8Array) {
  const maker: Maker = { ...ports, vaultId: keys.vaultId, vaultKey: next, generation: keys.generation + 1 };
  const slots: Slot[] = [];
  const lost: string[] = [];
  let recoveryCode: string | undefined;
  for (const slot of keys.slots) {
    const carried = await resealed(slot, maker);
    if (carried) slots.push(carried);
    else if (slot.header.kind === 'user') lost.push(slot.header.user);
    else {
      const secret = ports.chance.bytes(RECOVERY_BYTES);
      slots.push(await recoverySlot(maker, secret));
      recoveryCode = writeRecoveryCode(secret);
    }
  }
  const oldest = Math.min(...slots.map(({ header }) => ('anchor' in header ? header.anchor : maker.generation)));
  const links = [...keys.links, linkTo(ports.chance, keys, vaultKey, next)].filter((link) => link.from >= oldest);
  return { file: { ...keys, generation: maker.generation, links, slots } satisfies KeyFile, lost, recoveryCode };
}

/** Once the key file names the new key, only the new database fits it: that one must stay. */
function isNamed(dir: string, beside: string): boolean {
  try {
    return pendingPath(dir, readKeyFile(dir).generation) === beside;
  } catch {
    return true;
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
