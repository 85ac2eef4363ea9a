/** The encrypted database against the same library unencrypted: same pages, same pragmas, same rows. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { v7 } from 'uuid';
import { keyDatabase, PAGE_BYTES, pragmas, settleLog } from '../../src-main/core/vault/index.ts';
import { median, paired, type Row } from './measure.ts';

const ROWS = 200_000;
const ROW_BYTES = 600;
const ROWS_A_TRANSACTION = 2_500;
const READS = 20_000;
const WRITES = 200;

type Db = Database.Database;

/** @param dir a folder that may be filled and emptied; @param rounds pairs measured */
export function benchVault(dir: string, rounds: number): Row[] {
  const bulk = paired(
    rounds,
    () => bulkInsert(join(dir, 'sealed.db'), true),
    () => bulkInsert(join(dir, 'plain.db'), false),
  );
  const sealed = open(join(dir, 'sealed.db'), true);
  const plain = open(join(dir, 'plain.db'), false);
  const ids = { sealed: idsOf(sealed), plain: idsOf(plain) };
  pointReads(sealed, ids.sealed);
  pointReads(plain, ids.plain);
  const reads = paired(
    rounds + 2,
    () => pointReads(sealed, ids.sealed),
    () => pointReads(plain, ids.plain),
  );
  const writes = paired(
    rounds + 2,
    () => durableWrites(sealed, ids.sealed, true),
    () => durableWrites(plain, ids.plain, false),
  );
  sealed.close();
  plain.close();
  for (const name of ['sealed.db', 'plain.db']) remove(join(dir, name));
  return [
    {
      name: `bulk insert, ${ROWS} rows of ${ROW_BYTES} bytes, with checkpoint`,
      ours: `${bulk.ours.toFixed(0)} ms`,
      other: `plain ${bulk.other.toFixed(0)} ms`,
      ratio: bulk.ratio,
      wanted: 2,
    },
    {
      name: `point read, warm, ${READS} reads`,
      ours: `${((reads.ours * 1000) / READS).toFixed(2)} µs each`,
      other: `plain ${((reads.other * 1000) / READS).toFixed(2)} µs`,
      ratio: reads.ratio,
      wanted: 1.2,
    },
    {
      name: `durable write of one row, ${WRITES} writes`,
      ours: `${(writes.ours / WRITES).toFixed(3)} ms each`,
      other: `plain ${(writes.other / WRITES).toFixed(3)} ms`,
      ratio: writes.ratio,
      wanted: 1.4,
    },
  ];
}

const key = () => new Uint8Array(32).fill(7);

function open(path: string, encrypted: boolean): Db {
  const db = new Database(path);
  if (encrypted) keyDatabase(db, key());
  for (const pragma of pragmas(PAGE_BYTES, encrypted)) db.pragma(pragma);
  return db;
}

function remove(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
}

function bulkInsert(path: string, encrypted: boolean): number {
  remove(path);
  const db = open(path, encrypted);
  db.exec('CREATE TABLE row (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID');
  const insert = db.prepare('INSERT INTO row (id, body) VALUES (?, ?)');
  const body = randomBytes(ROW_BYTES);
  const ids = Array.from({ length: ROWS }, () => v7());
  const started = performance.now();
  for (let from = 0; from < ROWS; from += ROWS_A_TRANSACTION) {
    db.transaction(() => {
      for (const id of ids.slice(from, from + ROWS_A_TRANSACTION)) insert.run(id, body);
    })();
    // As the core does after each commit; the unencrypted one has SQLite's own way, which copies pages as they are.
    if (encrypted) settleLog(db, key, PAGE_BYTES);
  }
  if (encrypted) settleLog(db, key, PAGE_BYTES, 0);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const ms = performance.now() - started;
  db.close();
  return ms;
}

function idsOf(db: Db): string[] {
  return db
    .prepare<[], { id: string }>('SELECT id FROM row ORDER BY id')
    .all()
    .map((row) => row.id);
}

/** The same pseudo-random walk for both: a step that shares no factor with the number of rows. */
function pointReads(db: Db, ids: readonly string[]): number {
  const select = db.prepare('SELECT body FROM row WHERE id = ?');
  const started = performance.now();
  for (let n = 0, at = 0; n < READS; n++, at = (at + 7_919) % ids.length) select.get(ids[at]);
  return performance.now() - started;
}

function durableWrites(db: Db, ids: readonly string[], encrypted: boolean): number {
  const update = db.prepare('UPDATE row SET body = ? WHERE id = ?');
  const body = randomBytes(ROW_BYTES);
  const times: number[] = [];
  for (let n = 0, at = 0; n < WRITES; n++, at = (at + 104_729) % ids.length) {
    const started = performance.now();
    update.run(body, ids[at]);
    if (encrypted) settleLog(db, key, PAGE_BYTES);
    times.push(performance.now() - started);
  }
  return median(times) * WRITES;
}
