/** The database opens with an independent SQLCipher, an encrypted file with Google Tink, an escrow slot with an HPKE of Python: with the right key, and not with a wrong one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemChance } from '../../src-main/core/ports.ts';
import { createVault, databasePath, newBoxKeys, type OpenVault, openDeviceKeys } from '../../src-main/core/vault/index.ts';
import { openBox, sealBox } from '../../src-main/core/vault/sealed-box.ts';
import { encryptSegments } from '../../src-main/core/vault/stream.ts';
import { installNodePackage, installPythonPackages, run } from './install.ts';

const SQLCIPHER = '6.0.0';

let folder: string;
let vault: OpenVault;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  const deviceKeys = await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'device-keys') });
  const user = {
    userName: 'amina',
    displayName: 'Amina Otieno',
    password: 'correct horse battery',
    roles: ['it-admin'] as const,
  };
  ({ vault } = await createVault(
    { clock: { now: () => Date.parse('2026-11-22T08:00:00Z') }, chance: systemChance, deviceKeys },
    { dir: join(folder, 'vault'), sample: false, user },
  ));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('@journeyapps/sqlcipher reads the database with the right key and not with a wrong one, also after the key was made anew', async () => {
  const key = vault.derive('database').toString('hex');
  const handed = vault.handOver();
  vault.close();
  const home = installNodePackage('@journeyapps/sqlcipher', SQLCIPHER);
  const script = `
    const { Database } = require('@journeyapps/sqlcipher');
    const [path, key] = process.argv.slice(1);
    const db = new Database(path);
    db.serialize(() => {
      db.run("PRAGMA key = \\"x'" + key + "'\\"");
      db.run("PRAGMA cipher_compatibility = 4");
      db.all('SELECT user_name, display_name FROM user', (error, rows) => console.log(error ? error.code : JSON.stringify(rows)));
      db.all('PRAGMA cipher_integrity_check', (error, rows) => console.log(error ? error.code : JSON.stringify(rows)));
    });`;
  const read = (hex: string) =>
    run(process.execPath, ['-e', script, databasePath(join(folder, 'vault')), hex], home)
      .trim()
      .split('\n');
  expect(read(key)).toEqual([JSON.stringify([{ user_name: 'amina', display_name: 'Amina Otieno' }]), '[]']);
  expect(read(key.replace(/^./, (digit) => (digit === '0' ? '1' : '0')))[0]).toBe('SQLITE_NOTADB');
  await handed.rotate();
  const again = handed.reopen();
  const next = again.derive('database').toString('hex');
  again.close();
  expect(read(next)).toEqual([JSON.stringify([{ user_name: 'amina', display_name: 'Amina Otieno' }]), '[]']);
  expect(read(key)[0]).toBe('SQLITE_NOTADB');
});

test.each([0, 5, 1_048_520, 3_000_000])(
  'Google Tink reads a file of %i bytes, and refuses a changed or shortened one',
  (size) => {
    const python = installPythonPackages('tink', ['tink==1.14.0']);
    const key = systemChance.bytes(32);
    const clear = systemChance.bytes(size);
    const sealed = Buffer.concat(
      Array.from(encryptSegments(systemChance, key, 'lamplight-file:one', clear), (piece) => Uint8Array.from(piece)),
    );
    const path = join(folder, 'sealed');
    const read = (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      writeFileSync(join(folder, 'key'), key);
      return run(
        python,
        ['tests/interop/tink_read.py', join(folder, 'key'), path, 'lamplight-file:one', `${path}.clear`],
        process.cwd(),
      ).trim();
    };
    expect(read(sealed)).toBe('read');
    expect(readFileSync(`${path}.clear`).equals(Buffer.from(clear))).toBe(true);
    const changed = Buffer.from(sealed);
    changed[sealed.byteLength - 1] = (changed[sealed.byteLength - 1] ?? 0) ^ 1;
    expect(read(changed)).toBe('refused');
    expect(read(sealed.subarray(0, -1))).toBe('refused');
  },
);

test('an HPKE of Python opens what is sealed for the hospital, and we open what it seals', async () => {
  const python = installPythonPackages('hpke', ['pyhpke==0.6.4']);
  const keys = newBoxKeys();
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const ask = (...args: string[]) => run(python, ['tests/interop/hpke_box.py', ...args], process.cwd()).trim();
  const box = await sealBox(keys.publicKey, Buffer.from('the vault key'), 'bound');
  expect(Buffer.from(ask('open', hex(keys.privateKey), hex(box), 'bound'), 'hex').toString()).toBe('the vault key');
  const theirs = Buffer.from(ask('seal', hex(keys.publicKey), hex(Buffer.from('another')), 'bound'), 'hex');
  expect((await openBox(keys, theirs, 'bound'))?.toString()).toBe('another');
  expect(await openBox(keys, theirs, 'bound elsewhere')).toBeNull();
});
