import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemChance } from '../ports.ts';
import { migrations } from '../vault/migrations/index.ts';
import { listEntries } from './list.ts';
import { type NewEntry, openAuditLog } from './log.ts';

const AT = '2026-11-22T08:00:00.000Z';
const entry = (person: string | undefined): NewEntry => ({
  ...(person === undefined ? {} : { person }),
  roles: [],
  device: 'device',
  action: 'R',
  procedure: 'chart.summary',
  resources: [],
  outcome: 'ok',
});

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
});
afterEach(() => db.close());

const upTo = (version: number) => {
  for (const migration of migrations) if (migration.version <= version) migration.up(db);
};
const openLog = () => openAuditLog(db, systemChance, new Uint8Array(32), 'device');
const numbersOf = (person: string, before?: number) => {
  const { entries, total } = listEntries(db, { person, before, limit: 1000 }, false);
  return { numbers: entries.map(({ n }) => n), total };
};

test('what somebody did is found, sealed or not yet', () => {
  upTo(Number.POSITIVE_INFINITY);
  const log = openLog();
  for (let n = 1; n <= 300; n++) log.append(entry(n % 5 === 0 ? 'joseph' : n % 7 === 0 ? undefined : 'amina'), AT);
  expect(log.state().sealedTo).toBe(256);
  const joseph = Array.from({ length: 60 }, (_, at) => 300 - at * 5);
  expect(numbersOf('joseph')).toEqual({ numbers: joseph, total: 60 });
  expect(numbersOf('joseph', 265).numbers).toEqual(joseph.filter((n) => n < 265));
  expect(numbersOf('nobody')).toEqual({ numbers: [], total: 0 });
});

test('entries of an older vault are found after its migration', () => {
  upTo(15);
  const insert = db.prepare('INSERT INTO audit (n, hash, entry, person, procedure, outcome, at) VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (let n = 1; n <= 9; n++)
    insert.run(n, new Uint8Array(32), JSON.stringify({ ...entry('amina'), n, at: AT }), 'amina', 'chart.summary', 'ok', AT);
  db.prepare('INSERT INTO audit_seal (count, head, at, signature) VALUES (6, ?, ?, ?)').run(
    new Uint8Array(32),
    AT,
    new Uint8Array(64),
  );
  for (const migration of migrations.filter(({ version }) => version > 15)) migration.up(db);
  expect(numbersOf('amina')).toEqual({ numbers: [9, 8, 7, 6, 5, 4, 3, 2, 1], total: 9 });
  openLog().seal(AT);
  expect(numbersOf('amina').total).toBe(9);
});
