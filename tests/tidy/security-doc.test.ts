/** docs/security.md promises that a test holds each control: the test must be there, and the thing it is said to show must be in it. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';

const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
/** A file in backticks, and behind it the names of tests in quotation marks. */
const mention = /`([^`]+\.test\.ts)`((?:,? "[^"]+")*)/g;
const fileOf = (named: string) => (named.startsWith('core/') ? `src-main/${named}` : named);

const mentions = [...page.matchAll(mention)].map(([, file = '', names = '']) => ({
  file: fileOf(file),
  names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
}));

test('every test that the page names is there', () => {
  expect(mentions.length).toBeGreaterThan(30);
  expect(mentions.filter(({ file }) => globSync(file, { cwd: root }).length === 0).map(({ file }) => file)).toEqual([]);
});

test('every thing that a test is said to show is in that test', () => {
  const texts = new Map(
    mentions.flatMap(({ file }) => globSync(file, { cwd: root })).map((file) => [file, readFileSync(join(root, file), 'utf8')]),
  );
  expect(
    mentions.flatMap(({ file, names }) =>
      names.filter((name) => !texts.get(file)?.includes(name)).map((name) => `${file}: ${name}`),
    ),
  ).toEqual([]);
});

test('all twenty points of the checklist are answered, each with its test, and every control has a kind', () => {
  const [, list = ''] = page.split("## Electron's security checklist");
  const points = [...list.matchAll(/^\| (\d+) \|[^|]+\|[^|]+\|([^|]+)\|$/gm)];
  expect(points.map(([, number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  for (const [row, , tests] of points) expect([row, tests]).toEqual([row, expect.stringContaining('.test.ts`')]);
  const [, controls = ''] = page.split('## Controls');
  const rows =
    controls
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| control') && !line.startsWith('| ---')) ?? [];
  expect(rows.filter((row) => !/^[^|]*\|[^|]+\| [CSL](?:\/[CSL])* \|/.test(row))).toEqual([]);
});
