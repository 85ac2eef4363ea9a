/** The hospital's server on a real PostgreSQL: its door, two workstations that synchronise, and an erasure after which nothing of the patient is left in the tables' files. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { erasureProof } from '../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { clinicOf, hospital, round, somebody, type Workstation } from '../fixtures/workstations.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

let postgres: PostgresServer;
let administrator: pg.Client;
const house = hospital(async () => {
  postgres = await startPostgres();
  administrator = await postgres.administrator();
  return postgres.url;
});
// After the server has gone.
beforeAll(() => async () => {
  await administrator.end();
  postgres.stop();
});

/** Tables and catalogues that hold the text in any row that can be read. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await administrator.query<{ name: string }>(
    "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname = 'public' OR tablename = 'pg_statistic'",
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await administrator.query(`SELECT 1 FROM ${name} AS t WHERE t::text LIKE $1 LIMIT 1`, [`%${text}%`]);
    if (rowCount) found.push(name);
  }
  return found;
}

/** Files of tables, indexes and catalogues that hold the text in any byte, read back or not. */
async function filesWith(text: string): Promise<string[]> {
  await administrator.query('CHECKPOINT');
  return readdirSync(postgres.tables, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

/** A record that both workstations and the server have; the word stands in notes, entries and an earlier version. */
async function shared(a: Workstation, b: Workstation) {
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  const word = `burgundy${randomBytes(8).toString('hex')}`;
  const note = await a.client.call('notes.sign', { patient: id, title: 'Visit', text: `Left her ${word} umbrella here.` });
  for (let n = 0; n < 20; n++)
    await a.client.call('chart.add', { patient: id, entry: { kind: 'allergy', substance: `${word} ${n}` } });
  await round(a, b);
  await a.client.call('records.remove', { patient: id, type: 'DocumentReference', id: note.id, reason: 'wrong chart' });
  await round(a, b);
  return { id, name, word };
}

async function erase(station: Workstation, patient: PatientId, name: { given: string; family: string }) {
  const confirm = `${name.given} ${name.family}`;
  const { job } = await station.client.call('erasure.erase', {
    patient,
    ground: 'subject-request',
    reason: 'Asked for in writing',
    confirm,
  });
  return erasureProof.parse(await clinicOf(station).jobs.wait(job ?? ''));
}

const states = async () =>
  (await administrator.query<{ state: string }>('SELECT state FROM erasure ORDER BY at')).rows.map(({ state }) => state);

test('the door of the server, as in its own tests', () => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const done = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', 'src-server/server.test.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, LAMPLIGHT_TEST_DATABASE_URL: postgres.url.replace(/lamplight$/, 'door') },
  });
  expect(done.status, `${done.stdout}${done.stderr}`.slice(-3000)).toBe(0);
});

test('two workstations share a record; erased, nothing of it is left in tables, catalogues or their files, and the server says so', async () => {
  const [a, b] = [await house.workstation(), await house.workstation()];
  const { id, name, word } = await shared(a, b);
  expect((await b.client.call('patients.search', { text: name.family })).results).toHaveLength(1);
  // As PostgreSQL does by itself from time to time.
  await administrator.query('ANALYZE');
  expect(await tablesWith(word)).toEqual(expect.arrayContaining(['public.resource', 'public.resource_history']));
  expect((await filesWith(word)).length).toBeGreaterThan(1);

  const { id: proof } = await erase(a, id, name);
  await round(b, a);
  expect([await tablesWith(word), await tablesWith(name.family)]).toEqual([[], []]);
  expect([await filesWith(word), await filesWith(name.family)]).toEqual([[], []]);
  expect((await b.client.call('patients.search', { text: name.family })).results).toEqual([]);
  const { elsewhere } = await a.client.call('erasure.proof', { id: proof });
  expect(elsewhere.filter((one) => one.at !== undefined).map((one) => one.name)).toEqual(
    expect.arrayContaining([expect.stringContaining('server')]),
  );
});

test.each([
  ['a dump that holds the tables', 'LOCK TABLE resource IN ACCESS SHARE MODE'],
  ['a transaction that may still look at what was deleted', 'SELECT 1'],
])('%s makes the clean-up wait: nothing is said to be done, others go on, and it is done afterwards', async (_what, sql) => {
  const [a, b] = [await house.workstation(), await house.workstation()];
  const { id, name, word } = await shared(a, b);
  await administrator.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await administrator.query(sql);
  await erase(a, id, name);
  await round(b);
  const other = await postgres.administrator();
  try {
    // The server tries, gives up and stays in this state.
    await expect
      .poll(async () => (await other.query("SELECT 1 FROM erasure WHERE state = 'rows-gone'")).rowCount, { timeout: 60_000 })
      .toBe(1);
    await a.client.call('patients.register', somebody());
    await round(a, b);
    expect((await other.query("SELECT 1 FROM erasure WHERE state = 'rows-gone'")).rowCount).toBe(1);
    await administrator.query('COMMIT');
  } finally {
    await other.end();
  }
  await house.server.stop();
  await house.server.restart();
  await expect.poll(async () => new Set(await states()), { timeout: 60_000 }).toEqual(new Set(['done']));
  expect([await tablesWith(word), await filesWith(word)]).toEqual([[], []]);
});

test('PostgreSQL closes all connections, as in a restart: the server stays, and the next synchronisation goes through', async () => {
  const [a, b] = [await house.workstation(), await house.workstation()];
  await round(a, b);
  await administrator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', ['lamplight']);
  await a.client.call('patients.register', somebody());
  await round(a, b);
  for (const { client } of [a, b]) expect((await client.call('sync.status', {})).waiting).toBe(0);
});
