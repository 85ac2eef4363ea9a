/** Vaults that earlier versions have made open, migrate with a copy first, and take today's keys. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../../src-node/root.ts';
import { systemChance } from '../ports.ts';
import { copiesIn, databasePath, keyDatabase } from './database.ts';
import { openDeviceKeys } from './device-key.ts';
import { keyFilePath, readKeyFile } from './key-file.ts';
import { schemaVersion } from './migrations/index.ts';
import type { VaultPorts } from './open-vault.ts';
import { firstBadPage } from './pages.ts';
import { codeOf } from './vault.fixture.ts';
import { openVault, recoverVault } from './vault.ts';

const CODES = { 1: 'FCD4-1MWH-FRRB-D9DT-MPFK-JCR1-JAMN-WXAJ-F', 4: 'GDP8-X9X3-X3V7-M6S4-ZDHS-58MJ-94RE-42YN-1' };
const FILE = '0190aaaa-0000-7000-8000-000000000001';

describe.each([1, 4] as const)('a vault of schema %i', (schema) => {
  let folder: string;
  let dir: string;
  let ports: VaultPorts;
  let ms = Date.parse('2026-11-22T08:00:00Z');
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
    cpSync(join(root, 'tests/fixtures/vaults', `schema-${schema}`), folder, { recursive: true });
    dir = join(folder, 'vault');
    ports = {
      clock: { now: () => ms },
      chance: systemChance,
      deviceKeys: await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'device-keys') }),
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const amina = () => openVault(ports, dir, 'amina', 'correct horse battery');
  const joseph = () => openVault(ports, dir, 'joseph', 'quite another phrase');

  test('migrates, with an encrypted copy of before', async () => {
    const { vault } = await amina();
    expect(vault.db.pragma('user_version', { simple: true })).toBe(schemaVersion);
    expect(vault.db.prepare('SELECT user_name FROM user ORDER BY user_name').pluck().all()).toEqual(['amina', 'joseph']);
    expect(Buffer.from(await vault.files.read(FILE)).toString()).toBe('a file of the first version');
    expect(vault.pageBytes).toBe(4096);
    const key = vault.derive('database');
    vault.close();
    expect(await firstBadPage(databasePath(dir), key)).toBeNull();

    const [copy = ''] = copiesIn(dir);
    expect(readFileSync(join(dir, copy)).includes('amina')).toBe(false);
    const before = new Database(join(dir, copy), { readonly: true });
    keyDatabase(before, key, 4096);
    expect(before.pragma('user_version', { simple: true })).toBe(schema);
    before.close();
  });

  test('takes slots of today as each person signs in, then rotates', async () => {
    const { vault } = await amina();
    expect(readKeyFile(dir).slots.map((slot) => 'holder' in slot)).toEqual([false, false, true]);
    const handed = vault.handOver();
    vault.close();
    const { lost, recoveryCode = '' } = await handed.rotate();
    expect(lost).toHaveLength(1);
    expect(await codeOf(joseph())).toBe('sign-in-failed');
    expect(await codeOf(recoverVault(ports, dir, { recoveryCode: CODES[schema] }, false))).toBe('recovery-code-wrong');
    (await recoverVault(ports, dir, { recoveryCode }, false)).close();
    const opened = (await amina()).vault;
    expect(Buffer.from(await opened.files.read(FILE)).toString()).toBe('a file of the first version');
    const again = await opened.files.write('patient-1', 'note', 'text/plain', Buffer.from('a file of the first version'));
    expect(opened.db.transaction(() => opened.files.record(opened.db, again, 'now'))()).toBe(FILE);
    opened.close();
    expect(copiesIn(dir)).toEqual([]);
  });

  test('opens by its old recovery code', async () => {
    (await recoverVault(ports, dir, { recoveryCode: CODES[schema] }, false)).close();
  });

  test('keeps the last two copies', async () => {
    for (let time = 0; time < 3; time++) {
      ms += 1000;
      const { vault } = await amina();
      // As if it came from the version before.
      vault.db.pragma(`user_version = ${schemaVersion}`);
      vault.close();
      writeFileSync(`${databasePath(dir)}.before-${schemaVersion}-2026112100000${time}000`, 'an older copy');
    }
    rmSync(databasePath(dir));
    cpSync(join(root, 'tests/fixtures/vaults', `schema-${schema}`, 'vault', 'vault.db'), databasePath(dir));
    ms += 1000;
    (await amina()).vault.close();
    expect(copiesIn(dir)).toHaveLength(2);
  });

  test('of a newer format is refused untouched', async () => {
    const newer = JSON.stringify({ ...JSON.parse(readFileSync(keyFilePath(dir), 'utf8')), format: 3 });
    writeFileSync(keyFilePath(dir), newer);
    expect(await codeOf(amina())).toBe('vault-newer');
    expect(readFileSync(keyFilePath(dir), 'utf8')).toBe(newer);
    expect(existsSync(`${databasePath(dir)}-wal`)).toBe(false);
  });
});
