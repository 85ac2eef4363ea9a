import { createDecipheriv } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../src-shared/errors/index.ts';
import { runs } from '../../../tests/fixtures/runs.ts';
import { systemChance } from '../ports.ts';
import { SEGMENT_BYTES } from '../tink.ts';
import { databasePath, PAGE_BYTES } from './database.ts';
import { openDeviceKeys } from './device-key.ts';
import { keyFilePath, parseKeyFile, readKeyFile } from './key-file.ts';
import { migrations } from './migrations/index.ts';
import type { OpenVault, VaultPorts } from './open-vault.ts';
import { firstBadPage, RESERVED_BYTES } from './pages.ts';
import { readRecoveryCode, writeRecoveryCode } from './recovery-code.ts';
import { openRecoverySlot } from './slots.ts';
import { decryptRange, encryptedSize, encryptSegments } from './stream.ts';
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

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`),
  );
const create = async (): Promise<OpenVault> =>
  (await createVault(ports, { dir: join(root, 'vault'), sample: false, user })).vault;
const reopen = () => openVault(ports, join(root, 'vault'), user.userName, user.password);

describe('recovery code', () => {
  test('comes back as typed, and any wrong or swapped character is found', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.nat(31),
        fc.nat(31),
        fc.nat(30),
        (secret, at, other, step) => {
          const code = writeRecoveryCode(secret);
          expect(Buffer.from(readRecoveryCode(` ${code.toLowerCase().replaceAll('-', ' ')} `) ?? [])).toEqual(
            Buffer.from(secret),
          );
          const plain = [...code.replaceAll('-', '')];
          const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
          const wrong = [...plain];
          wrong[at] = digits[(digits.indexOf(plain[at] ?? '') + 1 + step) % 32] ?? '';
          expect(readRecoveryCode(wrong.join(''))).toBeNull();
          const swapped = [...plain];
          [swapped[at], swapped[other]] = [plain[other] ?? '', plain[at] ?? ''];
          if (plain[at] !== plain[other]) expect(readRecoveryCode(swapped.join(''))).toBeNull();
        },
      ),
    );
  });
});

describe('encrypted file format', () => {
  const key = systemChance.bytes(32);
  const seal = (clear: Uint8Array) =>
    Buffer.concat(Array.from(encryptSegments(systemChance, key, 'f', clear), (piece) => Uint8Array.from(piece)));
  const open = (sealed: Uint8Array, size: number, from = 0, to = size) =>
    decryptRange(async (offset, length) => sealed.subarray(offset, offset + length), sealed.byteLength, key, 'f', size, from, to);

  test.each([0, 1, SEGMENT_BYTES - 57, SEGMENT_BYTES - 56, SEGMENT_BYTES - 55, 2 * SEGMENT_BYTES + 9])(
    '%i bytes come back, whole and in part',
    async (size) => {
      const clear = systemChance.bytes(size);
      const sealed = seal(clear);
      expect(sealed.byteLength).toBe(encryptedSize(size));
      expect(Buffer.from(await open(sealed, size)).equals(Buffer.from(clear))).toBe(true);
      const from = Math.floor(size / 3);
      expect(Buffer.from(await open(sealed, size, from, size)).equals(Buffer.from(clear.subarray(from)))).toBe(true);
    },
  );

  test('a changed, missing, moved or added piece is refused', async () => {
    const size = 2 * SEGMENT_BYTES + 100;
    const sealed = seal(systemChance.bytes(size));
    const swapped = Buffer.concat([
      sealed.subarray(0, SEGMENT_BYTES),
      sealed.subarray(2 * SEGMENT_BYTES),
      sealed.subarray(SEGMENT_BYTES, 2 * SEGMENT_BYTES),
    ]);
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

describe('fuzzed', () => {
  const key = systemChance.bytes(32);
  const clear = systemChance.bytes(SEGMENT_BYTES + 5000);
  const sealed = Buffer.concat(Array.from(encryptSegments(systemChance, key, 'f', clear), (piece) => Uint8Array.from(piece)));
  const open = (bytes: Uint8Array, from: number, to: number) =>
    decryptRange(
      async (offset, length) => bytes.subarray(offset, offset + length),
      bytes.byteLength,
      key,
      'f',
      clear.byteLength,
      from,
      to,
    );

  test('any range of an encrypted file is that range of the clear one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(clear.byteLength), fc.nat(clear.byteLength), async (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        expect(Buffer.from(await open(sealed, from, to)).equals(Buffer.from(clear.subarray(from, to)))).toBe(true);
      }),
      { numRuns: runs(30) },
    );
  });

  test('an encrypted file that anything was done to is refused with a sentence', async () => {
    const cut = fc.nat(sealed.byteLength - 1);
    await fc.assert(
      fc.asyncProperty(
        cut,
        cut,
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom('flip', 'put', 'take', 'swap'),
        async (at, other, bytes, how) => {
          let changed = Buffer.from(sealed);
          if (how === 'flip') changed[at] = (changed[at] ?? 0) ^ 1;
          else if (how === 'put') changed = Buffer.concat([sealed.subarray(0, at), bytes, sealed.subarray(at)]);
          else if (how === 'take') changed = Buffer.concat([sealed.subarray(0, at), sealed.subarray(Math.max(at, other))]);
          else [changed[at], changed[other]] = [changed[other] ?? 0, changed[at] ?? 0];
          const code = await codeOf(open(changed, 0, clear.byteLength));
          expect(code).toBe(changed.equals(sealed) ? 'ok' : 'file-damaged');
        },
      ),
      { numRuns: runs(60) },
    );
  });

  test('a key file with anything in it is a sentence', async () => {
    const { vault, recoveryCode } = await createVault(ports, { dir: join(root, 'vault'), sample: false, user });
    vault.close();
    const secret = readRecoveryCode(recoveryCode) ?? new Uint8Array();
    const whole: Record<string, unknown> = JSON.parse(readFileSync(keyFilePath(join(root, 'vault')), 'utf8'));
    const slots = whole.slots as Record<string, unknown>[];
    const codes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(whole)),
        fc.constantFrom('header', 'holder', 'sealed'),
        fc.nat(1),
        fc.jsonValue(),
        fc.boolean(),
        async (field, part, slot, value, inSlot) => {
          const changed = inSlot
            ? { ...whole, slots: slots.map((one, at) => (at === slot ? { ...one, [part]: value } : one)) }
            : { ...whole, [field]: value };
          const code = await codeOf(
            Promise.resolve().then(async () => openRecoverySlot(parseKeyFile(Buffer.from(JSON.stringify(changed))), secret)),
          );
          codes.add(code);
        },
      ),
      { numRuns: runs(200) },
    );
    expect([...codes].filter((code) => !['ok', 'key-file-damaged', 'vault-newer'].includes(code))).toEqual([]);
  });
});

test('each page opens by what SQLCipher says of its format, without SQLCipher', async () => {
  const vault = await create();
  const key = vault.derive('database');
  vault.close();
  const bytes = readFileSync(databasePath(join(root, 'vault')));
  const pages = (raw: Uint8Array) =>
    Array.from({ length: bytes.byteLength / PAGE_BYTES }, (_, number) => {
      const page = bytes.subarray(number * PAGE_BYTES, (number + 1) * PAGE_BYTES);
      const end = PAGE_BYTES - RESERVED_BYTES;
      const decipher = createDecipheriv('aes-256-cbc', raw, page.subarray(end, end + 16)).setAutoPadding(false);
      return Buffer.concat([decipher.update(page.subarray(number === 0 ? 16 : 0, end)), decipher.final()]);
    });
  const clear = pages(key);
  // The header of SQLite from its 16th byte on: size of a page, versions, bytes kept free at its end.
  expect(clear[0]?.readUInt16BE(0)).toBe(PAGE_BYTES);
  expect(clear[0]?.[4]).toBe(RESERVED_BYTES);
  expect(clear.some((page) => page.includes('amina'))).toBe(true);
  expect(bytes.includes('amina')).toBe(false);
  expect(pages(systemChance.bytes(32)).some((page) => page.includes('amina'))).toBe(false);
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

  test('a database without a byte and a key file that is gone are damage: no wrong password, no empty folder', async () => {
    (await create()).close();
    const dir = join(root, 'vault');
    const database = readFileSync(databasePath(dir));
    writeFileSync(databasePath(dir), '');
    expect(await codeOf(reopen())).toBe('vault-damaged');
    expect(readFileSync(databasePath(dir)).byteLength).toBe(0);
    writeFileSync(databasePath(dir), database);
    (await reopen()).vault.close();
    rmSync(keyFilePath(dir));
    expect(await codeOf(reopen())).toBe('key-file-missing');
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
      { numRuns: runs(40) },
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
      { numRuns: runs(100) },
    );
  });

  test('the migrations are numbered one after the other', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_migration, index) => index + 1));
  });
});
