/** Two workstations and the real server: what one decides about access and incidents, the other must not learn too late or undo. */
import { expect, test, vi } from 'vitest';
import { clinicOf, codeOf, hospital, mayOpen, person, round, somebody } from '../../../tests/fixtures/workstations.ts';
import { SYSTEM } from '../context-of.ts';
import { checkNotices } from '../ledger/index.ts';
import { openSync } from './index.ts';

const house = hospital();
const { workstation } = house;

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
  for (const one of [a, b]) expect(checkNotices(clinicOf(one).vault.db).bad).toBeNull();
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

test('an account without a name of its own is the person of that user name', async () => {
  const [a, b] = [await workstation(), await workstation()];
  await person(a, 'joseph', 'nurse');
  const joseph = await person(b, 'Joseph', 'nurse', 'Joseph');
  const { id } = await a.client.call('patients.register', somebody());
  await a.client.call('careTeam.add', { patient: id, userName: 'joseph', reason: 'on the ward' });
  await round(a, b);
  expect(await mayOpen(joseph, id)).toBe('ok');
  await a.client.call('careTeam.remove', { patient: id, userName: 'joseph', reason: 'moved on' });
  await round(a, b);
  expect(await mayOpen(joseph, id)).toBe('not-in-care-team');
  // Of somebody without an account here the name is shown, and they can be taken out from here.
  await person(a, 'wanjiru', 'nurse');
  await a.client.call('careTeam.add', { patient: id, userName: 'wanjiru', reason: 'on the ward' });
  await round(a, b);
  expect((await b.client.call('careTeam.list', { patient: id })).members).toEqual(
    expect.arrayContaining([expect.objectContaining({ userName: 'wanjiru', elsewhere: true, reason: 'on the ward' })]),
  );
  await b.client.call('careTeam.remove', { patient: id, userName: 'wanjiru', reason: 'moved on' });
  await round(b, a);
  expect((await a.client.call('careTeam.list', { patient: id })).members.map((one) => one.userName)).toEqual(['amina']);
}, 90_000);

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

test('where workstations are connected a broken glass is seen as soon as it was told, without a round of one’s own', async () => {
  const [a, b] = [await workstation(), await workstation()];
  const joseph = await person(a, 'joseph', 'nurse');
  const officer = await person(b, 'odile', 'compliance');
  const { id } = await a.client.call('patients.register', somebody());
  await round(a, b);
  // Time passes as the test says: no round is due by itself.
  const ticks: (() => void)[] = [];
  const sync = openSync(clinicOf(b), SYSTEM, {
    timers: {
      every: (_ms, run) => {
        ticks.push(run);
        return () => undefined;
      },
    },
  });
  sync.start();
  const tick = () => ticks.forEach((run) => void run());
  tick();
  await joseph.call('patients.breakGlass', { patient: id, code: 'emergency', reason: 'found in the corridor' });
  await round(a);
  await vi.waitFor(
    async () => {
      tick();
      expect((await officer.call('incidents.list', {})).incidents.map((one) => one.said).join()).toContain(
        'found in the corridor',
      );
    },
    { timeout: 50_000 },
  );
  await sync.stop();
}, 60_000);
