/**
 * A new vault key. The database is written anew beside the old one, under the new key; the key file that names the new key is the switch, by one rename; then the new
 * database takes the old one's name. A power cut before the switch leaves the old vault (the copy is swept at the next opening), one after it is finished there
 * (`settle` in database.ts).
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3-multiple-ciphers';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Clock, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { deriveKey } from './aead.ts';
import { databasePath, keyDatabase, openDatabase, pendingPath, removeCopies } from './database.ts';
import { derivedKeys, keepKeys } from './derived-keys.ts';
import { diskError, syncFolder } from './disk.ts';
import { rewrapPatientKeys } from './files.ts';
import { isWhole, type KeyFile, readKeyFile, type Slot, writeKeyFile } from './key-file.ts';
import { RECOVERY_BYTES, writeRecoveryCode } from './recovery-code.ts';
import { linkTo, type Maker, recoverySlot, resealed } from './slots.ts';

export interface Rotated {
  keys: KeyFile;
  vaultKey: Buffer;
  /** Users whose slot was of the first format: it could not be carried over, they need a new password. */
  lost: string[];
  /** Where the recovery code could not be carried over: the new one. */
  recoveryCode?: string;
}

/** The vault must be closed here; whoever else has it open is answered `vault-in-use`. Throws `disk-full` with everything as it was. */
export async function rotateVaultKey(
  ports: { chance: Chance; clock: Clock },
  dir: string,
  vaultKey: Uint8Array,
): Promise<Rotated> {
  const { chance, clock } = ports;
  const timestamp = () => isoTime(clock);
  let keys = readKeyFile(dir);
  const db = openDatabase(dir, deriveKey(vaultKey, 'database'), { ...keys, timestamp });
  try {
    // Again under the lock: nobody else writes it now.
    keys = readKeyFile(dir);
    if (!isWhole(keys, vaultKey)) throw new AppError('key-file-damaged');
    const next = Buffer.from(chance.bytes(32));
    const { file, lost, recoveryCode } = await nextKeyFile(ports, keys, vaultKey, next);
    const beside = pendingPath(dir, file.generation);
    try {
      copyUnder(db, beside, keys, vaultKey, next, chance, timestamp());
      const signed = writeKeyFile(dir, file, next);
      renameSync(beside, databasePath(dir));
      syncFolder(dir);
      removeCopies(dir);
      return { keys: signed, vaultKey: next, lost, recoveryCode };
    } catch (thrown) {
      // Once the key file names the new key, only the new database fits it.
      if (readKeyFile(dir).generation === keys.generation) rmSync(beside, { force: true });
      throw diskError(thrown);
    }
  } finally {
    db.close();
  }
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

/** Never in clear: the copy is made under the old key and encrypted again, page by page, under the new one. */
function copyUnder(
  db: Db,
  beside: string,
  keys: KeyFile,
  vaultKey: Uint8Array,
  next: Uint8Array,
  chance: Chance,
  at: string,
): void {
  // Out of WAL: a log of the old database must not lie beside the new one, whatever the power does.
  db.pragma('journal_mode = DELETE');
  rmSync(beside, { force: true });
  // Its journal is not needed: what is half done is thrown away.
  rmSync(`${beside}-journal`, { force: true });
  closeSync(openSync(beside, 'w', 0o600));
  db.prepare('VACUUM INTO ?').run(beside);
  const copy = new Database(beside);
  try {
    keyDatabase(copy, deriveKey(vaultKey, 'database'), keys.pageBytes);
    copy.pragma('temp_store = MEMORY');
    copy.pragma('synchronous = OFF');
    copy.pragma(`rekey = "x'${deriveKey(next, 'database').toString('hex')}'"`);
    copy.transaction(() => {
      rewrapPatientKeys(copy, deriveKey(vaultKey, 'files'), deriveKey(next, 'files'), chance);
      copy
        .prepare("INSERT INTO meta (key, value) VALUES ('key-made-at', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
        .run(at);
      keepKeys(copy, derivedKeys(db, vaultKey), next, chance);
    })();
  } finally {
    copy.close();
  }
  const handle = openSync(beside, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
