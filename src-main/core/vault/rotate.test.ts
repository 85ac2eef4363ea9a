import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databasePath, pendingPath } from './database.ts';
import { keyFilePath, readKeyFile } from './key-file.ts';
import { firstBadPage } from './pages.ts';
import { newBoxKeys, pemOf } from './sealed-box.ts';
import { codeOf, JOSEPH, type VaultFixture, vaultFixture } from './vault.fixture.ts';
import { recoverVault } from './vault.ts';

let at: VaultFixture;
const escrow = newBoxKeys();
beforeEach(async () => {
  at = await vaultFixture();
});
afterEach(() => at.remove());

/** A vault with a file, a sealed secret and every kind of slot, closed. */
async function filled() {
  const { vault, recoveryCode } = await at.create();
  await vault.addUserSlot(JOSEPH);
  (await vault.addEscrow({ name: 'Hospital', publicKey: escrow.publicKey }))();
  const written = await vault.files.write('patient-1', 'letter', 'text/plain', Buffer.from('dear colleague'));
  const file = vault.db.transaction(() => vault.files.record(vault.db, written, 'now'))();
  const sealed = vault.seal('secret', Buffer.from('of the server'));
  const kept = ['search', 'audit', 'sync', 'content-hash', 'something new'].map((label) => [
    label,
    vault.derive(label).toString('hex'),
  ]);
  const changing = ['database', 'files', 'backup'].map((label) => [label, vault.derive(label).toString('hex')]);
  return { vault, recoveryCode, file, sealed, kept, changing };
}

test('a rotation leaves every way in, every file and every sealed secret, and no old key opens anything', async () => {
  const { vault, recoveryCode, file, sealed, kept, changing } = await filled();
  const oldDatabaseKey = vault.derive('database');
  const handed = vault.handOver();
  vault.close();
  // Twice, so that slots have two steps to catch up.
  expect(await handed.rotate()).toMatchObject({ lost: [], recoveryCode: undefined });
  await handed.rotate();
  expect(readKeyFile(at.dir)).toMatchObject({ generation: 3 });
  expect(readdirSync(at.dir).sort()).toEqual(['files', 'vault.db', 'vault.keys']);
  expect(await firstBadPage(databasePath(at.dir), oldDatabaseKey)).toBe(1);
  const ways = [
    () => at.open(JOSEPH.userName, JOSEPH.password),
    () => at.open(),
    () => recoverVault(at.ports, at.dir, { recoveryCode }, false),
    () => recoverVault(at.ports, at.dir, { escrowKey: pemOf(escrow).privateKey }, false),
  ];
  for (const way of ways) {
    const open = await way();
    expect(Buffer.from(await open.files.read(file)).toString()).toBe('dear colleague');
    expect(Buffer.from(open.unseal('secret', sealed)).toString()).toBe('of the server');
    for (const [label = '', key] of kept) expect([label, open.derive(label).toString('hex')]).toEqual([label, key]);
    for (const [label = '', key] of changing) expect([label, open.derive(label).toString('hex')]).not.toEqual([label, key]);
    const again = await open.files.write('patient-1', 'letter', 'text/plain', Buffer.from('dear colleague'));
    expect(open.db.transaction(() => open.files.record(open.db, again, 'now'))()).toBe(file);
    open.close();
  }
  // Whoever has signed in since has caught up, and the recovery code has not.
  expect(readKeyFile(at.dir).links).toHaveLength(2);
  expect(readKeyFile(at.dir).slots.map(({ header }) => ('anchor' in header ? header.anchor : header.kind))).toEqual([
    1,
    'escrow',
    3,
    3,
  ]);
});

test('a vault key that somebody made up is refused, though it is sealed for the right people', async () => {
  const { vault } = await filled();
  const handed = vault.handOver();
  vault.close();
  await handed.rotate();
  const file = JSON.parse(readFileSync(keyFilePath(at.dir), 'utf8'));
  for (const change of [{ links: [] }, { links: [{ from: 1, sealed: file.links[0].sealed.replace(/^../, '00') }] }]) {
    writeFileSync(keyFilePath(at.dir), JSON.stringify({ ...file, ...change }));
    expect(await codeOf(at.open())).toBe('key-file-damaged');
  }
});

test('a rotation that broke off before its switch is swept, one after it is finished', async () => {
  const { vault, file } = await filled();
  const handed = vault.handOver();
  vault.close();
  const before = readFileSync(databasePath(at.dir));
  writeFileSync(pendingPath(at.dir, 2), 'half a copy');
  (await at.open()).close();
  expect(existsSync(pendingPath(at.dir, 2))).toBe(false);

  await handed.rotate();
  renameSync(databasePath(at.dir), pendingPath(at.dir, 2));
  writeFileSync(databasePath(at.dir), before);
  const open = await at.open(JOSEPH.userName, JOSEPH.password);
  expect(Buffer.from(await open.files.read(file)).toString()).toBe('dear colleague');
  open.close();
  expect(existsSync(pendingPath(at.dir, 2))).toBe(false);
});

test('while another program has the vault open nothing is rotated', async () => {
  const { vault } = await filled();
  const handed = vault.handOver();
  expect(await codeOf(handed.rotate())).toBe('vault-in-use');
  expect(readKeyFile(at.dir).generation).toBe(1);
  vault.close();
  expect(existsSync(join(at.dir, 'vault.db.g2'))).toBe(false);
});
