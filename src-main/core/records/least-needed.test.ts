/** Whoever looks for a patient for whom they do not care is shown what tells people apart, and no whole number. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../../src-shared/access/permissions.ts';
import { type Somebody, somebody } from '../../../tests/access/as.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { identifierKey } from './normal.ts';

const AMINA = { family: 'Otieno', given: 'Amina', birthDate: '1984-03-17', sex: 'female' as const };
const NUMBER = 'KE-1984-0317-55';
/** The same, as it is typed. */
const TYPED = 'ke 1984 0317 55';

let made: TestCore;
let patient: string;
const as = new Map<Role, Somebody>();

beforeAll(async () => {
  made = await testCore();
  const admin = await made.create();
  const identifier = { value: NUMBER, label: 'National number' };
  ({ id: patient } = await admin.call('patients.register', { ...AMINA, phone: '0712 345 678', identifier }));
  for (const role of ['clinician', 'radiologist', 'nurse', 'trainee', 'reception'] as const) as.set(role, somebody(made, role));
});
afterAll(async () => {
  expect(made.bugs).toEqual([]);
  await made.remove();
});

function role(name: Role): Somebody {
  const found = as.get(name);
  if (!found) throw new Error(`nobody is ${name}`);
  return found;
}
const rows = async (name: Role, text: string) => (await role(name).call('patients.search', { text })).results;

describe.each(['clinician', 'radiologist', 'nurse', 'trainee'] as const)('a %s without a part in the care', (name) => {
  test('finds by name, and sees who it is and the end of the number', async () => {
    expect(await rows(name, 'otieno')).toMatchObject([
      {
        name: 'OTIENO, Amina',
        birthDate: AMINA.birthDate,
        sex: 'female',
        identifiers: [{ label: 'National number', value: '…7-55', masked: true }],
      },
    ]);
  });

  test('finds by the whole number, however it is written, and not by a part of it', async () => {
    for (const whole of [NUMBER, TYPED, `otieno ${NUMBER}`])
      expect((await rows(name, whole)).map(({ id }) => id)).toEqual([patient]);
    for (const part of ['KE-1984-0317-5', 'ke1984', 'otieno KE-1984-0317-5', 'otieno ke1'])
      expect(await rows(name, part), part).toEqual([]);
    expect(JSON.stringify(await rows(name, NUMBER))).not.toContain(NUMBER);
  });
});

test('the front desk, which knows everybody by role, sees it as before', async () => {
  expect(await rows('reception', 'otieno')).toMatchObject([{ identifiers: [{ value: NUMBER }] }]);
  expect(await rows('reception', 'ke1984')).toMatchObject([{ identifiers: [{ value: NUMBER }] }]);
});

test('a care relation or an emergency shows it, for as long as either lasts', async () => {
  const { call, id } = role('clinician');
  const value = async () => (await rows('clinician', 'otieno'))[0]?.identifiers[0]?.value;
  await call('patients.breakGlass', { patient, code: 'emergency', reason: 'unconscious in the corridor' });
  expect(await value()).toBe(NUMBER);
  expect(await rows('clinician', 'ke1984')).toHaveLength(1);
  await call('patients.banner', { patient });
  await call('patients.endGlass', { patient });
  expect(await value()).toBe('…7-55');
  // Also in the list of those whom they opened last.
  expect(JSON.stringify(await call('patients.recent', {}))).not.toContain(NUMBER);
  made.core
    .clinic()
    ?.vault.db.prepare("INSERT INTO care_team (patient, person, since) VALUES (?, ?, '2026-01-01')")
    .run(patient, id);
  expect(await value()).toBe(NUMBER);
});

test('who registers somebody alike is shown the number that they typed themselves, no other', async () => {
  const alike = async (identifier?: { value: string }) =>
    (await role('nurse').call('patients.lookAlikes', { ...AMINA, identifier })).candidates.map(
      ({ identifiers }) => identifiers[0]?.value,
    );
  expect(await alike()).toEqual(['…7-55']);
  expect(await alike({ value: 'KE-1984' })).toEqual(['…7-55']);
  expect(await alike({ value: TYPED })).toEqual([NUMBER]);
});

test('of a short number no more than half is shown', async () => {
  const { call } = role('reception');
  for (const [given, value, birthDate] of [
    ['Ann', '12345', '1990-01-01'],
    ['Ben', '7', '1953-08-30'],
  ] as const)
    await call('patients.register', {
      family: 'Shortnumber',
      given,
      birthDate,
      sex: 'other',
      identifier: { value },
      notThese: [],
    });
  expect((await rows('nurse', 'shortnumber')).map(({ identifiers }) => identifiers[0]?.value).sort()).toEqual(['…', '…45']);
});

test('numbers of strangers that begin alike do not hide the one of the own patient', async () => {
  const db = made.core.clinic()?.vault.db;
  const add = db?.prepare("INSERT INTO person_key (kind, key, patient) VALUES ('id', ?, ?)");
  for (let n = 0; n < 400; n++) add?.run(identifierKey(`KE-1000-${n}`), `stranger-${n}`);
  expect(await rows('clinician', 'KE-1')).toMatchObject([{ id: patient }]);
  db?.prepare("DELETE FROM person_key WHERE patient LIKE 'stranger-%'").run();
});
