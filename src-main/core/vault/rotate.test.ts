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

test('people go on working while the copy grows, and nothing of it is lost; cancelled, nothing of the copy is left', async () => {
  const { vault } = await filled();
  const put = vault.db.prepare('INSERT INTO setting (key, value) VALUES (?, ?)');
  const fill = vault.db.transaction((from: number, count: number) => {
    for (let n = from; n < from + count; n++) put.run(`row-${n}`, JSON.stringify(`${n}`.repeat(900)));
  });
  fill(0, 4000);
  vault.db.pragma('wal_checkpoint(TRUNCATE)');
  const abort = new AbortController();
  const cancelled = vault.handOver();
  const copying = cancelled.copy({ signal: abort.signal, progress: () => abort.abort() });
  expect(await codeOf(copying)).toBe('cancelled');
  expect(readdirSync(at.dir).filter((name) => name.includes('.g'))).toEqual([]);

  const handed = vault.handOver();
  const told: number[] = [];
  let written = 4000;
  const progress = (done: number) => {
    told.push(done);
    fill(written, 50);
    written += 50;
  };
  await handed.copy({ signal: new AbortController().signal, progress });
  expect(told.length).toBeGreaterThan(2);
  vault.db.prepare("DELETE FROM setting WHERE key LIKE 'row-1%'").run();
  vault.db.exec('VACUUM');
  fill(written, 10);
  const left = vault.db.prepare('SELECT count(*), sum(length(value)) FROM setting').raw().get();
  vault.close();
  await handed.rotate();
  const open = handed.reopen();
  expect(open.generation).toBe(2);
  expect(open.db.prepare('SELECT count(*), sum(length(value)) FROM setting').raw().get()).toEqual(left);
  expect(open.db.pragma('integrity_check', { simple: true })).toBe('ok');
  const key = open.derive('database');
  open.close();
  expect(await firstBadPage(databasePath(at.dir), key)).toBeNull();
});

test('a page that was damaged is no reason to lose the vault: the rotation refuses, the old key goes on', async () => {
  const { vault } = await filled();
  const handed = vault.handOver();
  vault.close();
  const whole = readFileSync(databasePath(at.dir));
  const damaged = Buffer.from(whole);
  damaged[whole.byteLength - 700] = (damaged[whole.byteLength - 700] ?? 0) ^ 1;
  writeFileSync(databasePath(at.dir), damaged);
  expect(await codeOf(handed.rotate())).toBe('vault-damaged');
  writeFileSync(databasePath(at.dir), whole);
  expect(readdirSync(at.dir).sort()).toEqual(['files', 'vault.db', 'vault.keys']);
  expect((await at.open()).generation).toBe(1);
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
