import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root } from '../../src-node/root.ts';
import { logPath, missing } from './check.ts';
import { cutAt, dice } from './cut.ts';
import type { Entry } from './log.ts';
import { works } from './works.ts';

// The real Argon2id, once for each password and salt: the same slots come back in hundreds of trials.
vi.mock('../../src-main/core/vault/password.ts', async (original) => {
  const real = await original<typeof import('../../src-main/core/vault/password.ts')>();
  const known = new Map<string, Promise<Buffer>>();
  const stretch: typeof real.stretch = async (password, salt, parameters) => {
    const name = JSON.stringify([password, Buffer.from(salt).toString('hex'), parameters]);
    const made = known.get(name) ?? real.stretch(password, salt, parameters);
    known.set(name, made);
    return Buffer.from(await made);
  };
  return { ...real, stretch };
});

const names = Object.keys(works);
const TRIALS = Number(process.env.LAMPLIGHT_TRIALS ?? 28);
const only = process.env.LAMPLIGHT_TRIAL;
const logs = new Map<string, Entry[]>();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  for (const name of names) {
    const at = join(folder, name);
    mkdirSync(at);
    const child = spawnSync(process.execPath, [join(root, 'tests/power-cut/record-run.ts'), name, at, logPath(folder, name)], {
      encoding: 'utf8',
    });
    expect([name, child.stderr.trim(), child.status]).toEqual([name, '', 0]);
    // Written by record-run.ts of this very run.
    logs.set(name, deserialize(readFileSync(logPath(folder, name))) as Entry[]);
  }
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function trial(number: number): Promise<string[]> {
  const name = names[number % names.length] ?? '';
  const entries = logs.get(name) ?? [];
  const roll = dice(number);
  const first = entries.findIndex((entry) => entry.kind === 'acknowledged') + 1;
  const upTo = first + roll(entries.length - first + 1);
  const to = join(folder, `cut-${number}`);
  const { acknowledged, coming } = cutAt(entries, upTo, roll, to);
  const lost = await missing(to, acknowledged, coming);
  rmSync(to, { recursive: true, force: true });
  return lost.map((what) => `trial ${number} (${name}, entry ${upTo} of ${entries.length}): ${what}`);
}

test(
  `after ${TRIALS} power cuts at random points the vault opens by every slot and nothing acknowledged is lost`,
  async () => {
    const lost: string[] = [];
    const numbers = only === undefined ? Array.from({ length: TRIALS }, (_, number) => number) : [Number(only)];
    for (const number of numbers) lost.push(...(await trial(number)));
    expect(lost).toEqual([]);
  },
  60_000 + TRIALS * 10_000,
);

test('the harness itself notices a rename without an fsync', async () => {
  const entries = (logs.get('slots') ?? []).filter((entry) => entry.kind !== 'sync');
  const to = join(folder, 'unsynced');
  const found: string[] = [];
  for (let number = 0; number < 12; number++) {
    const { acknowledged, coming } = cutAt(entries, entries.length, dice(number), to);
    found.push(...(await missing(to, acknowledged, coming).catch(() => ['unreadable'])));
    rmSync(to, { recursive: true, force: true });
  }
  expect(found).not.toEqual([]);
}, 120_000);
