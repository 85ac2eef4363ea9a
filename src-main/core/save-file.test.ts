import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { saveFile } from './save-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

test('what lies under the name that a half file would have is no way in and is not lost', async () => {
  writeFileSync(join(folder, 'elsewhere'), 'mine');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'amina.json.part'));
  expect(await saveFile(join(folder, 'amina.json'), [bytes('of '), bytes('Amina')])).toBe(8);
  expect([textOf('amina.json'), textOf('elsewhere')]).toEqual(['of Amina', 'mine']);
  expect(readdirSync(folder).sort()).toEqual(['amina.json', 'amina.json.part', 'elsewhere']);
});

test('a file that others could read is replaced by one for its owner alone', async () => {
  writeFileSync(join(folder, 'amina.json'), 'before');
  chmodSync(join(folder, 'amina.json'), 0o644);
  await saveFile(join(folder, 'amina.json'), [bytes('after')]);
  expect(textOf('amina.json')).toBe('after');
  expect(statSync(join(folder, 'amina.json')).mode & 0o077).toBe(0);
});

test('two that go to one place do not mix', async () => {
  const path = join(folder, 'amina.json');
  const of = async function* (sign: string) {
    for (let n = 0; n < 20; n++) yield bytes(sign);
  };
  await Promise.all([saveFile(path, of('a')), saveFile(path, of('b'))]);
  expect(['a'.repeat(20), 'b'.repeat(20)]).toContain(textOf('amina.json'));
  expect(readdirSync(folder)).toEqual(['amina.json']);
});

test('one that breaks off leaves what was there, and nothing else', async () => {
  writeFileSync(join(folder, 'amina.json'), 'before');
  const broken = function* () {
    yield bytes('after');
    throw new Error('broken off');
  };
  await expect(saveFile(join(folder, 'amina.json'), broken())).rejects.toThrow('broken off');
  expect(textOf('amina.json')).toBe('before');
  expect(readdirSync(folder)).toEqual(['amina.json']);
});
