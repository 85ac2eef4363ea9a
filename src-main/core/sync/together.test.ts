/** Two workstations and the real server: what one decides about access, holds, incidents and erasure, the other must not learn too late or undo. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { fromHex } from '../../../src-shared/audit/chain.ts';
import { erasureProof } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { noticeMessage } from '../../../src-shared/ledger/event.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { type TestServer, testServer } from '../../../tests/fixtures/server.ts';
import { checkNotices } from '../ledger/index.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;
interface Workstation {
  core: TestCore;
  client: Client;
}

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
}, 60_000);
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

const PASSWORD = 'paper window garden bicycle';
const WHY = { ground: 'subject-request' as const, reason: 'Asked for in writing' };

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );

async function workstation(): Promise<Workstation> {
  const core = await testCore();
  core.clock.ms = Date.now();
  made.push(core);
  const client = await core.create();
  await client.call('sync.pair', { url: server.url, code: await server.newCode() });
  return { core, client };
}

/** Adds a person and signs them in. */
async function person(
  { core, client }: Workstation,
  userName: string,
  role: 'nurse' | 'compliance' | 'clinician',
  displayName = `${userName} of the ward`,
) {
  await client.call('users.add', { userName, displayName, roles: [role], password: PASSWORD });
  const own = core.connect();
  await own.call('session.signIn', { userName, password: PASSWORD });
  return own;
}

async function round(...stations: Workstation[]): Promise<void> {
  // Weeks pass on the clocks of the workstations, not on the server's: that is said, and decides nothing.
  for (const { client } of stations)
    expect([undefined, 'clock-wrong']).toContain((await client.call('sync.now', {})).problem?.code);
}

let people = 0;
function somebody() {
  people += 1;
  const letters = [...randomBytes(9)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return { family: `O${letters}`, given: 'Amara', birthDate: `${1930 + people}-03-1${people % 9}`, sex: 'female' as const };
}

function clinicOf({ core }: Workstation) {
  const clinic = core.core.clinic();
  if (clinic === null) throw new Error('no open vault');
  return clinic;
}

const mayOpen = async (client: { call: Client['call'] }, patient: PatientId) => codeOf(client.call('chart.summary', { patient }));

test('a relation given at one workstation opens the record at the other, and its end shuts it there', async () => {
  const [a, b] = [await workstation(), await workstation()];
  await person(a, 'joseph', 'nurse');
  const joseph = await person(b, 'joseph', 'nurse');
  // The same user name, but another person: nothing is given to them.
  const other = await person(b, 'mwangi', 'nurse', 'Another Mwangi');
  await person(a, 'mwangi', 'nurse', 'Peter Mwangi');
  const { id } = await a.client.call('patients.register', somebody());
  await round(a, b);
  // Whoever registered it is the same person there; a nurse is not in the team yet.
  expect(await mayOpen(b.client, id)).toBe('ok');
  expect(await mayOpen(joseph, id)).toBe('not-in-care-team');

  for (const userName of ['joseph', 'mwangi'])
    await a.client.call('careTeam.add', { patient: id, userName, reason: 'on the ward this week' });
  await round(a, b);
  expect(await mayOpen(joseph, id)).toBe('ok');
  expect(await mayOpen(other, id)).toBe('not-in-care-team');
  expect((await b.client.call('careTeam.list', { patient: id })).members).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ userName: 'joseph', reason: 'on the ward this week', addedBy: 'Amina Otieno' }),
    ]),
  );

  await b.client.call('careTeam.remove', { patient: id, userName: 'joseph', reason: 'moved on' });
  expect(await mayOpen(joseph, id)).toBe('not-in-care-team');
  await round(b, a);
  expect((await a.client.call('careTeam.list', { patient: id })).members.map((one) => one.userName)).not.toContain('joseph');
  // Given again in knowledge of that end, it counts again.
  await a.client.call('careTeam.add', { patient: id, userName: 'joseph', reason: 'back again' });
  await round(a, b);
  expect(await mayOpen(joseph, id)).toBe('ok');
  for (const { core } of [a, b]) expect(checkNotices(clinicOf({ core } as Workstation).vault.db).bad).toBeNull();
}, 90_000);

test('after weeks apart a relation that was ended here and given there stays ended, in whatever order they come back', async () => {
  for (const order of ['ab', 'ba']) {
    const [a, b] = [await workstation(), await workstation()];
    const at = { a: await person(a, 'joseph', 'nurse'), b: await person(b, 'joseph', 'nurse') };
    const { id } = await a.client.call('patients.register', somebody());
    await a.client.call('careTeam.add', { patient: id, userName: 'joseph', reason: 'on the ward' });
    await round(a, b);
    expect(await mayOpen(at.b, id)).toBe('ok');
    // Apart for weeks: here he is taken out, there he is taken out and given it again.
    for (const { core } of [a, b]) core.clock.ms += 21 * 86_400_000;
    await a.client.call('careTeam.remove', { patient: id, userName: 'joseph', reason: 'looked where he should not' });
    await b.client.call('careTeam.remove', { patient: id, userName: 'joseph', reason: 'holidays' });
    await b.client.call('careTeam.add', { patient: id, userName: 'joseph', reason: 'back from holidays' });
    await round(...(order === 'ab' ? [a, b, a, b] : [b, a, b, a]));
    for (const joseph of [at.a, at.b]) expect(await mayOpen(joseph, id)).toBe('not-in-care-team');
  }
}, 120_000);

test('somebody who gets an account later has what they were given before', async () => {
  const [a, b] = [await workstation(), await workstation()];
  await person(a, 'joseph', 'nurse');
  const { id } = await a.client.call('patients.register', somebody());
  await a.client.call('careTeam.add', { patient: id, userName: 'joseph', reason: 'on the ward' });
  await round(a, b);
  const joseph = await person(b, 'joseph', 'nurse');
  expect(await mayOpen(joseph, id)).toBe('not-in-care-team');
  await round(b);
  expect(await mayOpen(joseph, id)).toBe('ok');
}, 60_000);

test('a broken glass is seen by the compliance officer at another workstation, and what both do about it is one story', async () => {
  const [a, b] = [await workstation(), await workstation()];
  const joseph = await person(a, 'joseph', 'nurse');
  const here = await person(a, 'odile', 'compliance');
  const there = await person(b, 'odile', 'compliance');
  const josephThere = await person(b, 'wanjiru', 'nurse');
  const { id } = await a.client.call('patients.register', somebody());
  await joseph.call('patients.breakGlass', { patient: id, code: 'emergency', reason: 'unconscious in the corridor' });
  await joseph.call('chart.summary', { patient: id });
  const [raised] = (await here.call('incidents.list', {})).incidents;
  there.events.length = 0;
  await round(a, b);
  expect(there.events).toContainEqual({ name: 'changed', topics: ['incidents'] });
  const [seen] = (await there.call('incidents.list', {})).incidents.filter((one) => one.id === raised?.id);
  expect(seen).toMatchObject({
    personName: 'joseph of the ward',
    rule: 'break-glass',
    state: 'open',
    workstation: expect.stringMatching(/^workstation [0-9A-F]{4}$/),
  });
  // The clocks run from when it was discovered there, not from when it arrived.
  expect(seen?.deadlines).toEqual(raised?.deadlines);
  const label = seen?.label ?? '';
  expect(label).toMatch(/^[0-9A-F]{4}-\d+$/);
  expect((await here.call('incidents.get', { incident: label })).id).toBe(raised?.id);
  const got = await there.call('incidents.get', { incident: label });
  expect(got).toMatchObject({ patientCount: 1, patients: [{ id, name: expect.stringContaining('Amara') }] });
  expect(got.patients?.[0]?.kinds).toContain('chart: problems, medicines, results, visits');
  // Rules hold there as here.
  expect(await codeOf(josephThere.call('incidents.list', {}))).toBe('forbidden');
  expect(JSON.stringify(await b.client.call('incidents.get', { incident: label }))).not.toMatch(/unconscious|Amara/);

  await there.call('incidents.move', { incident: label, to: 'investigating' });
  await there.call('incidents.note', { incident: label, text: 'Spoke to Joseph.' });
  await round(b, a);
  expect(await here.call('incidents.get', { incident: label })).toMatchObject({ state: 'investigating' });
  expect((await here.call('incidents.get', { incident: label })).steps.map((step) => step.text)).toContain('Spoke to Joseph.');

  // Two verdicts without knowing of each other: the graver stands and it is said, until somebody decides again.
  await here.call('incidents.move', { incident: label, to: 'not-a-breach', why: 'A true emergency.' });
  await there.call('incidents.move', { incident: label, to: 'breach-confirmed', why: 'He looked at her letters too.' });
  await round(a, b, a);
  for (const officer of [here, there])
    expect(await officer.call('incidents.get', { incident: label })).toMatchObject({ state: 'breach-confirmed', disputed: true });
  await here.call('incidents.move', { incident: label, to: 'investigating', why: 'Let us look at both.' });
  await round(a, b);
  const settled = await there.call('incidents.get', { incident: label });
  expect(settled.state).toBe('investigating');
  expect(settled.disputed).toBeUndefined();
  const stories = await Promise.all(
    [here, there].map(async (officer) =>
      (await officer.call('incidents.get', { incident: label })).steps.map((step) => step.text),
    ),
  );
  expect(stories[0]).toEqual(stories[1]);
}, 120_000);

test('what was noted on an incident cannot be changed later without showing', async () => {
  const [a, b] = [await workstation(), await workstation()];
  const joseph = await person(a, 'joseph', 'nurse');
  const { id } = await a.client.call('patients.register', somebody());
  await joseph.call('patients.breakGlass', { patient: id, code: 'emergency', reason: 'unconscious in the corridor' });
  await round(a, b);
  const { db } = clinicOf(b).vault;
  expect(checkNotices(db)).toMatchObject({ bad: null });
  db.prepare("UPDATE ledger_notice SET text = replace(text, 'unconscious', 'transferred') WHERE text LIKE '%unconscious%'").run();
  expect(checkNotices(db).bad).toContain('is not what was signed');
}, 60_000);

/** Every byte of the server's data folder. */
function holds(folder: string, text: string): string[] {
  const wanted = Buffer.from(text);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => existsSync(path) && statSync(path).size > 0 && readFileSync(path).includes(wanted));
}

async function addFile(station: Workstation, patient: string, content: Buffer): Promise<void> {
  const { vault, contextOf } = clinicOf(station);
  const session = (await station.client.call('session.status', {})).session;
  if (!session) throw new Error('signed in');
  const { putResource } = await import('../records/index.ts');
  const written = await vault.files.write(patient, 'eye.jpg', 'image/jpeg', content);
  contextOf(session.person).write({ action: 'C', procedure: 'test' }, (tx) => {
    const file = vault.files.record(tx.db, written, tx.at);
    const url = `urn:lamplight:file:${file}`;
    putResource(
      tx,
      {
        resourceType: 'Media',
        status: 'completed',
        subject: { reference: `Patient/${patient}` },
        content: { contentType: 'image/jpeg', url },
      },
      { origin: 'person', file },
    );
  });
}

async function erase(station: Workstation, patient: PatientId, name: { given: string; family: string }) {
  const { job } = await station.client.call('erasure.erase', { patient, ...WHY, confirm: `${name.given} ${name.family}` });
  return erasureProof.parse(await clinicOf(station).jobs.wait(job ?? ''));
}

test('erased at one workstation, a record is gone from the server and from the others, and edits made meanwhile do not bring it back', async () => {
  const [a, b, c] = [await workstation(), await workstation(), await workstation()];
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  const text = `burgundy${randomBytes(8).toString('hex')}`;
  const note = await a.client.call('notes.sign', { patient: id, title: 'Visit', text: `Left her ${text} umbrella here.` });
  await a.client.call('chart.add', { patient: id, entry: { kind: 'allergy', substance: text } });
  const content = Buffer.from(`picture ${text} `.repeat(500));
  await addFile(a, id, content);
  const neighbour = await a.client.call('patients.register', somebody());
  await round(a, b, c);
  await a.client.call('records.remove', { patient: id, type: 'DocumentReference', id: note.id, reason: 'wrong chart' });
  await round(a);
  expect(holds(server.folder, text).length).toBeGreaterThan(1);
  expect(clinicOf(b).vault.db.prepare('SELECT count(*) AS n FROM file WHERE patient = ?').get(id)).toEqual({ n: 1 });

  // B is away and works on the record.
  await b.client.call('chart.add', { patient: id, entry: { kind: 'allergy', substance: `penicillin ${text}` } });
  await b.client.call('drafts.save', { key: `note:${id}`, patient: id, title: 'Note', body: `half a thought on ${text}` });

  const proof = await erase(a, id, name);
  expect(holds(server.folder, text)).toEqual([]);
  expect(holds(server.folder, name.family)).toEqual([]);
  expect(holds(server.folder, id).length).toBeGreaterThan(0);

  const back = await b.client.call('sync.now', {});
  expect(back).toMatchObject({ refused: 2, waiting: 0, ok: false });
  expect(back.said).toEqual([expect.stringContaining('2 changes that had been made to it here since then were not kept')]);
  await round(c, a, b, c);
  for (const one of [a, b, c]) {
    const { db } = clinicOf(one).vault;
    for (const table of ['resource', 'file', 'patient_key', 'care_team', 'draft', 'chart_row', 'ledger_outbox'])
      expect(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE patient = ?`).get(id), table).toEqual({ n: 0 });
    expect((await one.client.call('patients.search', { text: name.family })).results).toEqual([]);
    expect(await mayOpen(one.client, neighbour.id)).toBe('ok');
    expect((await one.client.call('audit.verify', {})).ok).toBe(true);
  }
  expect(holds(server.folder, text)).toEqual([]);

  // Everybody's answer stands beside the proof, each signed by whoever gave it.
  const { elsewhere, genuine } = await a.client.call('erasure.proof', { id: proof.id });
  expect(genuine).toBe(true);
  const answers = elsewhere.filter((one) => one.at !== undefined);
  expect(answers.map((one) => one.name)).toEqual(expect.arrayContaining([expect.stringContaining('server')]));
  expect(answers.filter((one) => (one.versions ?? 0) > 0).length).toBeGreaterThanOrEqual(3);
  for (const { notice } of answers)
    expect(notice && chainPorts.verify(fromHex(notice.publicKey), noticeMessage(notice.text), fromHex(notice.signature))).toBe(
      true,
    );
  // B made a proof of its own.
  expect(await b.client.call('erasure.proof', { id: proof.id })).toMatchObject({ genuine: true, proof: { patient: id } });

  // A workstation that never knew of it, or one that comes from a backup of before, cannot bring it back either.
  const d = await workstation();
  await round(d);
  expect((await d.client.call('patients.search', { text: name.family })).results).toEqual([]);
}, 180_000);

test('a legal hold at any workstation keeps the record there and at the server, until it is lifted', async () => {
  const [a, b] = [await workstation(), await workstation()];
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  await round(a, b);
  // B has told of it: A does not even begin.
  const first = await b.client.call('holds.set', { patient: id, reason: 'Letter of a lawyer' });
  await round(b);
  expect(await codeOf(erase(a, id, name))).toBe('legal-hold');
  expect((await a.client.call('holds.list', {})).holds).toMatchObject([
    { patient: id, reason: 'Letter of a lawyer', setBy: 'Amina Otieno' },
  ]);
  await a.client.call('holds.lift', { patient: id, id: first.id, reason: 'Case closed' });
  await round(a, b);

  // B has not told of it: A erases, the server too; B keeps what it has.
  const { id: hold } = await b.client.call('holds.set', { patient: id, reason: 'A second letter' });
  const proof = await erase(a, id, name);
  await b.client.call('sync.now', {});
  const stateAtB = async () =>
    (await b.client.call('erasure.list', {})).erasures.filter((one) => one.id === proof.id).map((one) => one.state);
  expect(await stateAtB()).toEqual(['held']);
  expect(await mayOpen(b.client, id)).toBe('ok');
  // Nothing of it comes back to the server while it is held.
  await b.client.call('chart.add', { patient: id, entry: { kind: 'allergy', substance: 'Penicillin' } });
  await b.client.call('sync.now', {});
  expect((await b.client.call('sync.items', { state: 'refused' })).items).toMatchObject([
    { reason: expect.stringContaining('was erased for good on') },
  ]);
  await b.client.call('holds.lift', { patient: id, id: hold, reason: 'Case closed' });
  await b.client.call('sync.now', {});
  expect(await mayOpen(b.client, id)).not.toBe('ok');
  expect(await stateAtB()).toEqual(['done']);
}, 120_000);

test('without a line to the server nobody erases what others may have to keep', async () => {
  const a = await workstation();
  const name = somebody();
  const { id } = await a.client.call('patients.register', name);
  await round(a);
  await server.kill();
  expect(await codeOf(erase(a, id, name))).toBe('server-unreachable');
  expect(await mayOpen(a.client, id)).toBe('ok');
  await server.restart();
  await erase(a, id, name);
  expect((await a.client.call('patients.search', { text: name.family })).results).toEqual([]);
}, 90_000);
