/**
 * Letting the write-ahead log flow into the database file. A page lies in the log as it will lie in the file: same key, same number, same check sum. SQLCipher copies it as it is;
 * SQLite3MC would check, decrypt and encrypt it anew, which is two thirds of what encryption costs a write. So the cipher is taken off the connection while SQLite copies, and put on
 * again before anything else can run: all of it is one call of this thread. A page that somebody changed in the log stays a page that does not fit its check sum (decision 0016).
 */
import { statSync } from 'node:fs';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db } from '../context.ts';
import { keyDatabase, type PageBytes } from './database.ts';

/** The log flows when so much waits in it: as with SQLite itself, a thousand pages. A log that begins anew is cheaper to sync than one that grows. */
const LOG_BYTES = 4 * 1000 * 1024;

/**
 * To be called after a commit. Does nothing while the log is short, while a backup holds the file still, inside a transaction or while rows are being read.
 * Throws `vault-damaged` where the cipher could not be put on again: the database is closed then, so that nothing is written in clear.
 * @param keyOf the raw database key, 32 bytes; zeroed after use
 * @param above bytes that the log must hold
 */
export function settleLog(db: Db, keyOf: () => Uint8Array, pageBytes: PageBytes, above = LOG_BYTES): void {
  if (!db.open || db.inTransaction || fileBytes(db) < Math.max(1, above)) return;
  if (waitingPages(db) * pageBytes < Math.max(1, above) || isBusy(db)) return;
  const salt = saltOf(db);
  if (salt === '') return;
  try {
    db.pragma("key = ''");
    // The log's file keeps its length, which spares the disk making it anew.
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // As with SQLite's own: what was committed stays in the log, and a full disk shows at the next write.
  } finally {
    putOn(db, keyOf, pageBytes, salt);
  }
}

/** Whether a backup holds the file still, or rows are being read: then the library lets nothing be set, and the next commit asks again. */
function isBusy(db: Db): boolean {
  try {
    return Number(db.pragma('wal_autocheckpoint', { simple: true })) === 0;
  } catch (thrown) {
    if (thrown instanceof TypeError) return true;
    throw thrown;
  }
}

function putOn(db: Db, keyOf: () => Uint8Array, pageBytes: PageBytes, salt: string): void {
  try {
    const key = keyOf();
    keyDatabase(db, key, pageBytes);
    key.fill(0);
    if (saltOf(db) === salt) return;
  } catch {
    // Told below, alike.
  }
  db.close();
  throw new AppError('vault-damaged', { what: 'the database did not take its key again' });
}

/** Hex; empty without a cipher. */
function saltOf(db: Db): string {
  const [row] = db.pragma('cipher_salt') as Record<string, string>[];
  return Object.values(row ?? {})[0] ?? '';
}

// Asked after every commit once the log's file is long, so it is prepared once.
const questions = new WeakMap<Db, () => { log: number; checkpointed: number } | undefined>();

/** Pages in the log that the file does not have yet; none can be told of while rows are being read. */
function waitingPages(db: Db): number {
  let ask = questions.get(db);
  if (!ask) {
    const statement = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)');
    ask = () => statement.get();
    questions.set(db, ask);
  }
  try {
    const row = ask();
    return row ? row.log - row.checkpointed : 0;
  } catch {
    // SQLITE_LOCKED.
    return 0;
  }
}

function fileBytes(db: Db): number {
  return statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
