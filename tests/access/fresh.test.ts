/** Whoever finds a screen open can look, but not take over: what gives lasting power asks for the password again. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { needsFresh, PASSWORD_HOLDS_MS, powers, spared } from '../../src-shared/access/fresh.ts';
import { permissions, type Role, roles } from '../../src-shared/access/permissions.ts';
import { contract, type ProcedureName } from '../../src-shared/contract/index.ts';
import type { Procedure } from '../../src-shared/contract/procedure.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { ADMIN, type TestCore, testCore } from '../fixtures/core.ts';
import { somebody } from './as.ts';
import { exampleOf } from './examples.ts';

let made: TestCore;
beforeEach(async () => {
  made = await testCore();
});
afterEach(async () => {
  expect(made.bugs).toEqual([]);
  await made.remove();
});

// Names and procedures of one object.
const procedures = Object.entries(contract) as [ProcedureName, Procedure][];
const asked = procedures.filter(([name, procedure]) => needsFresh(name, procedure, exampleOf(name, 'somebody')));
const JOSEPH = { userName: 'joseph', roles: ['clinician' as const], password: 'quite another phrase' };

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );
const denials = () =>
  made.core
    .clinic()
    ?.vault.db.prepare<[], { entry: string }>("SELECT entry FROM audit WHERE outcome = 'denied' ORDER BY n")
    .all()
    .map(({ entry }) => JSON.parse(entry));

test('these ask for it, and nothing that only reads does', () => {
  expect(asked.map(([name]) => name).sort()).toEqual([
    'backup.plan',
    'erasure.erase',
    'incidents.setRule',
    'models.trust',
    'pacs.removePeer',
    'pacs.savePeer',
    'pacs.setReceiver',
    'retention.purge',
    'retention.setRule',
    'retention.setSecondPerson',
    'settings.set',
    'sync.pair',
    'sync.unpair',
    'users.add',
    'users.disable',
    'users.enable',
    'users.reset',
    'users.setRoles',
    'users.unlock',
    'vault.addEscrow',
    'vault.newRecoveryCode',
    'vault.removeEscrow',
    'vault.rotateKey',
  ]);
  expect(asked.filter(([, { kind }]) => kind === 'query')).toEqual([]);
  // What is spared holds a power, or would stand there for nothing; and takes the password by itself.
  for (const name of Object.keys(spared) as ProcedureName[]) {
    const { permission, input }: Procedure = contract[name];
    expect(powers).toContain(permission);
    const { password: _password, ...without } = exampleOf(name, 'somebody') as { password?: string };
    expect(input.safeParse(without).success).toBe(false);
  }
});

test('each is refused to a session whose password was given too long ago, and the refusal is logged', async () => {
  const admin = await made.create();
  const { id: patient } = await admin.call('patients.register', {
    family: 'Otieno',
    given: 'Amina',
    birthDate: '1984-03-17',
    sex: 'female',
  });
  const as = new Map(roles.map((role) => [role, somebody(made, role)]));
  const db = made.core.clinic()?.vault.db;
  for (const { id } of as.values())
    db?.prepare("INSERT INTO care_team (patient, person, since) VALUES (?, ?, '2026-01-01')").run(patient, id);
  made.clock.ms += PASSWORD_HOLDS_MS;
  const wrong: string[] = [];
  for (const [name, { permission }] of asked) {
    const may = (role: Role) =>
      permission in permissions && permissions[permission as keyof typeof permissions][role] !== undefined;
    for (const role of roles) {
      const before = denials()?.length ?? 0;
      const said = await codeOf(made.core.call(as.get(role)!.connection, name, exampleOf(name, patient)));
      // Whoever may not at all is not asked for a password first.
      if (said !== (may(role) ? 'password-needed' : 'forbidden')) wrong.push(`${name} as ${role}: ${said}`);
      const logged = denials()?.slice(before);
      if (logged?.length !== 1 || logged[0].procedure !== name || logged[0].reason !== said)
        wrong.push(`${name} as ${role} is not in the log`);
    }
  }
  expect(wrong).toEqual([]);
});

test('typing it lets the act go on, for a while; signing in and unlocking are typing it', async () => {
  const admin = await made.create();
  expect(await codeOf(admin.call('users.add', JOSEPH))).toBe('ok');
  const disable = () => codeOf(admin.call('users.setRoles', { userName: 'joseph', roles: ['nurse'] }));
  made.clock.ms += PASSWORD_HOLDS_MS;
  expect(await disable()).toBe('password-needed');
  await admin.call('session.confirm', { password: ADMIN.password });
  expect(await disable()).toBe('ok');
  made.clock.ms += PASSWORD_HOLDS_MS - 1;
  expect(await disable()).toBe('ok');
  made.clock.ms += 1;
  expect(await disable()).toBe('password-needed');
  await admin.call('session.lock', {});
  expect(await codeOf(admin.call('session.confirm', { password: ADMIN.password }))).toBe('not-signed-in');
  await admin.call('session.signIn', ADMIN);
  expect(await disable()).toBe('ok');
  // A clock that is set back does not make an old password fresh.
  made.clock.ms -= 1;
  expect(await disable()).toBe('password-needed');
  // The password of one window says nothing about another.
  const other = made.connect();
  await other.call('session.signIn', ADMIN);
  expect(await disable()).toBe('password-needed');
}, 60_000);

test('a clinic may want it sooner, never later; how the screen looks is nobody’s power', async () => {
  const admin = await made.create();
  const set = (key: string, value: unknown) => codeOf(admin.call('settings.set', { key, value }));
  expect(await set('passwordHoldsMs', 2000)).toBe('ok');
  made.clock.ms += 2000;
  expect(await set('idleLockMs', 600_000)).toBe('password-needed');
  expect(await set('theme', 'dark')).toBe('ok');
  await admin.call('session.confirm', { password: ADMIN.password });
  expect(await set('passwordHoldsMs', 24 * 60 * 60_000)).toBe('ok');
  made.clock.ms += PASSWORD_HOLDS_MS;
  expect(await set('idleLockMs', 600_000)).toBe('password-needed');
});

test('wrong ones are counted, logged and watched as at the door', async () => {
  const admin = await made.create();
  await admin.call('users.add', { ...JOSEPH, roles: ['compliance'] });
  for (let n = 0; n < 3; n++) expect(await codeOf(admin.call('session.confirm', { password: 'a guess' }))).toBe('password-wrong');
  expect(await codeOf(admin.call('session.confirm', { password: ADMIN.password }))).toBe('sign-in-slowed');
  expect(denials()).toMatchObject(
    Array(3).fill({ procedure: 'session.confirm', reason: expect.stringMatching(/^who [0-9a-f]{16}$/) }),
  );
  const thief = made.connect();
  for (let n = 3; n < 10; n++) {
    made.clock.ms += 61_000;
    await admin.call('session.touch', {});
    await codeOf(
      n % 2
        ? admin.call('session.confirm', { password: 'a guess' })
        : thief.call('session.signIn', { ...ADMIN, password: 'a guess' }),
    );
  }
  made.clock.ms += 61_000;
  expect(await codeOf(admin.call('session.confirm', { password: ADMIN.password }))).toBe('account-locked');
  expect(await codeOf(thief.call('session.signIn', ADMIN))).toBe('account-locked');
  const officer = made.connect();
  await officer.call('session.signIn', JOSEPH);
  const { incidents } = await officer.call('incidents.list', { show: 'all' });
  expect(incidents.map(({ rule }) => rule)).toContain('failed-sign-ins');
  expect(incidents.map(({ rule }) => rule)).not.toContain('many-denied');
}, 60_000);
