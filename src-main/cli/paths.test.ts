import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listPaths } from './paths.ts';

const scratch = mkdtempSync(join(tmpdir(), 'paths-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('files of a folder are listed once, through links to files and not around circles', () => {
  mkdirSync(join(scratch, 'inner'));
  writeFileSync(join(scratch, 'inner', 'b é.dcm'), '');
  writeFileSync(join(scratch, 'a.dcm'), '');
  symlinkSync('a.dcm', join(scratch, 'c.dcm'));
  symlinkSync('gone.dcm', join(scratch, 'broken.dcm'));
  symlinkSync('..', join(scratch, 'inner', 'circle'));
  expect(listPaths([scratch]).map(({ name }) => name)).toEqual(['a.dcm', 'c.dcm', 'inner/b é.dcm']);
  expect(listPaths([join(scratch, 'c.dcm')]).map(({ name }) => name)).toEqual(['c.dcm']);
  for (const path of ['broken.dcm', 'nowhere', '']) expect(() => listPaths([path && join(scratch, path)])).toThrow();
  // A device has no end.
  if (process.platform !== 'win32') expect(() => listPaths(['/dev/zero'])).toThrow();
});
