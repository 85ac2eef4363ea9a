/** A vault that has lost its key file is no empty folder: it is said, nothing is set up over it, and a backup gives the file back. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BackupFixture, backupFixture } from '../../../tests/fixtures/backup.ts';
import { ADMIN, testCore } from '../../../tests/fixtures/core.ts';
import { restoreKeyFile } from './index.ts';

let at: BackupFixture;
let dir: string;
let backup: string;
beforeEach(async () => {
  at = await backupFixture();
  dir = join(at.made.root, 'clinic');
  backup = join(at.away, 'clinic.lamplight-backup');
  await at.create(backup);
});
afterEach(() => at.remove());

const codeOf = (doing: Promise<unknown>) =>
  doing.then(
    () => 'ok',
    (thrown) => thrown.code,
  );

test('the window is told what is missing and offers no set-up, also where a sample clinic lies beside', async () => {
  await at.made.core.close();
  const keys = join(dir, 'vault.keys');
  renameSync(keys, `${keys}.gone`);
  const again = await testCore(at.made.root);
  const client = again.connect();
  const missing = { code: 'key-file-missing', message: expect.stringContaining(dir) };
  await expect(client.call('session.status', {})).rejects.toMatchObject(missing);
  await expect(client.call('session.signIn', ADMIN)).rejects.toMatchObject(missing);
  expect(await codeOf(client.call('setup.create', { clinic: 'Another', ...ADMIN }))).toBe('vault-exists');
  await client.call('setup.sample', { patients: 1 });
  await again.core.close();
  await expect(again.connect().call('session.status', {})).rejects.toMatchObject(missing);
});

test('it comes back out of a backup with the code of its day, and the work that followed the backup with it', async () => {
  await at.register('Otieno', 1);
  await at.made.core.close();
  expect(await codeOf(restoreKeyFile(backup, dir, at))).toBe('vault-exists');
  rmSync(join(dir, 'vault.keys'));
  expect(await codeOf(restoreKeyFile(backup, dir, { recoveryCode: 'AAAA' }))).toBe('recovery-code-wrong');
  expect(await codeOf(restoreKeyFile(backup, at.away, at))).toBe('vault-missing');
  expect((await restoreKeyFile(backup, dir, at)).createdAt).toMatch(/^20/);
  const again = await testCore(at.made.root);
  const client = again.connect();
  await client.call('session.signIn', ADMIN);
  expect((await client.call('patients.search', { text: 'otieno', limit: 5 })).results).toHaveLength(1);
  await again.core.close();
  // A damaged one is replaced, too.
  const keys = join(dir, 'vault.keys');
  writeFileSync(keys, readFileSync(keys).subarray(0, 300));
  await restoreKeyFile(backup, dir, at);
  await client.call('session.signIn', ADMIN);
  await again.core.close();
});

test('that of a day before the vault key was made anew is refused, and nothing is written', async () => {
  await at.client.call('vault.rotateKey', {});
  await at.made.core.close();
  const keys = join(dir, 'vault.keys');
  rmSync(keys);
  expect(await codeOf(restoreKeyFile(backup, dir, at))).toBe('key-file-of-other-day');
  expect(() => readFileSync(keys)).toThrow();
});
