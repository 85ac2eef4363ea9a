import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyFilePath, readKeyFile } from './key-file.ts';
import { raised, tune } from './password.ts';
import { newBoxKeys, pemOf, readPrivateKey, readPublicKey } from './sealed-box.ts';
import { AMINA, codeOf, JOSEPH, type VaultFixture, vaultFixture } from './vault.fixture.ts';
import { openVault, recoverVault } from './vault.ts';

let at: VaultFixture;
beforeEach(async () => {
  at = await vaultFixture();
});
afterEach(() => at.remove());

const keys = () => JSON.parse(readFileSync(keyFilePath(at.dir), 'utf8'));
const put = (file: unknown) => writeFileSync(keyFilePath(at.dir), JSON.stringify(file));

test('each person, the recovery code and the hospital open the same vault', async () => {
  const escrow = newBoxKeys();
  const { vault, recoveryCode } = await at.create();
  await vault.addUserSlot(JOSEPH);
  (await vault.addEscrow({ name: 'Hospital', publicKey: escrow.publicKey }))();
  const database = vault.derive('database').toString('hex');
  vault.close();
  const ways = [
    () => at.open(),
    () => at.open(JOSEPH.userName, JOSEPH.password),
    () => recoverVault(at.ports, at.dir, { recoveryCode }, false),
    () => recoverVault(at.ports, at.dir, { escrowKey: pemOf(escrow).privateKey }, false),
  ];
  for (const way of ways) {
    const open = await way();
    expect(open.derive('database').toString('hex')).toBe(database);
    open.close();
  }
  expect(await codeOf(recoverVault(at.ports, at.dir, { escrowKey: pemOf(newBoxKeys()).privateKey }, false))).toBe(
    'escrow-key-wrong',
  );
  expect(await codeOf(at.open(JOSEPH.userName, AMINA.password))).toBe('sign-in-failed');
});

test('a changed password replaces the one before; a removed slot opens nothing', async () => {
  const { vault, recoveryCode, user } = await at.create();
  await vault.addUserSlot(JOSEPH);
  const amina = { id: user, userName: AMINA.userName, password: 'another long phrase' };
  expect(await codeOf(vault.changePassword(amina, 'not my password'))).toBe('password-wrong');
  expect(await codeOf(vault.changePassword(amina, JOSEPH.password))).toBe('password-wrong');
  (await vault.changePassword(amina, AMINA.password))();
  vault.removeUserSlot(JOSEPH.id);
  vault.close();
  expect(await codeOf(at.open())).toBe('sign-in-failed');
  expect(await codeOf(at.open(JOSEPH.userName, JOSEPH.password))).toBe('sign-in-failed');
  (await at.open(AMINA.userName, amina.password)).close();
  (await recoverVault(at.ports, at.dir, { recoveryCode }, false)).close();
});

test('a slot cannot be edited, given to somebody else, replayed, or carried to another vault', async () => {
  const { vault } = await at.create();
  await vault.addUserSlot(JOSEPH);
  const before = keys();
  await vault.addUserSlot({ ...JOSEPH, password: 'a newer phrase than that' });
  vault.close();
  const now = keys();
  const slotOf = (file: typeof now, user: string) =>
    file.slots.find((slot: { header: { user?: string } }) => slot.header.user === user);
  const joseph = slotOf(now, JOSEPH.id);
  const others = now.slots.filter((slot: unknown) => slot !== joseph);
  const amina = others[0];
  const tampered: [string, unknown, string, string][] = [
    [
      'an old slot with its old password',
      { ...now, slots: [...others, slotOf(before, JOSEPH.id)] },
      JOSEPH.userName,
      JOSEPH.password,
    ],
    [
      'an own slot under the name of an administrator',
      { ...now, slots: [{ ...joseph, header: { ...joseph.header, who: amina.header.who } }] },
      AMINA.userName,
      'a newer phrase than that',
    ],
    ['parts of two slots', { ...now, slots: [{ ...amina, sealed: joseph.sealed }] }, AMINA.userName, AMINA.password],
    ['a slot less', { ...now, slots: [amina] }, AMINA.userName, AMINA.password],
    [
      'a weaker header',
      { ...now, slots: [{ ...amina, header: { ...amina.header, argon2: { ...amina.header.argon2, passes: 4 } } }] },
      AMINA.userName,
      AMINA.password,
    ],
    ['another vault', { ...now, vaultId: 'another' }, AMINA.userName, AMINA.password],
    ['another size of pages', { ...now, pageBytes: 16384 }, AMINA.userName, AMINA.password],
  ];
  for (const [what, file, name, password] of tampered) {
    put(file);
    expect([what, await codeOf(openVault(at.ports, at.dir, name, password))]).not.toEqual([what, 'ok']);
  }
  put(now);
  (await at.open()).close();
});

test('a changed key file loses all ways in but the recovery code, by which it is made whole', async () => {
  const { vault, recoveryCode, user } = await at.create();
  await vault.addUserSlot(JOSEPH);
  vault.close();
  put({ ...keys(), sample: true });
  expect(await codeOf(at.open())).toBe('key-file-damaged');
  const recovered = await recoverVault(at.ports, at.dir, { recoveryCode }, false);
  const code = await recovered.renewAccess({ id: user, userName: AMINA.userName, password: 'another long phrase' });
  recovered.close();
  (await at.open(AMINA.userName, 'another long phrase')).close();
  expect(readKeyFile(at.dir).slots.map((slot) => slot.header.kind)).toEqual(['user', 'recovery']);
  expect(await codeOf(recoverVault(at.ports, at.dir, { recoveryCode }, false))).toBe('recovery-code-wrong');
  (await recoverVault(at.ports, at.dir, { recoveryCode: code }, false)).close();
});

test('on another machine passwords say that they are of another machine, and recovery gives it a key', async () => {
  const { vault, recoveryCode, user } = await at.create();
  await vault.addUserSlot(JOSEPH);
  vault.close();
  const other = await at.elsewhere();
  expect(await codeOf(openVault(other, at.dir, AMINA.userName, AMINA.password))).toBe('device-key-missing');
  const recovered = await recoverVault(other, at.dir, { recoveryCode }, false);
  await recovered.renewAccess({ id: user, userName: AMINA.userName, password: AMINA.password });
  expect(recovered.userSlots().map(({ user: whose, here }) => ({ user: whose, here }))).toEqual([
    { user: JOSEPH.id, here: false },
    { user, here: true },
  ]);
  recovered.close();
  expect(await codeOf(openVault(other, at.dir, JOSEPH.userName, JOSEPH.password))).toBe('password-of-other-machine');
  (await openVault(other, at.dir, AMINA.userName, AMINA.password)).vault.close();
  expect(await codeOf(at.open())).toBe('device-key-wrong');
});

test('a machine without a keychain takes the place of one with a keychain only when that is accepted', async () => {
  const { vault, recoveryCode } = await at.create();
  vault.close();
  rmSync(join(at.root, 'device-keys'), { recursive: true });
  put({ ...keys(), deviceKey: 'keychain' });
  expect(await codeOf(at.open())).toBe('keychain-changed');
  expect(await codeOf(recoverVault(at.ports, at.dir, { recoveryCode }, false))).toBe('key-file-not-accepted');
  (await recoverVault(at.ports, at.dir, { recoveryCode }, true)).close();
});

test('escrow keys are read as openssl writes them and as digits; anything else is a sentence', () => {
  const key = newBoxKeys();
  const pem = pemOf(key);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  for (const text of [pem.publicKey, hex(key.publicKey), ` ${hex(key.publicKey).toUpperCase()}\n`])
    expect(hex(readPublicKey(text))).toBe(hex(key.publicKey));
  for (const text of [pem.privateKey, hex(key.privateKey)]) expect(hex(readPrivateKey(text).publicKey)).toBe(hex(key.publicKey));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.constantFrom('', pem.publicKey.slice(0, -30), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'),
      ),
      (text) => {
        expect(() => readPrivateKey(text)).toThrow('This is not an X25519 key.');
        expect(() => readPublicKey(text)).toThrow('This is not an X25519 key.');
      },
    ),
  );
});

test('Argon2 takes more memory where the machine is quick, and never less than 64 MiB, three passes, four lanes', async () => {
  const floor = { memoryKib: 65536, passes: 3, lanes: 4 };
  const clockOf = (tookMs: number) => {
    let ms = 0;
    return { now: () => (ms += tookMs) };
  };
  expect(await tune(clockOf(150), at.ports.chance)).toMatchObject({ memoryKib: 192 * 1024, passes: 3, lanes: 4 });
  expect(await tune(clockOf(5000), at.ports.chance)).toEqual(floor);
  expect(raised(floor, 100)).toMatchObject({ memoryKib: 288 * 1024, passes: 3 });
  expect(raised(floor, 400)).toBeNull();
});

test('a slot that has fallen behind is renewed at the next sign-in', async () => {
  const { vault } = await at.create();
  vault.close();
  let ms = 0;
  const quick = { ...at.ports, clock: { now: () => (ms += 100) } };
  (await openVault(quick, at.dir, AMINA.userName, AMINA.password)).vault.close();
  const slot = readKeyFile(at.dir).slots.find(({ header }) => header.kind === 'user');
  expect(slot?.header).toMatchObject({ argon2: { memoryKib: 288 * 1024 } });
  (await at.open()).close();
});
