import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../src-shared/errors/index.ts';
import { systemChance } from '../ports.ts';
import { databasePath } from './database.ts';
import { openDeviceKeys } from './device-key.ts';
import { keyFilePath, readKeyFile } from './key-file.ts';
import { migrations } from './migrations/index.ts';
import { firstBadPage } from './pages.ts';
import { readRecoveryCode, writeRecoveryCode } from './recovery-code.ts';
import { SEGMENT_BYTES, decryptRange, encryptSegments, encryptedSize } from './stream.ts';
import type { OpenVault, VaultPorts } from './open-vault.ts';
import { createVault, openVault } from './vault.ts';

const clock = { now: () => Date.parse('2026-11-22T08:00:00Z') };
const user = { userName: 'amina', displayName: 'Amina', password: 'correct horse battery', roles: ['clinician'] as const };
let root: string;
let ports: VaultPorts;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  ports = { clock, chance: systemChance, deviceKeys: await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(root, 'keys') }) };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const codeOf = (promise: Promise<unknown>) => promise.then(() => 'ok', (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`));
const create = async (): Promise<OpenVault> => (await createVault(ports, { dir: join(root, 'vault'), sample: false, user })).vault;
const reopen = () => openVault(ports, join(root, 'vault'), user.userName, user.password);

describe('recovery code', () => {
  test('comes back as typed, and any wrong or swapped character is found', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(31), fc.nat(31), fc.nat(30), (secret, at, other, step) => {
        const code = writeRecoveryCode(secret);
        expect(Buffer.from(readRecoveryCode(` ${code.toLowerCase().replaceAll('-', ' ')} `) ?? [])).toEqual(Buffer.from(secret));
        const plain = [...code.replaceAll('-', '')];
        const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        const wrong = [...plain];
        wrong[at] = digits[(digits.indexOf(plain[at] ?? '') + 1 + step) % 32] ?? '';
        expect(readRecoveryCode(wrong.join(''))).toBeNull();
        const swapped = [...plain];
        [swapped[at], swapped[other]] = [plain[other] ?? '', plain[at] ?? ''];
        if (plain[at] !== plain[other]) expect(readRecoveryCode(swapped.join(''))).toBeNull();
      }),
    );
  });
});

describe('encrypted file format', () => {
  const key = systemChance.bytes(32);
  const seal = (clear: Uint8Array) => Buffer.concat([...encryptSegments(systemChance, key, 'f', clear)]);
  const open = (sealed: Uint8Array, size: number, from = 0, to = size) =>
    decryptRange(async (offset, length) => sealed.subarray(offset, offset + length), sealed.byteLength, key, 'f', size, from, to);

  test.each([0, 1, SEGMENT_BYTES - 57, SEGMENT_BYTES - 56, SEGMENT_BYTES - 55, 2 * SEGMENT_BYTES + 9])('%i bytes come back, whole and in part', async (size) => {
    const clear = systemChance.bytes(size);
    const sealed = seal(clear);
    expect(sealed.byteLength).toBe(encryptedSize(size));
    expect(Buffer.from(await open(sealed, size)).equals(Buffer.from(clear))).toBe(true);
    const from = Math.floor(size / 3);
    expect(Buffer.from(await open(sealed, size, from, size)).equals(Buffer.from(clear.subarray(from)))).toBe(true);
  });

  test('a changed, missing, moved or added piece is refused', async () => {
    const size = 2 * SEGMENT_BYTES + 100;
    const sealed = seal(systemChance.bytes(size));
    const swapped = Buffer.concat([sealed.subarray(0, SEGMENT_BYTES), sealed.subarray(2 * SEGMENT_BYTES), sealed.subarray(SEGMENT_BYTES, 2 * SEGMENT_BYTES)]);
    for (const at of [0, 5, 39, 41, SEGMENT_BYTES + 3, sealed.byteLength - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await codeOf(open(changed, size))).toBe('file-damaged');
    }
    expect(await codeOf(open(sealed.subarray(0, -1), size))).toBe('file-damaged');
    expect(await codeOf(open(Buffer.concat([sealed, sealed.subarray(0, 9)]), size))).toBe('file-damaged');
    expect(await codeOf(open(swapped, size))).toBe('file-damaged');
  });
});

describe('vault', () => {
  test('opens with the right password alone, in one program at a time', async () => {
    const vault = await create();
    expect(await codeOf(reopen())).toBe('vault-in-use');
    vault.close();
    expect(await codeOf(openVault(ports, join(root, 'vault'), 'amina', 'wrong password'))).toBe('sign-in-failed');
    expect(await codeOf(openVault(ports, join(root, 'vault'), 'nobody', user.password))).toBe('sign-in-failed');
    (await reopen()).vault.close();
  });

  test('does not open without the key of this machine', async () => {
    (await create()).close();
    rmSync(join(root, 'keys'), { recursive: true });
    expect(await codeOf(reopen())).toBe('device-key-missing');
  });

  test('refuses a vault of a newer version and leaves it as it was', async () => {
    const vault = await create();
    vault.db.pragma('user_version = 999');
    vault.close();
    const before = readFileSync(databasePath(join(root, 'vault')));
    expect(await codeOf(reopen())).toBe('vault-newer');
    expect(readFileSync(databasePath(join(root, 'vault'))).equals(before)).toBe(true);
  });

  test('any damaged byte of the database is found', async () => {
    const vault = await create();
    const key = vault.derive('database');
    vault.close();
    const path = databasePath(join(root, 'vault'));
    const whole = readFileSync(path);
    expect(await firstBadPage(path, key)).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.byteLength - 1), async (at) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 0x40;
        writeFileSync(path, changed);
        expect(await firstBadPage(path, key)).not.toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  test('a damaged key file is a sentence, never a crash', async () => {
    (await create()).close();
    const dir = join(root, 'vault');
    const whole = readFileSync(keyFilePath(dir));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ change;
        writeFileSync(keyFilePath(dir), changed);
        const code = await codeOf(Promise.resolve().then(() => readKeyFile(dir)));
        expect(['ok', 'key-file-damaged']).toContain(code);
      }),
      { numRuns: 100 },
    );
  });

  test('the migrations are numbered one after the other', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_migration, index) => index + 1));
  });
});
