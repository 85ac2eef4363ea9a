/** A report that cannot fail is worth nothing: each promise is broken once, in a copy of a good vault, and the real command must say so. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../src-node/root.ts';
import { checkIds, complianceReport } from '../../../src-shared/contract/compliance.ts';
import type { Input, Output, ProcedureName } from '../../../src-shared/contract/index.ts';
import { createCore } from '../core.ts';
import { systemChance, systemClock } from '../ports.ts';
import { openDeviceKeys, openVault } from '../vault/index.ts';
import { looksReadable } from './readable.ts';

const AMINA = { LAMPLIGHT_USER: 'amina', LAMPLIGHT_PASSWORD: 'correct horse battery' };
/** The compliance officer needs no second factor by the usual policy, so that no test waits for the next code. */
const GRACE = { LAMPLIGHT_USER: 'grace', LAMPLIGHT_PASSWORD: 'quite another phrase' };
const PETER = { LAMPLIGHT_USER: 'peter', LAMPLIGHT_PASSWORD: 'quite another phrase' };
const DAY_MS = 86_400_000;
/** Last written to thirty years ago. */
const oldRecord = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    {
      fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
      resource: {
        resourceType: 'Patient',
        id: '11111111-1111-4111-8111-111111111111',
        name: [{ family: 'Oldest', given: ['Ada'] }],
        birthDate: '1930-01-01',
        gender: 'female',
      },
    },
    {
      fullUrl: 'urn:uuid:22222222-2222-4222-8222-222222222222',
      resource: {
        resourceType: 'Observation',
        id: '22222222-2222-4222-8222-222222222222',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Heart rate' },
        subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
        effectiveDateTime: '1990-05-01',
        valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
      },
    },
  ],
};

let folder: string;
let good: string;
let copies = 0;

function lamplight(dir: string, who: Record<string, string>, ...args: string[]) {
  const env = { ...process.env, ...who, LAMPLIGHT_VAULT: dir, LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'keys') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src-main/cli/main.ts'), ...args], {
    encoding: 'utf8',
    env,
    cwd: folder,
  });
  return { status, stdout, stderr };
}

/** What failed of that which can fail. */
function summed(document: unknown, said = '') {
  const parsed = complianceReport.omit({ at: true }).safeParse(document);
  if (!parsed.success) throw new Error(`${JSON.stringify(document)} ${said}`);
  const { ok, checks } = parsed.data;
  const failed = checks.filter((check) => !check.ok && check.severity === 'fail');
  for (const { evidence } of failed) expect(evidence).toMatch(/\.$/);
  return {
    ok,
    looked: checks.length,
    failed: failed.map(({ id }) => id),
    evidence: failed.map(({ evidence }) => evidence).join(' '),
  };
}

/** The core of the command, without the command's start. */
async function open(dir: string) {
  const deviceKeys = await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'keys') });
  const core = createCore({
    root: dir,
    dir,
    clock: systemClock,
    chance: systemChance,
    deviceKeys,
    background: false,
    report: (line) => expect(line).toBe(''),
  });
  const connection = core.connect({ post: () => undefined, onMessage: () => undefined, onClose: () => undefined });
  // The core checks every output against the contract.
  const call = <Name extends ProcedureName>(name: Name, input: Input<Name>) =>
    core.call(connection, name, input) as Promise<Output<Name>>;
  return { core, call };
}

async function inProcess(dir: string, damageWhenOpen?: () => void) {
  const { core, call } = await open(dir);
  try {
    await call('session.signIn', { userName: GRACE.LAMPLIGHT_USER, password: GRACE.LAMPLIGHT_PASSWORD });
    damageWhenOpen?.();
    return summed(await call('compliance.verify', {}));
  } finally {
    await core.close();
  }
}

function copy(): string {
  const dir = join(folder, `copy-${copies++}`);
  cpSync(good, dir, { recursive: true });
  return dir;
}

/** Changes rows as somebody with all keys could. */
async function change(dir: string, ...statements: string[]): Promise<void> {
  const deviceKeys = await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'keys') });
  const { vault } = await openVault(
    { clock: systemClock, chance: systemChance, deviceKeys },
    dir,
    AMINA.LAMPLIGHT_USER,
    AMINA.LAMPLIGHT_PASSWORD,
  );
  for (const statement of statements) vault.db.exec(statement);
  vault.close();
}

const encrypted = (dir: string) =>
  readdirSync(join(dir, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-compliance-'));
  good = join(folder, 'good');
  const { core, call } = await open(good);
  try {
    const newcomer = (env: Record<string, string>, role: 'compliance' | 'nurse') => ({
      userName: env.LAMPLIGHT_USER ?? '',
      password: env.LAMPLIGHT_PASSWORD ?? '',
      roles: [role],
    });
    await call('setup.create', {
      clinic: 'Kisumu clinic',
      userName: 'amina',
      displayName: 'Amina Otieno',
      password: AMINA.LAMPLIGHT_PASSWORD,
    });
    await call('users.add', newcomer(GRACE, 'compliance'));
    await call('users.add', newcomer(PETER, 'nurse'));
    const { id } = await call('patients.register', {
      family: 'Wanjiru',
      given: 'Esther',
      birthDate: '1959-06-02',
      sex: 'female',
    });
    const clinic = core.clinic();
    const context = clinic?.contextOf({ id: 'someone', userName: 'amina', displayName: 'Amina', roles: ['clinician'] });
    const written = await context?.vault.files.write(id, 'a picture', 'image/jpeg', systemChance.bytes(50_000));
    if (written)
      context?.write({ action: 'C', procedure: 'images.add', patient: id }, (tx) =>
        context.vault.files.record(tx.db, written, tx.at),
      );
    const place = core.places.offer(join(folder, 'good.lamplight-backup'));
    for (const name of ['backup.create', 'backup.verify'] as const) await clinic?.jobs.wait((await call(name, { place })).job);
    await call('secondFactor.give', { userName: 'amina', password: AMINA.LAMPLIGHT_PASSWORD });
    await call('session.signOut', {});
  } finally {
    await core.close();
  }
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a good vault passes, with evidence and a paragraph of law on every line, for people too', () => {
  const { status, stdout } = lamplight(good, GRACE, 'compliance', 'verify', '--json');
  const report = complianceReport.omit({ at: true }).parse(JSON.parse(stdout));
  expect(report.checks.filter(({ ok, severity }) => !ok && severity === 'fail')).toEqual([]);
  expect(status).toBe(0);
  expect(report.checks.map(({ id }) => id)).toEqual([...checkIds]);
  for (const { evidence, cites } of report.checks) {
    expect(evidence).toMatch(/\.$/);
    expect(cites.length).toBeGreaterThan(0);
    for (const cite of cites) expect(cite).toMatch(/^(?:45 CFR 164\.3(?:08|10|12)\([a-e]\)|45 CFR 164\.310\(c\)|GDPR Art\. \d)/);
  }
  const text = lamplight(good, GRACE, 'compliance', 'verify');
  expect(text.status).toBe(0);
  expect(text.stdout).toContain('Everything that can fail holds.');
});

type Broken = [what: string, failed: string[], damage: (dir: string) => Promise<void> | void];

describe('the command fails where', () => {
  test.each<Broken>([
    [
      'the chain of the log is broken',
      ['log-chain'],
      (dir) => change(dir, 'UPDATE audit SET entry = replace(entry, \'"ok"\', \'"denied"\') WHERE n = 3'),
    ],
    [
      'a file can be read',
      ['files-encrypted'],
      (dir) => writeFileSync(encrypted(dir)[0] ?? '', readFileSync(join(root, 'tests/fixtures/chart-bundle.json'))),
    ],
    [
      'an administrator signs in without a second factor',
      ['second-factor'],
      (dir) => change(dir, "UPDATE user SET totp_secret = NULL WHERE user_name = 'amina'"),
    ],
    [
      'a record is kept beyond its time',
      ['retention'],
      (dir) => {
        writeFileSync(join(folder, 'old.json'), JSON.stringify(oldRecord));
        expect(lamplight(dir, PETER, 'import', join(folder, 'old.json')).status).toBe(0);
      },
    ],
    [
      'the last backup is too old',
      ['backup-age'],
      (dir) => change(dir, `UPDATE backups SET created_at = '${new Date(Date.now() - 8 * DAY_MS).toISOString()}'`),
    ],
  ])(
    '%s',
    async (_what, expected, damage) => {
      const dir = copy();
      await damage(dir);
      const { status, stdout, stderr } = lamplight(dir, GRACE, 'compliance', 'verify', '--json');
      const { failed, ok, evidence } = summed(JSON.parse(stdout || '{}'), stderr);
      expect([failed, ok, status], evidence).toEqual([expected, false, 1]);
    },
    180_000,
  );
});

describe('the check fails where', () => {
  test.each<Broken>([
    ['an entry of the log is gone', ['log-chain'], (dir) => change(dir, 'DELETE FROM audit WHERE n = 5')],
    [
      'a letter lies in the clear among the files',
      ['files-encrypted'],
      (dir) => {
        mkdirSync(join(dir, 'files', 'ab'), { recursive: true });
        writeFileSync(
          join(dir, 'files', 'ab', 'letter.txt'),
          'Dear colleague, thank you for seeing this patient with blurred vision.',
        );
      },
    ],
    ['an encrypted file is gone', ['files-encrypted'], (dir) => rmSync(encrypted(dir)[0] ?? '')],
    [
      'a table lies in the clear beside the database',
      ['folder-unreadable'],
      (dir) => writeFileSync(join(dir, 'patients.csv'), 'name,birth date\n'.repeat(40)),
    ],
    ['there is no backup', ['backup-age', 'backup-tested'], (dir) => change(dir, 'DELETE FROM backups')],
    ['no backup was ever restored', ['backup-tested'], (dir) => change(dir, 'UPDATE backups SET verified_at = NULL')],
    [
      'a session stays open for an hour',
      ['idle-lock'],
      (dir) =>
        change(
          dir,
          "INSERT INTO setting (key, value) VALUES ('idleLockMs', '3600000') ON CONFLICT DO UPDATE SET value = excluded.value",
        ),
    ],
    [
      'an alarm was left lying',
      ['incidents-reviewed'],
      (dir) =>
        change(
          dir,
          "INSERT INTO incident (id, number, rule, cause, severity, state, facts, begins_at, ends_at, discovered_at) VALUES ('i', 900, 'mass-access', 'c', 'alarm', 'open', '{}', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z')",
        ),
    ],
  ])('%s', async (_what, expected, damage) => {
    const dir = copy();
    await damage(dir);
    const { failed, evidence } = await inProcess(dir);
    expect(failed, evidence).toEqual(expected);
  });

  // Once signed in: a sign-in that makes the slot stronger writes the file anew, closed to others.
  test('others may read the key file', async () => {
    const dir = copy();
    const { failed, evidence } = await inProcess(dir, () => chmodSync(join(dir, 'vault.keys'), 0o644));
    expect(failed, evidence).toEqual(['key-files-closed']);
  });

  test('pages of the database are damaged, and looks at the rest all the same', async () => {
    const dir = copy();
    await change(dir, 'CREATE TABLE nobody_reads (a BLOB) STRICT', 'INSERT INTO nobody_reads VALUES (zeroblob(200000))');
    const bytes = readFileSync(join(dir, 'vault.db'));
    bytes.writeUInt8(bytes.readUInt8(bytes.byteLength - 2000) ^ 1, bytes.byteLength - 2000);
    writeFileSync(join(dir, 'vault.db'), bytes);
    const { failed, looked } = await inProcess(dir);
    expect(failed).toEqual(['database-sound']);
    expect(looked).toBe(checkIds.length);
  });
});

test('noise is not taken for something readable, and what hospitals keep is', () => {
  for (const size of [1, 5, 40, 4096, 1_000_000]) expect(looksReadable(systemChance.bytes(size))).toBe(false);
  const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), systemChance.bytes(9000)]);
  const hidden = Buffer.concat([systemChance.bytes(8192), Buffer.from('OTIENO^AMINA '.repeat(10)), systemChance.bytes(8192)]);
  const bitmap = Buffer.concat([systemChance.bytes(8192), Buffer.alloc(8192, 200), systemChance.bytes(4096)]);
  const bmp = Buffer.concat([Buffer.from('BM'), systemChance.bytes(12), Buffer.from([40, 0, 0, 0]), systemChance.bytes(60)]);
  // Encrypted files begin in any way: these two bytes come once in 65,536 of them.
  for (const start of ['BM', '\x1f\x8b', '\xff\xd8\xff\x01'])
    expect(looksReadable(Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(20, 0xee), systemChance.bytes(5000)]))).toBe(
      false,
    );
  for (const bytes of [
    dicom,
    hidden,
    bitmap,
    Buffer.from('{"resourceType":"Patient"}'),
    Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
    gzipSync('Amina Otieno'),
    bmp,
    Buffer.from('Amina Otieno'),
  ])
    expect(looksReadable(bytes)).toBe(true);
});
