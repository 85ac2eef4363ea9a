import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../src-shared/errors/index.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { DRAFTS_MAX } from './drafts.ts';

let made: TestCore;
beforeEach(async () => {
  made = await testCore();
});
afterEach(async () => {
  expect(made.bugs).toEqual([]);
  await made.remove();
});

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );
const DAY_MS = 86_400_000;
const JOSEPH = { userName: 'joseph', password: 'quite another phrase' };
/** Asked again of the administrator who changes a second factor. */
const OWN = { password: ADMIN.password };
const AMINA = { family: 'Otieno', given: 'Amina', birthDate: '1984-03-17', sex: 'female' as const };
/** What an authenticator shows, by another reading of the address in the QR code than the core's own. */
const shown = (secret: string, ms: number) =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp: ms });

async function withFactor() {
  const admin = await made.create();
  const { uri, secret } = await admin.call('secondFactor.begin', OWN);
  expect(uri).toMatch(
    /^otpauth:\/\/totp\/Lamplight:amina\?issuer=Lamplight&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
  );
  expect(await codeOf(admin.call('secondFactor.confirm', { code: '000000' }))).toBe('second-factor-code-wrong');
  const { recoveryCodes } = await admin.call('secondFactor.confirm', { code: shown(secret, made.clock.ms) });
  return { admin, secret, recoveryCodes };
}

test('the second factor is asked for after the password alone, and never says which part was wrong', async () => {
  const { admin, secret } = await withFactor();
  await admin.call('session.signOut', {});
  made.clock.ms += 31_000;
  expect(await codeOf(admin.call('session.signIn', { ...ADMIN, password: 'wrong' }))).toBe('sign-in-failed');
  expect(await codeOf(admin.call('session.signIn', ADMIN))).toBe('second-factor-required');
  expect(await codeOf(admin.call('session.signIn', { ...ADMIN, code: '000000' }))).toBe('sign-in-failed');
  expect(await codeOf(admin.call('session.signIn', { ...ADMIN, password: 'wrong', code: shown(secret, made.clock.ms) }))).toBe(
    'sign-in-failed',
  );
  made.clock.ms += 61_000;
  expect(await codeOf(admin.call('session.signIn', { ...ADMIN, code: shown(secret, made.clock.ms) }))).toBe('ok');
});

test('a code is good once, and one step to either side', async () => {
  const { secret } = await withFactor();
  const at = async (ms: number) => codeOf(made.connect().call('session.signIn', { ...ADMIN, code: shown(secret, ms) }));
  made.clock.ms += 5 * 60_000;
  expect(await at(made.clock.ms - 60_000)).toBe('sign-in-failed');
  expect(await at(made.clock.ms - 30_000)).toBe('ok');
  expect(await at(made.clock.ms - 30_000)).toBe('sign-in-failed');
  expect(await at(made.clock.ms + 60_000)).toBe('sign-in-failed');
  made.clock.ms += 61_000;
  expect(await at(made.clock.ms + 30_000)).toBe('ok');
  expect(await at(made.clock.ms)).toBe('sign-in-failed');
});

test('wrong codes with the right password lock the account like wrong passwords', async () => {
  const { admin } = await withFactor();
  const thief = made.connect();
  for (let n = 0; n < 10; n++) {
    made.clock.ms += 61_000;
    await admin.call('session.touch', {});
    await codeOf(thief.call('session.signIn', { ...ADMIN, code: '123456' }));
  }
  made.clock.ms += 61_000;
  expect(await codeOf(thief.call('session.signIn', { ...ADMIN, code: '123456' }))).toBe('account-locked');
}, 60_000);

test('each single-use code stands once for the second factor', async () => {
  const { admin, recoveryCodes } = await withFactor();
  expect(new Set(recoveryCodes).size).toBe(10);
  const [first = ''] = recoveryCodes;
  expect(await codeOf(made.connect().call('session.signIn', { ...ADMIN, code: first.toLowerCase().replace('-', ' ') }))).toBe(
    'ok',
  );
  expect(await codeOf(made.connect().call('session.signIn', { ...ADMIN, code: first }))).toBe('sign-in-failed');
  expect((await admin.call('secondFactor.state', {})).codesLeft).toBe(9);
});

test('a locked session opens with the password alone, until its keys were dropped', async () => {
  const { admin, secret } = await withFactor();
  await admin.call('session.lock', {});
  expect(await codeOf(admin.call('session.signIn', ADMIN))).toBe('ok');
  expect(await codeOf(made.connect().call('session.signIn', ADMIN))).toBe('second-factor-required');
  await admin.call('session.lock', {});
  made.clock.ms += 16 * 60_000;
  made.core.tick();
  expect(await codeOf(admin.call('session.signIn', ADMIN))).toBe('second-factor-required');
  expect(await codeOf(admin.call('session.signIn', { ...ADMIN, code: shown(secret, made.clock.ms) }))).toBe('ok');
});

test('an administrator without a second factor keeps caring for patients, but administers no more when the time is over', async () => {
  const admin = await made.create();
  const { id } = await admin.call('patients.register', AMINA);
  expect((await admin.call('session.status', {})).session?.secondFactorDueAt).toBe(
    new Date(made.clock.ms + 14 * DAY_MS).toISOString(),
  );
  made.clock.ms += 13 * DAY_MS;
  await admin.call('session.signIn', ADMIN);
  expect(await codeOf(admin.call('users.list', {}))).toBe('ok');
  made.clock.ms += 2 * DAY_MS;
  await admin.call('session.signIn', ADMIN);
  expect(await codeOf(admin.call('users.list', {}))).toBe('roles-resting');
  expect(await codeOf(admin.call('chart.summary', { patient: id }))).toBe('ok');
  const { secret } = await admin.call('secondFactor.begin', OWN);
  await admin.call('secondFactor.confirm', { code: shown(secret, made.clock.ms) });
  expect(await codeOf(admin.call('users.list', {}))).toBe('ok');
  expect(await codeOf(admin.call('secondFactor.off', { ...OWN, code: shown(secret, made.clock.ms + 30_000) }))).toBe(
    'second-factor-mandatory',
  );
});

test('whoever finds an open screen cannot put their own phone in the place of the second factor', async () => {
  const { admin, recoveryCodes } = await withFactor();
  expect(await codeOf(admin.call('secondFactor.begin', OWN))).toBe('second-factor-code-wrong');
  expect(await codeOf(admin.call('secondFactor.give', { ...OWN, userName: 'amina' }))).toBe('invalid-input');
  expect(await codeOf(admin.call('users.resetSecondFactor', { ...OWN, userName: 'amina' }))).toBe('second-factor-required');
  expect(await codeOf(admin.call('users.resetSecondFactor', { ...OWN, userName: 'amina', code: '000000' }))).toBe(
    'second-factor-code-wrong',
  );
  expect(await codeOf(admin.call('secondFactor.begin', { ...OWN, code: recoveryCodes[1] }))).toBe('ok');
  expect(await codeOf(admin.call('users.resetSecondFactor', { ...OWN, userName: 'amina', code: recoveryCodes[2] }))).toBe('ok');
});

test('whoever finds an open screen cannot turn a second factor on, renew its codes or take it off without the password', async () => {
  const admin = await made.create();
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  const joseph = made.connect();
  await joseph.call('session.signIn', JOSEPH);
  const wrong = { password: 'what a passer-by types' };
  expect(await codeOf(joseph.call('secondFactor.begin', wrong))).toBe('password-wrong');
  expect(await codeOf(joseph.call('secondFactor.give', { ...wrong, userName: 'joseph' }))).toBe('password-wrong');
  expect(await codeOf(admin.call('secondFactor.give', { ...wrong, userName: 'joseph' }))).toBe('password-wrong');
  const { recoveryCodes } = await joseph.call('secondFactor.give', { password: JOSEPH.password, userName: 'joseph' });
  const code = recoveryCodes[0] ?? '';
  expect(await codeOf(joseph.call('secondFactor.renewCodes', { ...wrong, code }))).toBe('password-wrong');
  expect(await codeOf(joseph.call('secondFactor.off', { ...wrong, code }))).toBe('password-wrong');
  expect(await codeOf(admin.call('users.resetSecondFactor', { ...wrong, userName: 'joseph' }))).toBe('password-wrong');
  // The code was not spent on a wrong password.
  expect((await joseph.call('secondFactor.state', {})).codesLeft).toBe(10);
  expect(await codeOf(joseph.call('secondFactor.off', { password: JOSEPH.password, code }))).toBe('ok');
  const refused = (await admin.call('audit.list', { outcome: 'failed' })).entries.filter(
    (one) => one.reason === 'password-wrong',
  );
  expect(refused).toHaveLength(6);
});

test('guessing the password at an open screen slows down and locks like guessing it at the sign-in', async () => {
  const admin = await made.create();
  const guess = () => codeOf(admin.call('secondFactor.begin', { password: 'what a passer-by types' }));
  for (let n = 0; n < 3; n++) expect(await guess()).toBe('password-wrong');
  expect(await guess()).toBe('sign-in-slowed');
  for (let n = 3; n < 10; n++) {
    made.clock.ms += 61_000;
    expect(await guess()).toBe('password-wrong');
  }
  made.clock.ms += 61_000;
  expect(await codeOf(admin.call('secondFactor.begin', OWN))).toBe('account-locked');
  expect(await codeOf(made.connect().call('session.signIn', ADMIN))).toBe('account-locked');
}, 60_000);

test('an open screen is no place to guess codes at', async () => {
  const { admin, recoveryCodes } = await withFactor();
  for (let n = 0; n < 10; n++) {
    made.clock.ms += 61_000;
    await codeOf(admin.call('secondFactor.renewCodes', { ...OWN, code: '123456' }));
  }
  made.clock.ms += 61_000;
  for (const code of ['123456', recoveryCodes[0] ?? ''])
    expect(await codeOf(admin.call('secondFactor.renewCodes', { ...OWN, code }))).toBe('account-locked');
});

test('names of any script, and nobody begins with a name or password that sign-in does not take', async () => {
  const admin = await made.create();
  for (const userName of ['अनीता शर्मा', 'Zoe\u0308 Müller', "o'brien"]) {
    await admin.call('users.add', { ...JOSEPH, userName, roles: ['nurse'] });
    expect(await codeOf(made.connect().call('session.signIn', { ...JOSEPH, userName }))).toBe('ok');
  }
  // One person, however it is typed: the slot of the vault and the list of people agree.
  expect(await codeOf(made.connect().call('session.signIn', { ...JOSEPH, userName: 'ZOË MÜLLER' }))).toBe('ok');
  expect(await codeOf(admin.call('users.add', { ...JOSEPH, userName: 'ZOË MÜLLER', roles: ['it-admin'] }))).toBe('user-exists');
  for (const userName of ['', ' ', ' joseph', 'joseph ', 'a  b', 'a\nb', 'n'.repeat(65)])
    expect([userName, await codeOf(admin.call('users.add', { ...JOSEPH, userName, roles: ['nurse'] }))]).toEqual([
      userName,
      'invalid-input',
    ]);
});

test('a second factor is given by oneself or an administrator, and taken away by an administrator', async () => {
  const admin = await made.create();
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  const joseph = made.connect();
  await joseph.call('session.signIn', JOSEPH);
  expect(await codeOf(joseph.call('secondFactor.give', { password: JOSEPH.password, userName: 'amina' }))).toBe('forbidden');
  const { secret, recoveryCodes } = await admin.call('secondFactor.give', { ...OWN, userName: 'joseph' });
  expect(recoveryCodes).toHaveLength(10);
  expect(await codeOf(made.connect().call('session.signIn', { ...JOSEPH, code: shown(secret, made.clock.ms) }))).toBe('ok');
  expect(await codeOf(joseph.call('users.resetSecondFactor', { password: JOSEPH.password, userName: 'joseph' }))).toBe(
    'forbidden',
  );
  await admin.call('users.resetSecondFactor', { ...OWN, userName: 'joseph' });
  expect(await codeOf(made.connect().call('session.signIn', JOSEPH))).toBe('ok');
  const { entries } = await admin.call('audit.list', {});
  expect(entries.map((entry) => entry.procedure)).toEqual(
    expect.arrayContaining(['secondFactor.give', 'users.resetSecondFactor']),
  );
});

test('a lost password is reset without anybody learning one', async () => {
  const admin = await made.create();
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  const open = made.connect();
  await open.call('session.signIn', JOSEPH);
  const { code, until } = await admin.call('users.reset', { userName: 'joseph' });
  expect(until).toBe(new Date(made.clock.ms + DAY_MS).toISOString());
  expect(await codeOf(open.call('drafts.list', {}))).toBe('not-signed-in');
  const joseph = made.connect();
  expect(await codeOf(joseph.call('session.signIn', JOSEPH))).toBe('sign-in-failed');
  expect(await codeOf(joseph.call('session.signIn', { userName: 'joseph', password: code.toLowerCase() }))).toBe(
    'own-password-needed',
  );
  expect(await codeOf(joseph.call('drafts.list', {}))).toBe('not-signed-in');
  expect(await codeOf(joseph.call('session.redeem', { userName: 'joseph', oneTimeCode: code, newPassword: 'short' }))).toBe(
    'password-too-weak',
  );
  expect(
    await codeOf(joseph.call('session.redeem', { userName: 'joseph', oneTimeCode: code, newPassword: 'my very own phrase' })),
  ).toBe('ok');
  expect(await codeOf(joseph.call('drafts.list', {}))).toBe('ok');
  expect(
    await codeOf(
      made.connect().call('session.redeem', { userName: 'joseph', oneTimeCode: code, newPassword: 'somebody elses phrase' }),
    ),
  ).toBe('sign-in-failed');
  expect(
    await codeOf(
      made
        .connect()
        .call('session.redeem', { userName: 'joseph', oneTimeCode: 'my very own phrase', newPassword: 'somebody elses phrase' }),
    ),
  ).toBe('sign-in-failed');
  made.clock.ms += 61_000;
  expect(await codeOf(made.connect().call('session.signIn', { userName: 'joseph', password: 'my very own phrase' }))).toBe('ok');
});

test('a password of twenty letters is the password it is, although it reads like a one-time code', async () => {
  const admin = await made.create();
  const mary = { userName: 'mary', password: 'yet another long phrase' };
  await admin.call('users.add', { ...mary, roles: ['nurse'] });
  expect(await codeOf(made.connect().call('session.signIn', mary))).toBe('ok');
  // With the vault closed the way in is another one.
  await made.core.close();
  expect(await codeOf(made.connect().call('session.signIn', mary))).toBe('ok');
  expect(await codeOf(made.connect().call('session.signIn', { ...mary, password: 'YETAN-0THER-10NGP-HRASE' }))).toBe(
    'sign-in-failed',
  );
});

test('a one-time code expires, and does not pass the second factor by', async () => {
  const admin = await made.create();
  const { oneTime } = await admin.call('users.add', { userName: 'ruth', roles: ['clinician'] });
  const redeem = { userName: 'ruth', oneTimeCode: oneTime?.code ?? '', newPassword: 'my very own phrase' };
  const { secret } = await admin.call('secondFactor.give', { ...OWN, userName: 'ruth' });
  expect(await codeOf(made.connect().call('session.redeem', redeem))).toBe('second-factor-required');
  made.clock.ms += DAY_MS + 1000;
  await admin.call('session.touch', {});
  expect(await codeOf(made.connect().call('session.redeem', { ...redeem, code: shown(secret, made.clock.ms) }))).toBe(
    'one-time-code-expired',
  );
  await admin.call('session.confirm', OWN);
  const { code } = await admin.call('users.reset', { userName: 'ruth' });
  expect(
    await codeOf(made.connect().call('session.redeem', { ...redeem, oneTimeCode: code, code: shown(secret, made.clock.ms) })),
  ).toBe('ok');
});

test('people are switched off and on, unlocked and given other roles, at once where they are signed in', async () => {
  const admin = await made.create();
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  const joseph = made.connect();
  await joseph.call('session.signIn', JOSEPH);
  expect(await codeOf(joseph.call('users.list', {}))).toBe('forbidden');
  await admin.call('users.setRoles', { userName: 'joseph', roles: ['it-admin', 'it-admin'] });
  expect((await joseph.call('users.list', {})).users.find((user) => user.userName === 'joseph')?.roles).toEqual(['it-admin']);
  await admin.call('users.disable', { userName: 'joseph' });
  expect(await codeOf(joseph.call('users.list', {}))).toBe('not-signed-in');
  expect(await codeOf(joseph.call('session.signIn', JOSEPH))).toBe('sign-in-failed');
  const { oneTime } = await admin.call('users.enable', { userName: 'joseph' });
  const code = oneTime?.code ?? '';
  // The key that the old password opened is gone; a new password makes another.
  expect(await codeOf(joseph.call('session.signIn', JOSEPH))).toBe('sign-in-failed');
  expect(
    await codeOf(joseph.call('session.redeem', { userName: 'joseph', oneTimeCode: code, newPassword: 'my very own phrase' })),
  ).toBe('ok');
  expect(await codeOf(admin.call('users.disable', { userName: 'amina' }))).toBe('invalid-input');
});

test('somebody who can administer always stays', async () => {
  const admin = await made.create();
  await admin.call('users.add', { ...JOSEPH, roles: ['it-admin'] });
  await admin.call('users.disable', { userName: 'joseph' });
  expect(await codeOf(admin.call('users.setRoles', { userName: 'amina', roles: ['clinician'] }))).toBe('last-administrator');
  await admin.call('users.enable', { userName: 'joseph' });
  expect(await codeOf(admin.call('users.setRoles', { userName: 'amina', roles: ['clinician'] }))).toBe('ok');
  expect(await codeOf(admin.call('users.list', {}))).toBe('forbidden');
});

test('an administrator unlocks an account, and the log says so', async () => {
  const admin = await made.create();
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  const joseph = made.connect();
  for (let n = 0; n < 10; n++) {
    await codeOf(joseph.call('session.signIn', { ...JOSEPH, password: 'wrong' }));
    made.clock.ms += 61_000;
    await admin.call('session.touch', {});
  }
  expect(await codeOf(joseph.call('session.signIn', JOSEPH))).toBe('account-locked');
  await admin.call('session.confirm', OWN);
  await admin.call('users.unlock', { userName: 'joseph' });
  expect(await codeOf(joseph.call('session.signIn', JOSEPH))).toBe('ok');
  expect((await admin.call('audit.list', { procedure: 'users.unlock' })).entries).toHaveLength(1);
}, 60_000);

test('two people share a screen: each session is kept, and each comes back to their own drafts', async () => {
  const screen = await made.create();
  await screen.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  await screen.call('drafts.save', { key: 'note/1', body: 'of Amina' });
  await screen.call('session.lock', { reason: 'switch' });
  expect((await screen.call('session.status', {})).kept.map((one) => one.userName)).toEqual(['amina']);
  await screen.call('session.signIn', JOSEPH);
  await screen.call('drafts.save', { key: 'note/1', body: 'of Joseph' });
  expect((await screen.call('session.status', {})).kept.map((one) => one.userName)).toEqual(['amina']);
  await screen.call('session.lock', { reason: 'switch' });
  await screen.call('session.signIn', ADMIN);
  expect((await screen.call('drafts.get', { key: 'note/1' })).body).toBe('of Amina');
  expect((await screen.call('session.status', {})).kept.map((one) => one.userName)).toEqual(['joseph']);
  await screen.call('session.signIn', JOSEPH);
  expect((await screen.call('drafts.get', { key: 'note/1' })).body).toBe('of Joseph');
  await screen.call('session.signOut', {});
  expect((await screen.call('session.status', {})).kept.map((one) => one.userName)).toEqual(['amina']);
});

test('a person keeps so many drafts and no more; what is kept goes on being kept, and nothing is lost', async () => {
  const client = await made.create();
  const db = made.core.clinic()?.vault.db;
  if (db) db.pragma('synchronous = OFF');
  for (let n = 0; n < DRAFTS_MAX; n++) await client.call('drafts.save', { key: `note/${n}`, body: 'begun' });
  const refused = client.call('drafts.save', { key: 'note/new', body: 'one more' });
  await expect(refused).rejects.toThrow(`you have ${DRAFTS_MAX} unfinished drafts`);
  await client.call('drafts.save', { key: 'note/7', body: 'begun and gone on with' });
  expect((await client.call('drafts.get', { key: 'note/7' })).body).toBe('begun and gone on with');
  expect((await client.call('drafts.list', {})).drafts).toHaveLength(DRAFTS_MAX);
  // Typed and deleted again is finished too.
  await client.call('drafts.save', { key: 'note/8', body: '' });
  await client.call('drafts.save', { key: 'note/new', body: 'one more' });
  expect((await client.call('drafts.get', { key: 'note/new' })).body).toBe('one more');
});
