/** The encrypted database: SQLCipher format 4, so that an independent SQLCipher opens it. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db } from '../context.ts';
import { diskError, syncFolder } from './disk.ts';
import { migrations, schemaVersion } from './migrations/index.ts';

export type PageBytes = 4096 | 16384;
/** Pages of new vaults: SQLCipher's own size. Larger ones were no quicker in the same run. A vault of 16 KiB goes on; an independent SQLCipher is told by `PRAGMA cipher_page_size`. */
export const PAGE_BYTES: PageBytes = 4096;
/** Decrypted pages kept: enough for the working set of a clinic, and never more than a sixteenth of a small machine's memory. */
const CACHE_KIB = Math.min(256 * 1024, Math.floor(totalmem() / 16 / 1024));
const DIGITS = '0123456789abcdef';
/** Copies from before a migration that are kept. */
const COPIES_MAX = 2;

export function databasePath(dir: string): string {
  return join(dir, 'vault.db');
}

/** Where the database of a new vault key waits for its name. */
export function pendingPath(dir: string, generation: number): string {
  return `${databasePath(dir)}.g${generation}`;
}

/** Pages in the log at which SQLite itself lets it flow: only where `settleLog`, which is quicker, was not asked for so long. */
const LOG_PAGES_MAX = 8000;

/** Pragmas that the application ships; the bench uses the same for its unencrypted twin, but for SQLite's own limit of the log. */
export function pragmas(pageBytes: PageBytes = PAGE_BYTES, encrypted = true): string[] {
  return [
    `page_size = ${pageBytes}`,
    'locking_mode = EXCLUSIVE',
    'journal_mode = WAL',
    'synchronous = FULL',
    'temp_store = MEMORY',
    'secure_delete = ON',
    'foreign_keys = ON',
    `cache_size = -${CACHE_KIB}`,
    ...(encrypted ? [`wal_autocheckpoint = ${LOG_PAGES_MAX}`] : []),
  ];
}

/** Sets cipher and key. @param key 32 bytes, used raw */
export function keyDatabase(db: Db, key: Uint8Array, pageBytes: PageBytes = PAGE_BYTES): void {
  db.pragma("cipher = 'sqlcipher'");
  db.pragma('legacy = 4');
  db.pragma(`legacy_page_size = ${pageBytes}`);
  // In bytes and not in a text, which would stay in memory.
  const text = Buffer.alloc(key.byteLength * 2 + 3);
  text.write("x'");
  for (const [at, byte] of key.entries()) text.set([DIGITS.charCodeAt(byte >> 4), DIGITS.charCodeAt(byte & 15)], 2 + at * 2);
  text.write("'", text.byteLength - 1);
  const refused = db.key(text);
  text.fill(0);
  if (refused) throw new Error(`SQLite answered ${refused} to the key`);
}

export interface OpenOptions {
  create?: boolean;
  pageBytes: PageBytes;
  /** Of the vault key. */
  generation: number;
  timestamp: () => string;
  /** A rotation opens it: its own copy beside stays. */
  rotating?: boolean;
}

/**
 * Opens (or, with `create`, makes) the database and brings its schema up to date.
 * Throws `vault-in-use`, `vault-newer`, `vault-damaged`, `disk-full`.
 */
export function openDatabase(dir: string, key: Uint8Array, options: OpenOptions): Db {
  const path = databasePath(dir);
  if (options.create) closeSync(openSync(path, 'a', 0o600));
  if (!existsSync(path)) throw new AppError('vault-damaged', { what: 'the database file is gone' });
  // SQLite takes a file without a byte for a new database: whoever types the right password would be told that it is wrong.
  const emptied = !options.create && statSync(path).size === 0;
  const found = emptied ? null : openKeyed(path, key, options.pageBytes);
  const db = found ?? openKeyed(settle(dir, options.generation), key, options.pageBytes);
  if (!db) throw new AppError('vault-damaged', { what: 'a page of the database cannot be read' });
  try {
    if (!options.rotating) sweep(dir);
    migrate(db, options.timestamp);
    return db;
  } catch (thrown) {
    db.close();
    throw diskError(thrown);
  }
}

/** Null where the key does not fit the file. */
function openKeyed(path: string, key: Uint8Array, pageBytes: PageBytes): Db | null {
  const db = openFile(path);
  try {
    keyDatabase(db, key, pageBytes);
    for (const pragma of pragmas(pageBytes)) db.pragma(pragma);
    // Takes the exclusive lock now, and shows at once whether the first page can be read.
    db.exec('BEGIN IMMEDIATE; COMMIT');
    return db;
  } catch (thrown) {
    db.close();
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'SQLITE_NOTADB') return null;
    throw openError(thrown);
  }
}

/** A rotation that a power cut stopped after its switch: its database takes its name now. @returns the database's path */
function settle(dir: string, generation: number): string {
  const path = databasePath(dir);
  if (!existsSync(pendingPath(dir, generation)))
    throw new AppError('vault-damaged', { what: 'a page of the database cannot be read' });
  for (const end of ['-wal', '-journal']) rmSync(path + end, { force: true });
  renameSync(pendingPath(dir, generation), path);
  syncFolder(dir);
  return path;
}

/** Under the lock: what a rotation or a migration left half done. */
function sweep(dir: string): void {
  for (const name of readdirSync(dir))
    if (/^vault\.db\.(g\d+|before-.*\.new)(-journal)?$/.test(name)) rmSync(join(dir, name), { force: true });
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

/** The database as it was before a migration, under the same key; durable before the migration begins. */
function keepCopy(db: Db, path: string): void {
  const beside = `${path}.new`;
  try {
    rmSync(beside, { force: true });
    closeSync(openSync(beside, 'w', 0o600));
    db.prepare('VACUUM INTO ?').run(beside);
    const handle = openSync(beside, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    renameSync(beside, path);
    syncFolder(dirname(path));
    for (const name of copiesIn(dirname(path)).slice(0, -COPIES_MAX)) rmSync(join(dirname(path), name), { force: true });
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw thrown;
  }
}

/** Names of the copies from before migrations, oldest first. */
export function copiesIn(dir: string): string[] {
  const madeAt = (name: string) => Number(name.split('-').at(-1));
  return readdirSync(dir)
    .filter((name) => new RegExp(`^${basename(databasePath(dir))}\\.before-\\d+-\\d+$`).test(name))
    .sort((one, other) => madeAt(one) - madeAt(other));
}

/** After a rotation: they are under a key that nothing opens any more. */
export function removeCopies(dir: string): void {
  for (const name of copiesIn(dir)) rmSync(join(dir, name), { force: true });
}

function openError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') return new AppError('vault-in-use', {}, { cause: thrown });
  return diskError(thrown);
}
