/** Two real vaults and the real server on loopback: what a clinic would lose if one of these failed is work, or trust in what the screen says. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../src-shared/errors/index.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { type TestServer, testServer } from '../../../tests/fixtures/server.ts';
import { SYSTEM } from '../context-of.ts';
import { putResource, readResource } from '../records/index.ts';
import { openSync } from './index.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
}, 180_000);
afterAll(async () => {
  await server.remove();
});

let made: TestCore[] = [];
beforeEach(() => {
  made = [];
});
afterEach(async () => {
  for (const core of made) {
    expect(core.bugs).toEqual([]);
    await core.remove();
  }
});

/** The tests share a server: everybody in them is somebody else, so that nobody looks alike. */
let people = 0;
function somebody() {
  people += 1;
  const letters = [...randomBytes(9)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return {
    family: `O${letters}`,
    given: `A${letters.split('').reverse().join('')}`,
    birthDate: `${1930 + people}-0${1 + (people % 9)}-1${people % 9}`,
    sex: 'female' as const,
  };
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );

async function workstation(): Promise<{ core: TestCore; client: Client }> {
  const core = await testCore();
  core.clock.ms = Date.now();
  made.push(core);
  return { core, client: await core.create() };
}

async function paired(): Promise<{ core: TestCore; client: Client }> {
  const one = await workstation();
  await one.client.call('sync.pair', { url: server.url, code: await server.newCode() });
  return one;
}

function clinicOf(core: TestCore) {
  const clinic = core.core.clinic();
  if (clinic === null) throw new Error('no open vault');
  return clinic;
}

test('what one workstation writes arrives at another, text for text, and is acknowledged only then', async () => {
  const a = await paired();
  const person = somebody();
  const { id } = await a.client.call('patients.register', person);
  expect(await a.client.call('sync.status', {})).toMatchObject({ paired: true, acknowledged: 0, waiting: 1 });
  const sent = await a.client.call('sync.now', {});
  expect(sent).toMatchObject({ ok: true, sent: 1, acknowledged: 1, refused: 0, waiting: 0, online: true });

  const b = await paired();
  const fetched = await b.client.call('sync.now', {});
  expect(fetched.ok).toBe(true);
  expect(fetched.pulled).toBeGreaterThan(0);
  const [mine, theirs] = [a, b].map(({ core }) => readResource(clinicOf(core).vault.db, 'Patient', id)?.resource);
  expect(theirs).toEqual(mine);
  const found = await b.client.call('patients.search', { text: `${person.family} ${person.given.slice(0, 3)}`.toLowerCase() });
  expect(found.results.map((row) => row.id)).toContain(id);
}, 60_000);

test('a file goes up and comes down with equal bytes, and is stored once', async () => {
  const [a, b] = [await paired(), await paired()];
  const { id } = await a.client.call('patients.register', somebody());
  const content = randomBytes(2_500_000);
  const file = await addFile(a.core, id, 'eye.jpg', content);
  expect((await a.client.call('sync.now', {})).ok).toBe(true);
  await b.client.call('sync.now', {});
  expect(Buffer.compare(Buffer.from(await clinicOf(b.core).vault.files.read(file)), content)).toBe(0);
  expect(await b.client.call('sync.status', {})).toMatchObject({ sent: 0, waiting: 0 });
  expect((await a.client.call('sync.items', {})).items.filter((item) => item.what === 'file')).toMatchObject([
    { id: file, state: 'acknowledged', patient: id },
  ]);

  // The same photograph, taken into the other workstation by hand before: known under both ids.
  const again = randomBytes(50_000);
  const [first, second] = [await addFile(a.core, id, 'one.jpg', again), await addFile(b.core, id, 'two.jpg', again)];
  for (const { client } of [a, b, a]) await client.call('sync.now', {});
  for (const { core } of [a, b])
    for (const one of [first, second])
      expect(Buffer.compare(Buffer.from(await clinicOf(core).vault.files.read(one)), again)).toBe(0);
}, 60_000);

test('two people change the same chart: what differs is merged, what clashes is kept on both sides until somebody settles it', async () => {
  const [a, b] = [await paired(), await paired()];
  const { id } = await a.client.call('patients.register', somebody());
  for (const { client } of [a, b]) await client.call('sync.now', {});
  change(a.core, id, { gender: 'other', maritalStatus: { text: 'married' } });
  change(b.core, id, { gender: 'unknown', language: 'sw' });
  await a.client.call('sync.now', {});
  const clashed = await b.client.call('sync.now', {});
  expect(clashed).toMatchObject({ conflicts: 1 });
  const [conflict] = (await b.client.call('sync.conflicts', {})).conflicts;
  expect(conflict).toMatchObject({
    type: 'Patient',
    resource: id,
    fields: [{ path: '/gender', base: 'female', mine: 'unknown', theirs: 'other' }],
  });
  expect((await b.client.call('sync.items', { state: 'conflicted' })).items).toHaveLength(1);
  await a.client.call('sync.now', {});
  for (const { core } of [a, b])
    expect(patientOf(core, id)).toMatchObject({ gender: 'other', language: 'sw', maritalStatus: { text: 'married' } });

  // The other workstation is asked the same question; one answer is enough.
  expect((await a.client.call('sync.conflicts', {})).conflicts).toEqual([conflict]);
  await b.client.call('sync.settle', { conflict: conflict?.id ?? '', choices: { '/gender': 'mine' } });
  for (const { client } of [b, a]) expect((await client.call('sync.now', {})).ok).toBe(true);
  for (const { core } of [a, b]) expect(patientOf(core, id)).toMatchObject({ gender: 'unknown' });
  for (const { client } of [a, b]) expect(await client.call('sync.status', {})).toMatchObject({ conflicts: 0, waiting: 0 });
}, 60_000);

test('the plug is pulled while work goes on: everything arrives once, also when the server is killed', async () => {
  const a = await paired();
  await a.client.call('patients.register', somebody());
  await a.client.call('sync.now', {});
  await server.kill();
  const ids: string[] = [];
  for (let n = 0; n < 30; n++) ids.push((await a.client.call('patients.register', somebody())).id);
  const away = await a.client.call('sync.now', {});
  expect(away).toMatchObject({ ok: false, online: false, problem: { code: 'server-unreachable' } });
  expect(away.waiting).toBeGreaterThanOrEqual(30);
  await server.restart();
  expect(await a.client.call('sync.now', {})).toMatchObject({ ok: true, online: true, waiting: 0, acknowledged: 30 });
  // Killed right after its answer: what was acknowledged is there.
  await server.kill();
  await server.restart();
  const b = await paired();
  await b.client.call('sync.now', {});
  for (const id of ids) expect(patientOf(b.core, id)).toBeDefined();
}, 120_000);

test('an enrolment code works once, and one wrong letter is found', async () => {
  const code = await server.newCode();
  const a = await workstation();
  const wrong = code.replace(/.$/, (last) => (last === '7' ? '8' : '7'));
  expect(await codeOf(a.client.call('sync.pair', { url: server.url, code: wrong }))).toBe('enrolment-code-wrong');
  expect(await codeOf(a.client.call('sync.pair', { url: server.url, code: code.toLowerCase().replaceAll('-', ' ') }))).toBe('ok');
  const b = await workstation();
  expect(await codeOf(b.client.call('sync.pair', { url: server.url, code }))).toBe('enrolment-code-wrong');
  expect(await codeOf(b.client.call('sync.now', {}))).toBe('not-paired');
}, 60_000);

test('plain http is refused, on loopback too', async () => {
  const a = await workstation();
  expect(
    await codeOf(a.client.call('sync.pair', { url: server.url.replace('https:', 'http:'), code: await server.newCode() })),
  ).toBe('plain-http');
}, 60_000);

test('the receipts of the server show that the tail of the log was cut off', async () => {
  const a = await paired();
  await a.client.call('patients.register', somebody());
  await a.client.call('sync.now', {});
  const { db } = clinicOf(a.core).vault;
  expect(await a.client.call('audit.verify', {})).toMatchObject({ ok: true });
  expect(db.prepare('SELECT count(*) AS n FROM audit_receipt').get()).not.toMatchObject({ n: 0 });
  const last = db.prepare<[], { n: number }>('SELECT max(count) AS n FROM audit_receipt').get()?.n ?? 0;
  db.prepare('DELETE FROM audit WHERE n > ?').run(last - 2);
  db.prepare('DELETE FROM audit_seal WHERE count > ?').run(last - 2);
  const verdict = await a.client.call('audit.verify', {});
  expect(verdict).toMatchObject({ ok: false });
  expect(verdict.firstBad?.what).toContain('receipt');
}, 60_000);

function patientOf(core: TestCore, id: string) {
  return readResource(clinicOf(core).vault.db, 'Patient', id)?.resource;
}

function change(core: TestCore, id: string, elements: Record<string, unknown>): void {
  const patient = patientOf(core, id);
  if (patient === undefined) throw new Error('no patient');
  clinicOf(core).transactions.write({ action: 'U', procedure: 'test' }, SYSTEM, (tx) =>
    putResource(tx, { ...patient, ...elements }, { origin: 'person' }),
  );
}

/** A photograph as the chart keeps it: the file, and a resource that names it. */
async function addFile(core: TestCore, patient: string, name: string, content: Buffer): Promise<string> {
  const { vault, transactions } = clinicOf(core);
  const written = await vault.files.write(patient, name, 'image/jpeg', content);
  return transactions.write({ action: 'C', procedure: 'test' }, SYSTEM, (tx) => {
    const file = vault.files.record(tx.db, written, tx.at);
    const media = {
      resourceType: 'Media',
      status: 'completed',
      subject: { reference: `Patient/${patient}` },
      content: { contentType: 'image/jpeg', url: `urn:lamplight:file:${file}`, title: name },
    };
    putResource(tx, media, { origin: 'person', file });
    return file;
  });
}

test('the server answers a clinical question with cited passages', async () => {
  const a = await paired();
  const sync = openSync(clinicOf(a.core), SYSTEM);
  const found = await sync.askServer()?.('How is an attack of gout treated?');
  expect(found?.passages.length).toBeGreaterThanOrEqual(10);
  expect(found?.answer?.length).toBeGreaterThan(0);
  await sync.stop();
}, 60_000);

test('what the server cannot take is set aside with a reason, and the rest goes on; put right, it goes too', async () => {
  const a = await paired();
  const { id } = await a.client.call('patients.register', somebody());
  change(a.core, id, { text: { status: 'additional', div: 'x'.repeat(4_200_000) } });
  const other = await a.client.call('patients.register', somebody());
  const first = await a.client.call('sync.now', {});
  expect(first).toMatchObject({ ok: false, refused: 1, acknowledged: 2, waiting: 0 });
  const { items } = await a.client.call('sync.items', { state: 'refused' });
  expect(items).toMatchObject([
    { type: 'Patient', id, patientName: expect.any(String), reason: expect.stringContaining('body'), action: expect.any(String) },
  ]);
  change(a.core, id, { text: undefined, gender: 'other' });
  expect(await a.client.call('sync.now', {})).toMatchObject({ ok: true, refused: 0, acknowledged: 1 });

  const b = await paired();
  await b.client.call('sync.now', {});
  expect(patientOf(b.core, id)).toMatchObject({ gender: 'other' });
  expect(patientOf(b.core, other.id)).toBeDefined();
}, 60_000);

test('a workstation that forgets its server works on alone, and catches up when it is paired again', async () => {
  const a = await paired();
  await a.client.call('sync.now', {});
  await a.client.call('sync.unpair', {});
  expect(await codeOf(a.client.call('sync.now', {}))).toBe('not-paired');
  await a.client.call('patients.register', somebody());
  expect(await a.client.call('sync.status', {})).toMatchObject({ paired: false, waiting: 1 });
  await a.client.call('sync.pair', { url: server.url, code: await server.newCode() });
  expect(await a.client.call('sync.now', {})).toMatchObject({ ok: true, acknowledged: 1, pulled: 0, waiting: 0 });
}, 60_000);

test('a clock that is days off stops nothing, decides nothing, and is said', async () => {
  const a = await workstation();
  a.core.clock.ms -= 3 * 86_400_000;
  await a.client.call('session.confirm', { password: ADMIN.password });
  await a.client.call('sync.pair', { url: server.url, code: await server.newCode() });
  const { id } = await a.client.call('patients.register', somebody());
  expect(await a.client.call('sync.now', {})).toMatchObject({ ok: true, acknowledged: 1, problem: { code: 'clock-wrong' } });
  const b = await paired();
  await b.client.call('sync.now', {});
  change(b.core, id, { gender: 'other' });
  await b.client.call('sync.now', {});
  await a.client.call('sync.now', {});
  change(a.core, id, { gender: 'unknown' });
  for (const { client } of [a, b]) expect(await client.call('sync.now', {})).toMatchObject({ conflicts: 0 });
  expect(patientOf(b.core, id)).toMatchObject({ gender: 'unknown' });
}, 60_000);
