import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contract } from '../../src-shared/contract/index.ts';
import { patientId } from '../../src-shared/contract/types.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { ADMIN, type TestCore, testCore } from '../../tests/fixtures/core.ts';

let made: TestCore;
beforeEach(async () => {
  made = await testCore();
});
afterEach(async () => {
  await made.remove();
});

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );
const AMINA = { family: 'Otieno', given: 'Amina', birthDate: '1984-03-17', sex: 'female' as const };

test('a draft survives the lock and is found after signing in again, by the one who typed it alone', async () => {
  const client = await made.create();
  await client.call('users.add', { userName: 'joseph', roles: ['nurse'], password: 'quite another phrase' });
  await client.call('drafts.save', { key: 'note/1', body: 'Complains of blurred vis' });
  await client.call('session.lock', {});
  expect(await codeOf(client.call('drafts.get', { key: 'note/1' }))).toBe('not-signed-in');
  await client.call('session.signIn', { userName: 'joseph', password: 'quite another phrase' });
  expect((await client.call('drafts.get', { key: 'note/1' })).body).toBeNull();
  expect(await client.call('session.signIn', ADMIN)).toMatchObject({ drafts: 1 });
  expect((await client.call('drafts.get', { key: 'note/1' })).body).toBe('Complains of blurred vis');
});

test('a session locks itself when nobody is at the keyboard', async () => {
  const client = await made.create();
  made.clock.ms += 4 * 60_000;
  made.core.tick();
  expect(await codeOf(client.call('drafts.list', {}))).toBe('ok');
  made.clock.ms += 2 * 60_000;
  made.core.tick();
  expect(await codeOf(client.call('drafts.list', {}))).toBe('not-signed-in');
  expect(client.events.some((event) => event.name === 'session' && event.state === 'locked')).toBe(true);
});

test('the vault that closes behind the last person does not trip whoever is signing in', async () => {
  const client = await made.create();
  await client.call('session.signOut', {});
  const whileOpen = client.call('session.signIn', ADMIN);
  await new Promise(setImmediate);
  made.core.tick();
  expect(await codeOf(whileOpen)).toBe('ok');
  await client.call('session.signOut', {});
  made.core.tick();
  expect(await codeOf(client.call('session.signIn', ADMIN))).toBe('ok');
  expect(made.bugs).toEqual([]);
});

test('wrong passwords slow down, lock the account after ten, and stand in the log', async () => {
  const client = await made.create();
  await client.call('users.add', { userName: 'joseph', roles: ['nurse'], password: 'quite another phrase' });
  const other = made.connect();
  const codes: string[] = [];
  for (let n = 0; n < 12; n++) {
    codes.push(await codeOf(other.call('session.signIn', { userName: 'joseph', password: 'wrong' })));
    if (n === 3)
      expect(await codeOf(other.call('session.signIn', { userName: 'joseph', password: 'quite another phrase' }))).toBe(
        'sign-in-slowed',
      );
    made.clock.ms += 61_000;
    await client.call('session.touch', {});
  }
  expect(codes.slice(0, 10)).toEqual(Array(10).fill('sign-in-failed'));
  expect(codes[11]).toBe('account-locked');
  const { entries } = await client.call('audit.list', { outcome: 'denied' });
  expect(entries.filter((entry) => entry.procedure === 'session.signIn')).toHaveLength(10);
}, 60_000);

test('an administrator without a clinical role reads no chart, and the denial is logged', async () => {
  const client = await made.create();
  const { id } = await client.call('patients.register', AMINA);
  await client.call('users.add', { userName: 'tech', roles: ['it-admin'], password: 'cables and switches' });
  const tech = made.connect();
  await tech.call('session.signIn', { userName: 'tech', password: 'cables and switches' });
  expect(await codeOf(tech.call('chart.summary', { patient: id }))).toBe('forbidden');
  const { entries } = await tech.call('audit.list', { patient: id, outcome: 'denied' });
  expect(entries[0]).toMatchObject({ procedure: 'chart.summary', reason: 'forbidden' });
});

test('a colleague outside the care team needs to break the glass', async () => {
  const client = await made.create();
  const { id } = await client.call('patients.register', AMINA);
  await client.call('users.add', { userName: 'joseph', roles: ['clinician'], password: 'quite another phrase' });
  const joseph = made.connect();
  await joseph.call('session.signIn', { userName: 'joseph', password: 'quite another phrase' });
  expect(await codeOf(joseph.call('chart.summary', { patient: id }))).toBe('not-in-care-team');
  await joseph.call('patients.breakGlass', { patient: id, code: 'emergency', reason: 'unconscious in the corridor' });
  expect(await codeOf(joseph.call('chart.summary', { patient: id }))).toBe('ok');
  made.clock.ms += 61 * 60_000;
  await codeOf(joseph.call('session.signIn', { userName: 'joseph', password: 'quite another phrase' }));
  expect(await codeOf(joseph.call('chart.summary', { patient: id }))).toBe('not-in-care-team');
  // A clock set back a day opens nothing that was over; a new emergency does.
  made.clock.ms -= 24 * 60 * 60_000;
  await codeOf(joseph.call('session.signIn', { userName: 'joseph', password: 'quite another phrase' }));
  expect(await codeOf(joseph.call('chart.summary', { patient: id }))).toBe('not-in-care-team');
  await joseph.call('patients.breakGlass', { patient: id, code: 'emergency', reason: 'unconscious once more' });
  expect(await codeOf(joseph.call('chart.summary', { patient: id }))).toBe('ok');
});

test('the log finds a changed entry and a damaged page', async () => {
  const client = await made.create();
  await client.call('patients.register', AMINA);
  expect(await client.call('audit.verify', {})).toMatchObject({ ok: true });
  const db = made.core.clinic()?.vault.db;
  db?.prepare(
    "UPDATE audit SET entry = replace(entry, 'patients.register', 'patients.banner') WHERE procedure = 'patients.register'",
  ).run();
  const verdict = await client.call('audit.verify', {});
  expect(verdict.ok).toBe(false);
  expect(verdict.firstBad?.what).toMatch(/^edited/);

  db?.pragma('wal_checkpoint(TRUNCATE)');
  const path = join(made.root, 'clinic', 'vault.db');
  const bytes = readFileSync(path);
  bytes[bytes.length - 4000] = (bytes[bytes.length - 4000] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  expect(await client.call('audit.verify', {})).toMatchObject({ ok: false, firstBad: { index: null, what: 'unreadable' } });
});

test('a lost password is replaced with the recovery code, which then is another', async () => {
  const client = made.connect();
  const created = await client.call('setup.create', { clinic: 'Kisumu clinic', ...ADMIN });
  const groups = created.recoveryCode.split('-');
  expect(await codeOf(client.call('setup.confirmRecovery', { groups: { 1: 'XXXX' } }))).toBe('recovery-code-wrong');
  await client.call('setup.confirmRecovery', {
    groups: Object.fromEntries(created.askGroups.map((n) => [String(n), groups[n - 1] ?? ''])),
  });
  const { recoveryCode } = await client.call('session.recover', {
    userName: 'amina',
    recoveryCode: created.recoveryCode.toLowerCase(),
    newPassword: 'a fresh long phrase',
  });
  expect(recoveryCode).not.toBe(created.recoveryCode);
  expect(
    await codeOf(
      client.call('session.recover', {
        userName: 'amina',
        recoveryCode: created.recoveryCode,
        newPassword: 'a fresh long phrase',
      }),
    ),
  ).toBe('recovery-code-wrong');
  // Whoever worked meanwhile works on.
  expect(await codeOf(client.call('drafts.list', {}))).toBe('ok');
});

test('bad beginnings leave a sentence and nothing behind', async () => {
  const client = made.connect();
  expect(await codeOf(client.call('setup.create', { clinic: 'c', ...ADMIN, password: 'short' }))).toBe('password-too-weak');
  expect(existsSync(join(made.root, 'clinic'))).toBe(false);
  await client.call('setup.create', { clinic: 'c', ...ADMIN });
  expect(await codeOf(client.call('setup.create', { clinic: 'c', ...ADMIN }))).toBe('vault-exists');
  const second = await testCore(made.root);
  expect(await codeOf(second.connect().call('session.signIn', ADMIN))).toBe('vault-in-use');
  await made.core.close();
  const db = join(made.root, 'clinic', 'vault.keys');
  writeFileSync(db, '{}');
  expect(await codeOf(second.connect().call('session.signIn', ADMIN))).toBe('key-file-damaged');
});

test('an upload comes in pieces, is told by its content and leaves no clear bytes on disk', async () => {
  const client = await made.create();
  const text = new TextEncoder().encode(`{"resourceType":"Patient","name":[{"family":"Zanzibarski"}]}${' '.repeat(3_000_000)}`);
  const { upload } = await client.call('uploads.begin', { name: 'x.json', size: text.byteLength });
  for (let offset = 0; offset < text.byteLength; offset += 1_000_000)
    await client.call('uploads.chunk', { upload, offset, bytes: text.subarray(offset, offset + 1_000_000) });
  expect(await codeOf(client.call('uploads.chunk', { upload, offset: 5, bytes: text.subarray(0, 5) }))).toBe('invalid-input');
  const folder = join(made.root, 'clinic', 'uploads');
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes('Zanzibarski')).toBe(false);
  expect(await client.call('uploads.finish', { upload })).toMatchObject({ kind: 'fhir' });
  await client.call('uploads.discard', { upload });
  expect(readdirSync(folder)).toEqual([]);
});

test('who runs the machine sees what waits to be sent, but not whose it is, and no readings', async () => {
  const client = await made.create();
  await client.call('patients.register', AMINA);
  await client.call('users.add', { userName: 'tech', roles: ['it-admin'], password: 'cables and switches' });
  const tech = made.connect();
  await tech.call('session.signIn', { userName: 'tech', password: 'cables and switches' });
  expect(JSON.stringify(await client.call('sync.items', {}))).toContain('OTIENO');
  const { items } = await tech.call('sync.items', {});
  expect(items.length).toBeGreaterThan(0);
  expect(JSON.stringify(items)).not.toContain('OTIENO');
  expect(await codeOf(tech.call('readings.unread', {}))).toBe('forbidden');
});

test('long work is seen and cancelled by the one who began it; the system’s own by everybody', async () => {
  const client = await made.create();
  await client.call('users.add', { userName: 'joseph', roles: ['nurse'], password: 'quite another phrase' });
  const joseph = made.connect();
  await joseph.call('session.signIn', { userName: 'joseph', password: 'quite another phrase' });
  const clinic = made.core.clinic();
  const person = (await client.call('session.status', {})).session?.person;
  if (!clinic || !person) throw new Error('nobody is signed in');
  const untilCancelled = ({ signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('cancelled'))));
  const own = clinic
    .contextOf(person)
    .jobs.start({ kind: 'save', title: 'Saving her letter', unit: 'bytes', run: untilCancelled });
  const systems = clinic.jobs.start({ kind: 'watch', title: 'Tidying', unit: 'entries', run: async () => 1 });
  await clinic.jobs.wait(systems);
  const ids = async (of: typeof joseph | typeof client) =>
    (await of.call('jobs.list', {})).jobs.map((job) => (job as { id: string }).id); // as its event says
  expect(await ids(client)).toEqual([systems, own]);
  expect(await ids(joseph)).toEqual([systems]);
  await joseph.call('jobs.cancel', { job: own });
  expect(clinic.jobs.list().find(({ id }) => id === own)?.state).toBe('running');
  const told = (events: typeof client.events) => new Set(events.flatMap((event) => (event.name === 'job' ? event.job.id : [])));
  expect(told(joseph.events)).toEqual(new Set([systems]));
  await client.call('jobs.cancel', { job: own });
  expect(await codeOf(clinic.jobs.wait(own))).toBe('cancelled');
  expect(told(client.events)).toEqual(new Set([own, systems]));
});

test('the key to a language model is shown to nobody', async () => {
  const client = await made.create();
  await client.call('settings.set', {
    key: 'languageModel',
    value: { baseURL: 'https://models.example', model: 'm', apiKey: 'very-secret' },
  });
  expect(JSON.stringify(await client.call('settings.get', {}))).not.toContain('very-secret');
});

test('a registration stands in the log of the patient who was registered', async () => {
  const client = await made.create();
  const { id } = await client.call('patients.register', AMINA);
  const { entries } = await client.call('audit.ofPatient', { patient: id });
  expect(entries.map((entry) => entry.procedure)).toContain('patients.register');
});

test('every procedure of the contract has a handler and refuses whoever is not signed in', async () => {
  const client = await made.create();
  await client.call('session.lock', {});
  const others = Object.entries(contract)
    .filter(([, { permission }]) => permission !== 'public')
    .map(([name]) => name);
  const connection = made.connect();
  const answers = await Promise.all(others.map(async (name) => [name, await codeOf(connection.call(name as 'drafts.list', {}))]));
  expect(answers.filter(([, code]) => code !== 'not-signed-in')).toEqual([]);
  await client.call('session.signIn', ADMIN);
  const bound = await Promise.all(
    others
      .filter((name) => !/^(session|setup)\./.test(name))
      .map(async (name) => [name, await codeOf(client.call(name as 'chart.summary', { patient: patientId.parse('nobody') }))]),
  );
  expect(bound.filter(([, code]) => code === 'unknown-procedure')).toEqual([]);
  // Names that every object has are none of ours.
  for (const name of ['constructor', '__proto__', 'toString'])
    expect(await codeOf(client.call(name as 'drafts.list', {}))).toBe('unknown-procedure');
  expect(made.bugs).toEqual([]);
});
