import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ADMIN, type TestCore, testCore } from '../../tests/fixtures/core.ts';
import { AMINA, codeOf } from '../../tests/hostile/core.fixture.ts';
import { keyFilePath, newBoxKeys, pemOf } from './vault/index.ts';

let made: TestCore;
beforeEach(async () => {
  made = await testCore();
});
afterEach(() => made.remove());

const JOSEPH = { userName: 'joseph', password: 'quite another phrase' };

test('a new vault key: everybody goes on where they are, calls wait, the log has it, and nobody but an administrator makes one', async () => {
  const admin = await made.create();
  const { id } = await admin.call('patients.register', AMINA);
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  const joseph = made.connect();
  await joseph.call('session.signIn', JOSEPH);
  expect(await codeOf(joseph.call('vault.rotateKey', {}))).toBe('forbidden');
  // Asked while it runs, and answered afterwards.
  const [rotated, found, refused] = await Promise.all([
    admin.call('vault.rotateKey', {}),
    admin.call('patients.search', { text: AMINA.family, limit: 1 }),
    codeOf(admin.call('vault.rotateKey', {})),
  ]);
  expect(rotated).toMatchObject({ ok: true, generation: 2, toReset: [] });
  expect(found.results.map((row) => row.id)).toEqual([id]);
  expect(['busy', 'ok']).toContain(refused);
  expect(await codeOf(joseph.call('drafts.list', {}))).toBe('ok');
  expect(await admin.call('audit.verify', {})).toMatchObject({ ok: true });
  const { entries } = await admin.call('audit.list', {});
  expect(entries.filter((entry) => entry.procedure === 'vault.rotateKey').map((entry) => entry.outcome)).toEqual(
    expect.arrayContaining(['ok', 'denied']),
  );
  await made.core.close();
  expect(await codeOf(made.connect().call('session.signIn', JOSEPH))).toBe('ok');
  expect(made.bugs).toEqual([]);
});

test('who is at work while somebody else opens the vault by the recovery code is out at once when disabled', async () => {
  const { recoveryCode } = await made.connect().call('setup.create', { clinic: 'Kisumu clinic', ...ADMIN });
  const admin = made.connect();
  await admin.call('session.signIn', ADMIN);
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse', 'it-admin'] });
  const joseph = made.connect();
  await joseph.call('session.signIn', JOSEPH);
  await admin.call('session.recover', { userName: ADMIN.userName, recoveryCode, newPassword: 'a quite new phrase' });
  expect(await codeOf(joseph.call('drafts.list', {}))).toBe('ok');
  expect(await codeOf(joseph.call('users.add', { ...JOSEPH, userName: 'other', roles: ['nurse'] }))).toBe('password-needed');
  await admin.call('users.disable', { userName: JOSEPH.userName });
  expect(await codeOf(joseph.call('drafts.list', {}))).toBe('not-signed-in');
});

test('the own password is changed with the present one, and wrong tries count', async () => {
  const admin = await made.create();
  const change = (present: string, next = 'a quite new phrase') => codeOf(admin.call('vault.changePassword', { present, next }));
  expect(await change(ADMIN.password, 'short')).toBe('password-too-weak');
  for (let time = 0; time < 3; time++) expect(await change('not that')).toBe('password-wrong');
  expect(await change(ADMIN.password)).toBe('sign-in-slowed');
  made.clock.ms += 61_000;
  expect(await change(ADMIN.password)).toBe('ok');
  await admin.call('session.signOut', {});
  expect(await codeOf(admin.call('session.signIn', ADMIN))).toBe('sign-in-failed');
  expect(await codeOf(admin.call('session.signIn', { ...ADMIN, password: 'a quite new phrase' }))).toBe('ok');
});

test('a vault comes from another computer by the escrow key; the others are named, and a wrong key leaves nothing behind', async () => {
  const admin = await made.create();
  const { id } = await admin.call('patients.register', AMINA);
  await admin.call('users.add', { ...JOSEPH, roles: ['nurse'] });
  const escrow = pemOf(newBoxKeys());
  await admin.call('vault.addEscrow', { name: 'Hospital', publicKey: escrow.publicKey });
  await made.core.close();
  const stick = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  cpSync(join(made.root, 'clinic'), stick, { recursive: true });

  const other = await testCore();
  try {
    const folder = other.core.places.offer(stick);
    const client = other.connect();
    expect(await client.call('setup.lookAtVault', { folder })).toMatchObject({ people: 2, escrows: ['Hospital'], sample: false });
    const bring = { folder, userName: ADMIN.userName, newPassword: 'on the other machine' };
    expect(await codeOf(client.call('setup.bringVault', { ...bring, escrowKey: pemOf(newBoxKeys()).privateKey }))).toBe(
      'escrow-key-wrong',
    );
    expect(await codeOf(client.call('setup.bringVault', { ...bring, userName: 'nobody', escrowKey: escrow.privateKey }))).toBe(
      'sign-in-failed',
    );
    expect(existsSync(join(other.root, 'clinic'))).toBe(false);
    expect(await codeOf(client.call('setup.bringVault', { ...bring, folder: '/etc', escrowKey: escrow.privateKey }))).toBe(
      'not-found',
    );

    expect(await client.call('setup.bringVault', { ...bring, escrowKey: escrow.privateKey })).toMatchObject({
      newDeviceKey: true,
      othersToReset: 1,
      deviceKey: 'file',
    });
    expect((await client.call('patients.search', { text: AMINA.family, limit: 1 })).results.map((row) => row.id)).toEqual([id]);
    expect((await client.call('vault.state', {})).cannotEnter.map((person) => person.userName)).toEqual(['joseph']);
    expect(await codeOf(other.connect().call('session.signIn', JOSEPH))).toBe('password-of-other-machine');
    const { code } = await client.call('users.reset', { userName: 'joseph' });
    expect(
      await codeOf(
        other.connect().call('session.redeem', { userName: 'joseph', oneTimeCode: code, newPassword: 'my phrase over here' }),
      ),
    ).toBe('ok');
    expect((await client.call('vault.state', {})).cannotEnter).toEqual([]);
    expect(other.bugs).toEqual([]);
    // The computer it came from goes on as before.
    expect(readFileSync(keyFilePath(stick)).equals(readFileSync(keyFilePath(join(made.root, 'clinic'))))).toBe(true);
    expect(await codeOf(made.connect().call('session.signIn', JOSEPH))).toBe('ok');
  } finally {
    await other.remove();
    rmSync(stick, { recursive: true, force: true });
  }
});

test('what comes in before there is a vault can be stopped by the window that began it, and by no other; nothing of it is kept', async () => {
  const escrow = pemOf(newBoxKeys());
  const admin = await made.create();
  await admin.call('patients.register', AMINA);
  await admin.call('vault.addEscrow', { name: 'Hospital', publicKey: escrow.publicKey });
  const away = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  const backup = join(away, 'clinic.lamplight-backup');
  const { job } = await admin.call('backup.create', { place: made.core.places.offer(backup) });
  await made.core.clinic()?.jobs.wait(job);
  await made.core.close();
  cpSync(join(made.root, 'clinic'), join(away, 'vault'), { recursive: true });

  const other = await testCore();
  try {
    const client = other.connect();
    const stranger = other.connect();
    /** Begins, stops it at the first news of it, and answers how it ended. */
    const stopped = async (kind: string, begin: () => Promise<unknown>): Promise<string> => {
      const ended = new Promise<string>((resolve) => {
        client.on((event) => {
          if (event.name !== 'job' || event.job.kind !== kind) return;
          if (event.job.state === 'running') void client.call('setup.cancel', { job: event.job.id });
          else resolve(event.job.state);
        });
      });
      const answer = await codeOf(begin());
      expect(['ok', 'cancelled']).toContain(answer);
      return await ended;
    };
    const place = other.core.places.offer(backup);
    const restoring = () => client.call('setup.restore', { place, escrowKey: escrow.privateKey });
    expect(await stopped('restore', restoring)).toBe('cancelled');
    const folder = other.core.places.offer(join(away, 'vault'));
    const bring = { folder, userName: ADMIN.userName, newPassword: 'on the other machine', escrowKey: escrow.privateKey };
    expect(await stopped('bring', () => client.call('setup.bringVault', bring))).toBe('cancelled');
    expect(readdirSync(other.root).filter((name) => name !== 'device-keys')).toEqual([]);
    expect((await client.call('session.status', {})).vault).toBe('none');
    // The way is open still, and the other window cannot close it.
    const window = other.connect();
    const restored = new Promise<string>((resolve) => {
      window.on((event) => {
        if (event.name !== 'job') return;
        void stranger.call('setup.cancel', { job: event.job.id });
        if (event.job.state !== 'running') resolve(event.job.state);
      });
    });
    await window.call('setup.restore', { place: other.core.places.offer(backup), escrowKey: escrow.privateKey });
    expect(await restored).toBe('done');
    expect((await window.call('session.status', {})).vault).toBe('locked');
    expect(other.bugs).toEqual([]);
  } finally {
    await other.remove();
    rmSync(away, { recursive: true, force: true });
  }
});
