import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newBoxKeys, pemOf } from '../../src-main/core/vault/index.ts';
import { root } from '../../src-node/root.ts';
import { ADMIN, testCore } from '../fixtures/core.ts';
import { AMINA } from './core.fixture.ts';
import { fundus, promisingPng } from './pictures.fixture.ts';

let folder = '';
let vault = '';
let keys = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  vault = join(folder, 'clinic');
  keys = join(folder, 'device-keys');
  const made = await testCore(folder);
  await (await made.create()).call('patients.register', AMINA);
  await made.core.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lamplight(args: readonly string[], environment: Record<string, string> = {}) {
  const env = {
    ...process.env,
    LAMPLIGHT_USER: ADMIN.userName,
    LAMPLIGHT_PASSWORD: ADMIN.password,
    LAMPLIGHT_VAULT: vault,
    LAMPLIGHT_DEVICE_KEY_DIR: keys,
    ...environment,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src-main/cli/main.ts'), ...args], {
    encoding: 'utf8',
    env,
    cwd: folder,
  });
  return {
    status,
    stdout,
    stderr,
    json: () =>
      JSON.parse(stdout) as {
        error?: { code: string; message: string; action: string };
        results?: Record<string, unknown>[];
        ok?: boolean;
      },
  };
}

/** Exit status and error code, after it was made sure that nothing but a sentence is said. */
function failure(args: readonly string[], environment?: Record<string, string>): string {
  const run = lamplight(args, environment);
  const { error } = run.json();
  expect(error?.message).toMatch(/\.$/);
  expect(error?.action).toMatch(/\.$/);
  for (const text of [run.stdout, run.stderr]) expect(text).not.toMatch(/\n\s+at |Zanzibarski/i);
  return `${run.status} ${error?.code}`;
}

describe('the terminal answers with exit status, code and what to do', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['bogus', '--json'], '2 invalid-input'],
    ['a number that is none', ['patient', 'search', 'x', '--limit', 'many', '--json'], '2 invalid-input'],
    ['input that is not JSON', ['call', 'patients.register', '--input', '{bad', '--json'], '2 invalid-input'],
    ['an unknown procedure', ['call', 'no.such', '--json'], '1 unknown-procedure'],
    ['a vault where there is one', ['vault', 'create', '--json'], '1 vault-exists'],
  ])('%s', (_what, args, expected) => {
    expect(failure(args)).toBe(expected);
  });

  test('a wrong password, no vault', () => {
    const list = ['user', 'list', '--json'];
    expect(failure(list, { LAMPLIGHT_PASSWORD: 'wrong' })).toBe('1 sign-in-failed');
    expect(failure(list, { LAMPLIGHT_VAULT: join(folder, 'nowhere') })).toBe('1 vault-missing');
  });

  test('no key of this machine, and the key of another', () => {
    const list = ['user', 'list', '--json'];
    expect(failure(list, { LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'no-keys') })).toBe('1 device-key-missing');
    const other = join(folder, 'other-keys');
    mkdirSync(other);
    for (const name of readdirSync(keys)) writeFileSync(join(other, name), 'ab'.repeat(32));
    expect(failure(list, { LAMPLIGHT_DEVICE_KEY_DIR: other })).toBe('1 device-key-wrong');
  });
});

test('a folder of good and bad photographs: a row each, named from the folder on', () => {
  const photographs = join(folder, 'photographs');
  mkdirSync(join(photographs, 'below'), { recursive: true });
  const files: Record<string, Uint8Array> = {
    'below/good.jpg': fundus,
    'cut.jpg': fundus.subarray(0, 9000),
    'empty.jpg': Buffer.alloc(0),
    'huge.png': promisingPng(20_000, 15_000),
    'notes.txt': Buffer.from('x'),
    'phone.heic': Buffer.from('x'),
    'text.jpg': Buffer.from('x'),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(photographs, name), bytes);
  const run = lamplight(['read-image', photographs, '--no-store', '--json']);
  expect(run.status).toBe(1);
  expect(run.json().results?.map(({ file, status }) => `${file} ${status}`)).toEqual([
    'below/good.jpg accepted',
    'cut.jpg refused',
    'empty.jpg refused',
    'huge.png refused',
    'phone.heic refused',
    'text.jpg refused',
  ]);
  for (const row of run.json().results ?? [])
    if (row.status === 'refused') expect(row).toMatchObject({ reason: expect.stringMatching(/\.$/), probabilities: [] });
});

test('a broken byte in an exported log or in a copy of the database is found', () => {
  const log = join(folder, 'log.jsonl');
  expect(lamplight(['audit', 'export', '--out', log, '--json']).status).toBe(0);
  writeFileSync(log, broken(readFileSync(log), 0.5));
  expect(lamplight(['audit', 'verify', '--file', log, '--json'])).toMatchObject({ status: 1, stderr: '' });
  // The first byte is of the salt: without it not even the key fits. The last is of a page that this question would not read.
  for (const share of [0, 1]) {
    const copy = join(folder, `copy-${share}`);
    cpSync(vault, copy, { recursive: true });
    writeFileSync(join(copy, 'vault.db'), broken(readFileSync(join(copy, 'vault.db')), share));
    const run = lamplight(['audit', 'verify', '--json'], { LAMPLIGHT_VAULT: copy });
    expect(run.status).toBe(1);
    expect(run.json()).toMatchObject({ ok: false, firstBad: { index: null, what: 'unreadable' } });
  }
});

test('a backup comes back by the escrow key of the hospital, and by no other', () => {
  const at = (name: string) => join(folder, name);
  const hospital = pemOf(newBoxKeys());
  writeFileSync(at('escrow.pem'), hospital.privateKey);
  writeFileSync(at('escrow.pub'), hospital.publicKey);
  writeFileSync(at('other.pem'), pemOf(newBoxKeys()).privateKey);
  expect(lamplight(['vault', 'escrow', 'add', '--public-key', at('escrow.pub'), '--json']).status).toBe(0);
  expect(lamplight(['backup', 'create', '--out', at('of-today'), '--json']).status).toBe(0);
  const restore = (key: string) => ['backup', 'restore', at('of-today'), '--escrow-key', at(key), '--json'];
  const elsewhere = {
    LAMPLIGHT_VAULT: at('restored'),
    LAMPLIGHT_PASSWORD: 'a fresh long phrase',
    LAMPLIGHT_DEVICE_KEY_DIR: at('keys-elsewhere'),
  };
  expect(failure(restore('other.pem'), elsewhere)).toBe('1 escrow-key-wrong');
  expect(failure(restore('nowhere.pem'), elsewhere)).toBe('1 file-unreadable');
  expect(lamplight(restore('escrow.pem'), elsewhere).json()).toMatchObject({ ok: true, patients: 1, user: ADMIN.userName });
  expect(lamplight(['user', 'list', '--json'], elsewhere).status).toBe(0);
}, 120_000);

/** @param share where, from 0 at the beginning to 1 at the end */
function broken(whole: Buffer, share: number): Buffer {
  const at = Math.round(share * (whole.length - 1));
  const bytes = Buffer.from(whole);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}
