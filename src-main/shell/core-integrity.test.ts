/** Whoever could change the core of an installation unnoticed would have every password typed afterwards. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstForeignFile } from './core-integrity.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let place: string;
let core: string;
let list: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'lamplight-integrity-'));
  core = join(place, 'core');
  list = join(place, 'list.json');
  mkdirSync(join(core, 'out'), { recursive: true });
  writeFileSync(join(core, 'node'), 'a program');
  writeFileSync(join(core, 'out', 'main.js'), 'the core');
  writeFileSync(list, JSON.stringify({ node: sha256('a program'), 'out/main.js': sha256('the core') }));
});

afterEach(() => rmSync(place, { recursive: true, force: true }));

test('finds nothing in an installation as it was delivered', async () => {
  expect(await firstForeignFile(core, list)).toBeNull();
});

test('finds a changed file', async () => {
  writeFileSync(join(core, 'out', 'main.js'), 'the corf');
  expect(await firstForeignFile(core, list)).toBe('out/main.js');
});

test('finds a missing file', async () => {
  rmSync(join(core, 'node'));
  expect(await firstForeignFile(core, list)).toBe('node');
});

test('finds a file that was put there', async () => {
  writeFileSync(join(core, 'out', 'extra.js'), '');
  expect(await firstForeignFile(core, list)).toBe('out/extra.js');
});
