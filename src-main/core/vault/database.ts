/** The encrypted database: SQLCipher format 4, so that an independent SQLCipher opens it. */
import { existsSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db } from '../context.ts';
import { diskError } from './disk.ts';
import { migrations, schemaVersion } from './migrations/index.ts';

/** SQLCipher's and SQLite's own size: an independent SQLCipher opens the file without being told. */
export const PAGE_BYTES = 4096;
/** Decrypted pages kept: enough for the working set of a clinic, and never more than a sixteenth of a small machine's memory. */
const CACHE_KIB = Math.min(256 * 1024, Math.floor(totalmem() / 16 / 1024));

export function databasePath(dir: string): string {
  return join(dir, 'vault.db');
}

/** Pragmas that the application ships; the bench uses the same for its unencrypted twin. */
export function pragmas(): string[] {
  return [
    `page_size = ${PAGE_BYTES}`,
    'locking_mode = EXCLUSIVE',
    'journal_mode = WAL',
    'synchronous = FULL',
    'temp_store = MEMORY',
    'secure_delete = ON',
    'foreign_keys = ON',
    `cache_size = -${CACHE_KIB}`,
  ];
}

/** Sets cipher and key. @param key 32 bytes, used raw */
export function keyDatabase(db: Db, key: Uint8Array): void {
  db.pragma("cipher = 'sqlcipher'");
  db.pragma('legacy = 4');
  db.pragma(`legacy_page_size = ${PAGE_BYTES}`);
  db.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
}

/**
 * Opens (or, with `create`, makes) the database and brings its schema up to date.
 * Throws `vault-in-use`, `vault-newer`, `vault-damaged`, `disk-full`.
 */
export function openDatabase(dir: string, key: Uint8Array, options: { create?: boolean; timestamp: () => string }): Db {
  const path = databasePath(dir);
  if (!options.create && !existsSync(path)) throw new AppError('vault-damaged', { what: 'the database file is gone' });
  const db = openFile(path);
  try {
    keyDatabase(db, key);
    for (const pragma of pragmas()) db.pragma(pragma);
    // Takes the exclusive lock now, and shows at once whether the first page can be read.
    db.exec('BEGIN IMMEDIATE; COMMIT');
    migrate(db, options.timestamp);
    return db;
  } catch (thrown) {
    db.close();
    throw openError(thrown);
  }
}

function migrate(db: Db, timestamp: () => string): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > schemaVersion) throw new AppError('vault-newer', { found, known: schemaVersion });
  if (found > 0 && found < schemaVersion) keepCopy(db, `${db.name}.before-${schemaVersion}-${timestamp().replace(/\D/g, '')}`);
  for (const migration of migrations) {
    if (migration.version <= found) continue;
    db.transaction(() => {
      migration.up(db);
      db.pragma(`user_version = ${migration.version}`);
    })();
  }
}

function openFile(path: string): Db {
  try {
    return new Database(path, { timeout: 0 });
  } catch (thrown) {
    throw openError(thrown);
  }
}

/** The vault as it was before a migration, under the same key. */
function keepCopy(db: Db, path: string): void {
  try {
    db.prepare('VACUUM INTO ?').run(path);
  } catch (thrown) {
    rmSync(path, { force: true });
    throw thrown;
  }
}

function openError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') return new AppError('vault-in-use', {}, { cause: thrown });
  return diskError(thrown);
}
