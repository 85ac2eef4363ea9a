import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../src-shared/errors/index.ts';
import { keyDatabase, PAGE_BYTES, type PageBytes, pragmas } from './database.ts';
import { firstBadPage } from './pages.ts';
import { letGo } from './steady.ts';
import { settleLog } from './write-ahead.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1);
const keyOf = () => Uint8Array.from(KEY);
const SECRET = 'Wanjiru Kamau was here';

let folder: string;
let path: string;
let db: Database.Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  path = join(folder, 'vault.db');
  db = open(path);
  db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
});
afterEach(() => {
  db.close();
  letGo(path);
  rmSync(folder, { recursive: true, force: true });
});

function open(at: string, pageBytes: PageBytes = PAGE_BYTES): Database.Database {
  const opened = new Database(at);
  keyDatabase(opened, KEY, pageBytes);
  for (const pragma of pragmas(pageBytes)) opened.pragma(pragma);
  return opened;
}

const write = (count: number) => {
  const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
  db.transaction(() => {
    for (let n = 0; n < count; n++) insert.run(`${SECRET} ${n}`.padEnd(900, '.'));
  })();
};
/** Pages that lie in the log alone. */
const waiting = () => {
  // The library answers one row of these columns.
  const [row] = db.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  return (row?.log ?? 0) - (row?.checkpointed ?? 0);
};
const counted = (opened: Database.Database) => opened.prepare<[], number>('SELECT count(*) FROM note').pluck().get();
const inClear = () => ['', '-wal'].filter((end) => readFileSync(path + end).includes(SECRET));

/** What another process would find, were this one gone now. */
async function found(pageBytes: PageBytes = PAGE_BYTES): Promise<unknown> {
  const copy = mkdtempSync(join(folder, 'copy-'));
  for (const end of ['', '-wal']) cpSync(path + end, join(copy, `vault.db${end}`));
  const other = open(join(copy, 'vault.db'), pageBytes);
  const answer = { notes: counted(other), sound: other.pragma('integrity_check', { simple: true }) };
  other.close();
  const bad = await firstBadPage(join(copy, 'vault.db'), KEY);
  letGo(join(copy, 'vault.db'));
  return { ...answer, bad };
}

test('the log flows into the file as it is, and what is written after is encrypted as before', async () => {
  write(2000);
  settleLog(db, keyOf, PAGE_BYTES, 1);
  expect(waiting()).toBe(0);
  expect(await firstBadPage(path, KEY)).toBeNull();
  expect(await found()).toEqual({ notes: 2000, sound: 'ok', bad: null });
  for (let turn = 0; turn < 5; turn++) {
    write(300);
    expect(await found()).toEqual({ notes: 2300 + turn * 300, sound: 'ok', bad: null });
    settleLog(db, keyOf, PAGE_BYTES, 1);
    expect(inClear()).toEqual([]);
  }
  expect(counted(db)).toBe(3500);
  db.pragma('shrink_memory');
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
});

test('a vault of larger pages keeps them', async () => {
  db.close();
  rmSync(path);
  db = open(path, 16_384);
  db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  write(500);
  settleLog(db, keyOf, 16_384, 1);
  write(500);
  expect(await found(16_384)).toEqual({ notes: 1000, sound: 'ok', bad: null });
  expect(inClear()).toEqual([]);
});

test('a page that was changed in the log is not made good by its way into the file', async () => {
  write(200);
  const log = readFileSync(`${path}-wal`);
  // In the last page of the log, behind its frame's head.
  const at = log.byteLength - 2000;
  log[at] = (log[at] ?? 0) ^ 1;
  writeFileSync(`${path}-wal`, log);
  settleLog(db, keyOf, PAGE_BYTES, 1);
  expect(await firstBadPage(path, KEY)).not.toBeNull();
});

test('it waits while the log is short, a backup holds the file, a transaction is open or rows are being read', () => {
  write(20);
  const before = waiting();
  expect(before).toBeGreaterThan(0);
  settleLog(db, keyOf, PAGE_BYTES);
  db.pragma('wal_autocheckpoint = 0');
  settleLog(db, keyOf, PAGE_BYTES, 1);
  db.pragma('wal_autocheckpoint = 1000');
  db.transaction(() => settleLog(db, keyOf, PAGE_BYTES, 1))();
  const rows = db.prepare('SELECT id FROM note').iterate();
  rows.next();
  settleLog(db, keyOf, PAGE_BYTES, 1);
  rows.return?.();
  expect(waiting()).toBe(before);
  expect(inClear()).toEqual([]);
  settleLog(db, keyOf, PAGE_BYTES, 1);
  expect(waiting()).toBe(0);
});

test('where the key cannot be had again, the database is closed and nothing is written in clear', async () => {
  write(20);
  const refused = () => {
    throw new Error('no key');
  };
  expect(() => settleLog(db, refused, PAGE_BYTES, 1)).toThrow(AppError);
  expect(db.open).toBe(false);
  expect(readFileSync(path).includes(SECRET)).toBe(false);
  db = open(path);
  expect(counted(db)).toBe(20);
});
