/** What the log costs: beside an effect, for a read, and to verify a million entries while the core goes on answering. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Database from 'better-sqlite3-multiple-ciphers';
import { openAuditLog, verifyLogAside } from '../../src-main/core/audit/index.ts';
import type { Act } from '../../src-main/core/context.ts';
import { systemChance, systemClock } from '../../src-main/core/ports.ts';
import { openTransactions } from '../../src-main/core/transactions.ts';
import { keyDatabase, pragmas } from '../../src-main/core/vault/index.ts';
import { migrations } from '../../src-main/core/vault/migrations/index.ts';
import { median, paired, type Row } from './measure.ts';

const EFFECTS = 1_500;
/** Reads in a row, and how often they and bare rows take turns. */
const READS = 15;
const ROUNDS = 21;
const ENTRIES = 1_000_000;
const DEVICE = 'device-of-the-bench';
const who = { id: '01900000-0000-7000-8000-000000000001', roles: ['clinician'] };

/** @param dir a folder that may be filled and emptied; @param entries how long the log is that is verified */
export async function benchAudit(dir: string, entries = ENTRIES): Promise<Row[]> {
  const rows = [...besideAnEffect(join(dir, 'effect.db')), ...(await forARead(join(dir, 'read.db')))];
  rows.push(...(await verifying(join(dir, 'long.db'), entries)));
  for (const name of ['effect.db', 'read.db', 'long.db'])
    for (const end of ['', '-wal', '-shm']) rmSync(join(dir, name + end), { force: true });
  return rows;
}

function open(path: string) {
  const db = new Database(path);
  keyDatabase(db, new Uint8Array(32).fill(7));
  for (const pragma of pragmas()) db.pragma(pragma);
  for (const migration of migrations) migration.up(db);
  const log = openAuditLog(db, systemChance, new Uint8Array(32), DEVICE);
  const transactions = openTransactions({
    db,
    log,
    clock: systemClock,
    chance: systemChance,
    device: DEVICE,
    emit: () => undefined,
  });
  return { db, log, transactions };
}

/** The same effect with and without an entry, in turn: what the entry adds between the beginning and the end of the transaction's body. */
function besideAnEffect(path: string): Row[] {
  const { db, log } = open(path);
  const draft = db.prepare(
    'INSERT INTO draft (person, key, title, body, saved_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  );
  const inside: number[] = [];
  const withEntry: number[] = [];
  const without: number[] = [];
  for (let n = 0; n < EFFECTS; n++) {
    for (const logged of n % 2 === 0 ? [true, false] : [false, true]) {
      const begun = performance.now();
      db.transaction(() => {
        draft.run(who.id, `note:${n % 50}`, 'A note', `${n}`.padEnd(600, logged ? 'x' : 'y'), '2026-11-22T08:00:00.000Z');
        if (!logged) return;
        const from = performance.now();
        log.append(
          {
            person: who.id,
            roles: who.roles,
            device: DEVICE,
            action: 'U',
            procedure: 'chart.add',
            patient: `patient-${n % 400}`,
            resources: [{ type: 'Observation', id: `observation-${n}`, after: 1 }],
            outcome: 'ok',
          },
          '2026-11-22T08:00:00.000Z',
        );
        inside.push((performance.now() - from) * 1000);
      }).immediate();
      (logged ? withEntry : without).push((performance.now() - begun) * 1000);
    }
  }
  db.close();
  return [
    {
      name: `log entry inside the effect's transaction, median of ${EFFECTS}`,
      ours: `${median(inside).toFixed(1)} µs`,
      other: 'wanted 100 µs',
      ratio: median(inside) / 100,
      wanted: 1,
    },
    {
      name: 'durable commit of the effect, with its entry and without',
      ours: `${median(withEntry).toFixed(0)} µs`,
      other: `without ${median(without).toFixed(0)} µs`,
      ratio: median(withEntry) / median(without),
    },
  ];
}

/** A read waits for its entry to be durable (reads of the same 5 ms share one commit): the commit itself against a bare one of one row in the same database, in turn. */
async function forARead(path: string): Promise<Row[]> {
  const { db, transactions } = open(path);
  db.exec('CREATE TABLE bare (n INTEGER PRIMARY KEY, hash BLOB NOT NULL, entry TEXT NOT NULL) STRICT');
  const bare = db.prepare('INSERT INTO bare (hash, entry) VALUES (?, ?)');
  const hash = new Uint8Array(32);
  const entry = 'e'.repeat(280);
  const act: Act = { action: 'R', procedure: 'chart.summary', patient: 'patient-1' };
  let n = 0;
  const commit = paired(
    ROUNDS,
    () => medianOf(READS, () => transactions.note({ ...act, patient: `patient-${n++ % 400}` }, who, 'ok')),
    () => medianOf(READS, () => bare.run(hash, entry)),
  );
  const answered: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => transactions.noteRead(act, who)));
    answered.push(performance.now() - begun);
  }
  db.close();
  return [
    {
      name: `durable commit of a read's entry, ${ROUNDS} times ${READS}`,
      ours: `${commit.ours.toFixed(3)} ms`,
      other: `bare row ${commit.other.toFixed(3)} ms`,
      ratio: commit.ratio,
      wanted: 1.5,
    },
    {
      name: 'eight reads at once, until all are durable (they share a commit within 5 ms)',
      ours: `${median(answered).toFixed(1)} ms`,
      other: '',
    },
  ];
}

async function verifying(path: string, entries: number): Promise<Row[]> {
  const { db, log } = open(path);
  for (let n = 0; n < entries; ) {
    db.transaction(() => {
      for (const end = Math.min(entries, n + 5_000); n < end; n++)
        log.append(
          {
            person: who.id,
            roles: who.roles,
            device: DEVICE,
            action: 'R',
            procedure: 'chart.summary',
            patient: `patient-${n % 4000}`,
            resources: [],
            outcome: 'ok',
          },
          '2026-11-22T08:00:00.000Z',
        );
    })();
  }
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const begun = performance.now();
  const verdict = await verifyLogAside(db, DEVICE, log.publicKey);
  const ms = performance.now() - begun;
  delay.disable();
  db.close();
  if (!verdict.ok || verdict.entries !== entries) throw new Error('the log that was just written is not whole');
  const longestMs = delay.max / 1e6;
  return [
    {
      name: `verification of ${entries} entries`,
      ours: `${(ms / 1000).toFixed(1)} s`,
      other: `${((ms * 1000) / entries).toFixed(1)} µs each`,
    },
    {
      name: 'longest time that the core answered nothing meanwhile',
      ours: `${longestMs.toFixed(1)} ms`,
      other: 'wanted 50 ms',
      ratio: longestMs / 50,
      wanted: 1,
    },
  ];
}

/** Milliseconds, the median of so many times. */
function medianOf(times: number, run: () => unknown): number {
  return median(
    Array.from({ length: times }, () => {
      const begun = performance.now();
      run();
      return performance.now() - begun;
    }),
  );
}
