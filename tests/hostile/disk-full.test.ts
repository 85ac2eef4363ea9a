/** SQLite itself says that the disk is full: the database may not grow. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importFiles } from '../../src-main/core/records/index.ts';
import { root } from '../../src-node/root.ts';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { ADMIN, type TestCore, testCore } from '../fixtures/core.ts';
import { AMINA, add, type Client, codeOf, filesOf } from './core.fixture.ts';
import { fundus, letter } from './pictures.fixture.ts';

const bundle = readFileSync(join(root, 'tests/fixtures/chart-bundle.json'));

let made: TestCore;
let client: Client;
let patient: PatientId;
beforeEach(async () => {
  made = await testCore();
  client = await made.create();
  patient = (await client.call('patients.register', AMINA)).id;
});
afterEach(() => made.remove());

function vault() {
  const open = made.core.clinic()?.vault;
  if (!open) throw new Error('no vault is open');
  return open;
}
/** Takes the free pages, then lets the database grow no more. */
function fill(): void {
  const { db } = vault();
  db.exec('CREATE TABLE filler (a BLOB) STRICT');
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
  const insert = db.prepare('INSERT INTO filler VALUES (zeroblob(?))');
  untilRefused(() => insert.run(4096));
  // And no page of the log has room for the shortest entry.
  untilRefused(() => made.core.clinic()?.transactions.note({ action: 'E', procedure: 'x' }, null, 'ok'));
}
function untilRefused(step: () => void): void {
  try {
    for (;;) step();
  } catch (thrown) {
    expect(String(thrown)).toContain('full');
  }
}
function free(): void {
  vault().db.pragma('max_page_count = 1073741823');
  vault().db.exec('DROP TABLE filler');
}
const importBundle = () => {
  const open = made.core.clinic();
  const person = open?.contextOf({ id: adminId(), ...ADMIN, roles: ['clinician', 'it-admin'] });
  if (!person) throw new Error('no vault is open');
  return importFiles(person, [{ name: 'chart.json', bytes: bundle }]);
};
const adminId = () => vault().db.prepare<[], string>('SELECT id FROM user').pluck().get() ?? '';
const counts = () => {
  const count = (table: string) => vault().db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
  return ['resource', 'file', 'patient_row', 'document', 'change_log', 'import_run', 'user'].map((table) => [
    table,
    count(table),
  ]);
};

test('a full disk refuses each step with a sentence, keeps nothing of it and loses nothing', async () => {
  const before = counts();
  fill();
  const steps: [string, () => Promise<unknown>][] = [
    ['register', () => client.call('patients.register', { ...AMINA, family: 'Kimani', given: 'Peter', sex: 'male' })],
    ['image', () => add(made, client, patient, 'images.add', fundus)],
    ['letter', () => add(made, client, patient, 'documents.add', letter(1))],
    ['user', () => client.call('users.add', { userName: 'joseph', roles: ['nurse'], password: 'quite another phrase' })],
  ];
  for (const [what, run] of steps) expect([what, await codeOf(run())]).toEqual([what, 'disk-full']);
  expect((await importBundle()).results[0]).toMatchObject({
    status: 'refused',
    reason: expect.stringContaining('The disk is full.'),
    resources: 0,
  });
  expect(counts()).toEqual(before);
  // What has come in may be tried again; it is not of the chart.
  expect(filesOf(join(made.root, 'clinic')).filter((name) => !name.startsWith('uploads/'))).toEqual([]);

  free();
  for (const [what, run] of steps) expect([what, await codeOf(run())]).toEqual([what, 'ok']);
  expect((await importBundle()).results[0]).toMatchObject({ status: 'imported' });
  expect(await client.call('audit.verify', {})).toMatchObject({ ok: true });
  expect(await codeOf(made.connect().call('session.signIn', { userName: 'joseph', password: 'quite another phrase' }))).toBe(
    'ok',
  );
  expect(made.bugs).toEqual([]);
});

test('on a full disk people can lock, leave and close, and nobody comes in unlogged', async () => {
  const leaving = made.connect();
  await leaving.call('session.signIn', ADMIN);
  fill();
  const second = made.connect();
  expect(await codeOf(second.call('session.signIn', ADMIN))).toBe('disk-full');
  expect(await codeOf(second.call('drafts.list', {}))).toBe('not-signed-in');
  expect(await codeOf(client.call('session.lock', {}))).toBe('ok');
  expect(await codeOf(client.call('drafts.list', {}))).toBe('not-signed-in');
  expect(await codeOf(leaving.call('session.signOut', {}))).toBe('ok');
  expect(await codeOf(leaving.call('drafts.list', {}))).toBe('not-signed-in');
  await made.core.close();
  expect(await codeOf(made.connect().call('session.signIn', ADMIN))).toBe('ok');
  expect(made.bugs).toEqual([]);
});
