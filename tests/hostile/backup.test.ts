/** A power cut or a full disk during a backup or a restore harms neither the vault nor the backup that was there before. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBackup } from '../../src-main/core/backup/index.ts';
import { systemChance } from '../../src-main/core/ports.ts';
import { openWay, readKeyFile } from '../../src-main/core/vault/index.ts';
import { root } from '../../src-node/root.ts';
import { ADMIN, testCore } from '../fixtures/core.ts';

/** The long suite asks for more. */
const TRIALS = Number(process.env.LAMPLIGHT_TRIALS ?? 3);
const child = join(root, 'tests/hostile/backup-child.ts');

let folder: string;
let away: string;
let code: string;
let backup: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  away = join(folder, 'away');
  mkdirSync(away);
  backup = join(away, 'clinic.lamplight-backup');
  code = said('create').split('\n')[0] ?? '';
  expect(said('once')).toBe('made 0');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const args = (what: string) => [child, what, folder, away, code];
const said = (what: string) => spawnSync(process.execPath, args(what), { encoding: 'utf8' }).stdout.trim();

/** Kills it at a moment of chance after its first round. @returns what it had said */
function killed(what: string, last = code): Promise<string[]> {
  const running = spawn(process.execPath, [child, what, folder, away, last], { stdio: ['ignore', 'pipe', 'inherit'] });
  let lines = '';
  running.stdout.on('data', (bytes) => {
    // By rounds and bytes, not by the clock: the moment falls anywhere in the next round.
    if (lines === '') setTimeout(() => running.kill('SIGKILL'), Math.random() * 120);
    lines += bytes;
  });
  return new Promise((resolve) => running.on('close', () => resolve(lines.trim().split('\n'))));
}

async function vaultIsWhole(): Promise<void> {
  const made = await testCore(folder);
  try {
    const client = made.connect();
    await client.call('session.signIn', ADMIN);
    expect(await client.call('audit.verify', {})).toMatchObject({ ok: true });
    expect((await client.call('patients.search', { text: 'zanzibarski', limit: 5 })).results).toHaveLength(1);
    expect(readdirSync(join(folder, 'clinic')).filter((name) => name.startsWith('restore-test'))).toEqual([]);
  } finally {
    await made.core.close();
  }
}

test(`killed ${TRIALS} times while it makes backups, the last finished one is whole and the vault opens`, async () => {
  for (let trial = 0; trial < TRIALS; trial++) {
    expect((await killed('make'))[0]).toBe('made 0');
    expect((await verifyBackup(backup, { recoveryCode: code }, folder, systemChance)).ok).toBe(true);
  }
  await vaultIsWhole();
});

test(`killed ${TRIALS} times while it backs up by the plan, every backup that was finished last is whole and what was half done is swept`, async () => {
  const plan = join(folder, 'plan');
  mkdirSync(plan);
  for (let trial = 0; trial < TRIALS; trial++) {
    const said = await killed('plan', String(trial * 10));
    expect(said[0]).toMatch(/^planned /);
    const last = said.at(-1)?.replace('planned ', '') ?? '';
    expect((await verifyBackup(last, { recoveryCode: code }, folder, systemChance)).ok).toBe(true);
  }
  await vaultIsWhole();
});

test(`killed ${TRIALS} times while it makes new vault keys, the vault opens with its newest key or the one before and has every patient`, async () => {
  const registered: string[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const said = await killed('rotate');
    expect(said.filter((line) => !/^(registered|generation) /.test(line))).toEqual([]);
    registered.push(...said.flatMap((line) => (line.startsWith('registered ') ? line.slice(11) : [])));
    const generation = Number(said.findLast((line) => line.startsWith('generation '))?.slice(11) ?? 0);
    expect(readKeyFile(join(folder, 'clinic')).generation).toBeGreaterThanOrEqual(generation);
  }
  const made = await testCore(folder);
  try {
    await made.connect().call('session.signIn', ADMIN);
    const { db } = made.core.clinic()?.vault ?? {};
    const there = db?.prepare<[], string>('SELECT id FROM patient_row').pluck().all() ?? [];
    expect(registered.filter((id) => !there.includes(id))).toEqual([]);
    expect(readdirSync(join(folder, 'clinic')).filter((name) => name.includes('.g'))).toEqual([]);
  } finally {
    await made.core.close();
  }
  (await openWay(join(folder, 'clinic'), { recoveryCode: code })).fill(0);
  await vaultIsWhole();
});

test(`killed ${TRIALS} times while it restores, there is a whole vault or none`, async () => {
  for (let trial = 0; trial < TRIALS; trial++) {
    expect((await killed('restore'))[0]).toBe('restored 1');
    const restored = join(away, 'restored');
    if (existsSync(restored)) expect(readdirSync(restored)).toEqual(expect.arrayContaining(['files', 'vault.db', 'vault.keys']));
    for (const name of ['restored', 'gone', 'restored.restoring']) rmSync(join(away, name), { recursive: true, force: true });
  }
  expect(said('once')).toBe('made 0');
});

test.runIf(process.platform === 'linux')(
  'a full disk is a sentence, and leaves the backup that was there and no half of another',
  async () => {
    const before = readFileSync(backup);
    // A disk of its own of 6 MB in a name space of its own; the backup has 8 MB. What stands on it goes with it, so it is looked at from inside.
    const small = join(folder, 'small');
    mkdirSync(small);
    const script = `mount -t tmpfs -o size=6m none "$1" && "$2" "$3" once "$4" "$1"; ls -A "$1"`;
    const run = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', small, process.execPath, child, folder],
      { encoding: 'utf8' },
    );
    expect(run.stdout.trim(), run.stderr).toBe('refused disk-full');
    // The file system of a USB stick that takes no file of this size.
    const limited = spawnSync('bash', ['-c', 'ulimit -f 3000; exec "$@"', 'bash', process.execPath, ...args('once')], {
      encoding: 'utf8',
    });
    expect(limited.stdout.trim()).toBe('refused disk-error');
    expect(readFileSync(backup).equals(before)).toBe(true);
    expect(readdirSync(away)).toEqual(['clinic.lamplight-backup']);
    await vaultIsWhole();
  },
);

test.runIf(process.platform === 'linux')(
  'a disk too full for a new vault key is a sentence: the old key goes on, and no half copy is left',
  () => {
    const small = join(folder, 'smaller');
    mkdirSync(small);
    // Room for what people write, and not for the database once more.
    const script = `mount -t tmpfs -o size=$(($(du -sk "$4/clinic" "$4/device-keys" | awk '{s+=$1} END {print s}') + 400))k none "$1" &&
    cp -r "$4/clinic" "$4/device-keys" "$1" && "$2" "$3" rotate-once "$1"; ls -A "$1/clinic"`;
    const run = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', small, process.execPath, child, folder],
      { encoding: 'utf8' },
    );
    const [said, ...left] = run.stdout.trim().split('\n');
    expect(said, run.stderr).toMatch(/^rotate: disk-full, log whole: true, key number \d+$/);
    expect(left.filter((name) => name.includes('.g'))).toEqual([]);
  },
);
