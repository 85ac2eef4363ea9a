/** One server for one data folder. The operating system lets go of the lock when the process ends, however it ends. */
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';

/** @returns what releases the lock, or null when another process holds it */
export function lockFolder(folder: string): (() => void) | null {
  const lock = new Sqlite(join(folder, 'lock'), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (thrown) {
    lock.close();
    if (thrown instanceof Sqlite.SqliteError && thrown.code.startsWith('SQLITE_BUSY')) return null;
    throw thrown;
  }
}
