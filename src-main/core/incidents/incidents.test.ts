/** Incidents in a real core: raised at once, looked into, reported. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../../src-shared/contract/client.ts';
import { handout as handoutShape } from '../../../src-shared/contract/handouts.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { RuleId } from '../../../src-shared/incidents/rules.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';

const OFFICER = { userName: 'odile', password: 'locks and ledgers every day' };
const NURSE = { userName: 'joseph', password: 'quite another long phrase' };

let made: TestCore;
let admin: Client;
let officer: Awaited<ReturnType<typeof signIn>>;
let nurse: Awaited<ReturnType<typeof signIn>>;
let patient: PatientId;
/** One clinic for all: passwords take their time. Each test looks at the incident that it has caused itself. */
beforeAll(async () => {
  made = await testCore();
  admin = await made.create();
  patient = (await admin.call('patients.register', { family: 'Njoroge', given: 'Grace', birthDate: '1961-05-02', sex: 'female' }))
    .id;
  await admin.call('users.add', { ...OFFICER, displayName: 'Odile Compliance', roles: ['compliance'] });
  await admin.call('users.add', { ...NURSE, displayName: 'Joseph Mwangi', roles: ['nurse'] });
  officer = await signIn(OFFICER);
  nurse = await signIn(NURSE);
}, 60_000);
afterAll(async () => {
  expect(made.bugs).toEqual([]);
  await made.remove();
});

async function signIn(who: { userName: string; password: string }) {
  const client = made.connect();
  await client.call('session.signIn', who);
  return client;
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );

async function newest(rule: RuleId = 'break-glass') {
  const { incidents } = await officer.call('incidents.list', { show: 'all' });
  const found = incidents.filter((one) => one.rule === rule).sort((one, other) => other.number - one.number)[0];
  if (!found) throw new Error(`no incident of ${rule}`);
  return found;
}

async function breakGlass() {
  await nurse.call('patients.breakGlass', { patient, code: 'emergency', reason: 'unconscious in the corridor' });
  return newest();
}

test('a broken glass waits for the compliance officer at once, and the page is told', async () => {
  expect(await officer.call('incidents.waiting', {})).toEqual({ waiting: 0, alarms: 0 });
  officer.events.length = 0;
  const incident = await breakGlass();
  expect(officer.events).toContainEqual({ name: 'changed', topics: ['incidents'] });
  expect(incident).toMatchObject({
    number: 1,
    severity: 'review',
    state: 'open',
    personName: 'Joseph Mwangi',
    said: expect.stringContaining('unconscious'),
  });
  // What is done under it belongs to it.
  made.clock.ms += 60_000;
  await nurse.call('chart.summary', { patient });
  const got = await officer.call('incidents.get', { incident: incident.id });
  expect(got.patients).toMatchObject([{ id: patient, name: 'NJOROGE, Grace', birthDate: '1961-05-02', times: 2 }]);
  expect(got.patients?.[0]?.kinds).toContain('chart: problems, medicines, results, visits');
  // The clocks run from discovery: 72 hours and 60 days, exactly.
  expect(got).toMatchObject({
    discovered: '2026-11-22T08:00:00.000Z',
    deadlines: { authority: '2026-11-25T08:00:00.000Z', individuals: '2027-01-21T08:00:00.000Z' },
  });
});

test('an incident goes its way step by step, each with a reason and a name', async () => {
  const { id } = await breakGlass();
  expect(await codeOf(officer.call('incidents.move', { incident: id, to: 'closed' }))).toBe('invalid-input');
  await officer.call('incidents.move', { incident: id, to: 'investigating' });
  expect(await codeOf(officer.call('incidents.move', { incident: id, to: 'breach-confirmed' }))).toBe('invalid-input');
  const me = (await officer.call('users.list', {})).users.find((user) => user.userName === OFFICER.userName)?.id ?? '';
  await officer.call('incidents.assign', { incident: id, person: me });
  await officer.call('incidents.note', { incident: id, text: 'Spoke to Joseph.' });
  await officer.call('incidents.move', { incident: id, to: 'not-a-breach', why: 'A true emergency.' });
  const got = await officer.call('incidents.get', { incident: id });
  expect(got).toMatchObject({ state: 'not-a-breach', assignedName: 'Odile Compliance', next: ['investigating', 'closed'] });
  expect(got.steps.map(({ byName, text }) => `${byName}: ${text}`)).toEqual([
    expect.stringContaining('Lamplight: A record was opened from outside the care team'),
    'Odile Compliance: Being looked into',
    'Odile Compliance: Assigned to Odile Compliance',
    'Odile Compliance: Spoke to Joseph.',
    'Odile Compliance: Found to be no breach: A true emergency.',
  ]);
  expect((await officer.call('incidents.list', {})).incidents.map((one) => one.id)).not.toContain(id);
  const { entries } = await officer.call('audit.list', { procedure: 'incidents.move', outcome: 'ok' });
  expect(entries).toHaveLength(2);
});

test('the administrator sees incidents without patients and decides nothing; a nurse sees none', async () => {
  const { id } = await breakGlass();
  const got = await admin.call('incidents.get', { incident: id });
  expect(got).toMatchObject({ patientCount: 1 });
  expect(got.patients).toBeUndefined();
  await officer.call('incidents.note', { incident: id, text: 'Grace was brought in at noon.' });
  expect(JSON.stringify(await admin.call('incidents.get', { incident: id }))).not.toMatch(
    new RegExp(`${patient}|unconscious|Grace`),
  );
  expect(await codeOf(admin.call('incidents.note', { incident: id, text: 'x' }))).toBe('forbidden');
  expect(await codeOf(admin.call('incidents.report', { incident: id }))).toBe('forbidden');
  expect(await codeOf(nurse.call('incidents.list', {}))).toBe('forbidden');
});

test('the breach report says what happened, when, to whom, and by when others must know', async () => {
  const { id } = await breakGlass();
  const document = async (format: 'pdf' | 'text') => {
    const { job } = await officer.call('incidents.report', {
      incident: id,
      format,
      measures: 'Trained the ward on emergencies.',
    });
    const { handout, name } = handoutShape.parse(await made.core.clinic()?.jobs.wait(job));
    const parts: Uint8Array[] = [];
    for (let done = false; !done; ) {
      const piece = await officer.call('handouts.read', { handout });
      parts.push(piece.bytes);
      done = piece.done;
    }
    return { name, bytes: Buffer.concat(parts) };
  };
  const text = (await document('text')).bytes.toString('utf8');
  for (const expected of [
    'Lamplight',
    'Kisumu clinic',
    'The glass was broken',
    'NJOROGE, Grace',
    '1961-05-02',
    'unconscious in the corridor',
    'Joseph Mwangi',
    '25 Nov 2026, 08:01 UTC',
    '21 Jan 2027, 08:01 UTC',
    'Trained the ward',
    '45 CFR 164.404',
    'GDPR art. 33',
  ])
    expect(text).toContain(expected);
  const pdf = await document('pdf');
  expect(pdf.name).toMatch(/^incident-\d+-report\.pdf$/);
  expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.bytes.length).toBeGreaterThan(2000);
  expect((await officer.call('incidents.get', { incident: id })).steps.filter((step) => step.kind === 'report')).toHaveLength(2);
});

test('a document is fetched by the one who asked for it alone', async () => {
  const { handout } = await officer.call('audit.take', { format: 'csv' });
  expect(await codeOf(admin.call('handouts.read', { handout }))).toBe('not-found');
  expect(await codeOf(officer.call('handouts.read', { handout }))).toBe('ok');
});

test('thresholds are set by the compliance officer and count from then on', async () => {
  const other = (await admin.call('patients.register', { family: 'Baraka', given: 'Ali', birthDate: '1950-01-02', sex: 'male' }))
    .id;
  expect(await codeOf(officer.call('incidents.setRule', { rule: 'many-denied', off: false, thresholds: { tries: 0 } }))).toBe(
    'invalid-input',
  );
  expect(await codeOf(officer.call('incidents.setRule', { rule: 'many-denied', off: false, thresholds: { bogus: 3 } }))).toBe(
    'invalid-input',
  );
  await officer.call('incidents.setRule', { rule: 'many-denied', off: false, thresholds: { tries: 2, windowMinutes: 5 } });
  for (let n = 0; n < 2; n++) expect(await codeOf(nurse.call('chart.summary', { patient: other }))).toBe('not-in-care-team');
  const raised = (await officer.call('incidents.list', { show: 'all' })).incidents.filter((one) => one.rule === 'many-denied');
  expect(raised.map((one) => one.severity)).toContain('alarm');
  // The same cause lets it grow (with the refusal of the test before) and raises no second one.
  const before = raised.length;
  await codeOf(nurse.call('chart.summary', { patient: other }));
  const after = (await officer.call('incidents.list', { show: 'all' })).incidents.filter((one) => one.rule === 'many-denied');
  expect(after).toHaveLength(before);
  expect(after.some((one) => one.said.includes('4 refusals'))).toBe(true);
});

test('a record of the same family name is noted and waits for nobody', async () => {
  const { id } = await admin.call('patients.register', {
    family: 'Mwángi',
    given: 'Peter',
    birthDate: '1970-03-03',
    sex: 'male',
  });
  await nurse.call('patients.breakGlass', { patient: id, code: 'covering', reason: 'covering the ward tonight' });
  await nurse.call('chart.summary', { patient: id });
  expect(await newest('own-or-family')).toMatchObject({ severity: 'note', state: 'closed', personName: 'Joseph Mwangi' });
});

test('a log that is found broken raises the alarm', async () => {
  const db = made.core.clinic()?.vault.db;
  const { entry = '' } = db?.prepare<[], { entry: string }>('SELECT entry FROM audit WHERE n = 3').get() ?? {};
  db?.prepare('UPDATE audit SET entry = ? WHERE n = 3').run(entry.replace('"outcome":"ok"', '"outcome":"denied"'));
  expect(await officer.call('audit.verify', {})).toMatchObject({ ok: false });
  expect(await newest('log-broken')).toMatchObject({ severity: 'alarm', said: expect.stringContaining('entry 3') });
  db?.prepare('UPDATE audit SET entry = ? WHERE n = 3').run(entry);
});

test('a clock that is set back is named with the entries, once; a few minutes and what follows by the same clock are not', async () => {
  const told = async () =>
    (await officer.call('incidents.list', { show: 'all' })).incidents.filter((one) => one.rule === 'clock-back');
  const lastEntry = () => made.core.clinic()?.vault.db.prepare<[], number>('SELECT max(n) FROM audit').pluck().get() ?? 0;
  const work = () => nurse.call('patients.searched', { text: 'njo', shown: [patient] });
  const now = made.clock.ms;
  await work();
  const before = lastEntry();
  made.clock.ms = now - 4 * 60_000;
  await work();
  expect(await told()).toEqual([]);
  made.clock.ms = now - 90 * 60_000;
  const first = lastEntry() + 1;
  for (let times = 0; times < 3; times++) await work();
  expect(await told()).toMatchObject([
    {
      severity: 'review',
      state: 'open',
      said: `Entry ${first} is dated 90 minutes before entry ${before}, which was written earlier.`,
    },
  ]);
  // Forward is not back; and back again is told again.
  made.clock.ms = now;
  await work();
  expect(await told()).toHaveLength(1);
  made.clock.ms = now - 20 * 60_000;
  await work();
  expect(await told()).toHaveLength(2);
  // Also one that is set back while the vault is closed.
  made.clock.ms = now;
  await work();
  await made.core.close();
  made.clock.ms = now - 30 * 60_000;
  officer = await signIn(OFFICER);
  nurse = await signIn(NURSE);
  expect(await told()).toHaveLength(3);
  made.clock.ms = now;
  expect(await officer.call('audit.verify', {})).toMatchObject({ ok: true });
});

test('what was logged while nobody watched is gone through when the vault is opened, once', async () => {
  const last = await newest();
  made.core.clinic()?.transactions.onLogged(() => undefined);
  await nurse.call('patients.breakGlass', { patient, code: 'other', reason: 'nobody is watching' });
  expect((await newest()).number).toBe(last.number);
  for (let times = 0; times < 2; times++) {
    await made.core.close();
    officer = await signIn(OFFICER);
    const { incidents } = await officer.call('incidents.list', { show: 'all' });
    expect(incidents.filter((one) => one.said.includes('nobody is watching'))).toHaveLength(1);
  }
});
