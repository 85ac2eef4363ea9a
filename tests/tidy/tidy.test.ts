/** What reviews forget. Each rule names what to do instead. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { isCode, isTest, projectFiles, read, withoutComments } from './sources.ts';

const FILE_BYTES_MAX = 30 * 1024 * 1024;
const LINES_MAX = 400;

interface Ban {
  what: string;
  pattern: RegExp;
  /** Where it is forbidden: beginnings of paths. */
  in: readonly string[];
  /** The files whose purpose it is. */
  but?: readonly string[];
}

const bans: readonly Ban[] = [
  {
    what: 'Date.now(): take the clock of the context',
    pattern: /\bDate\.now\(/,
    in: ['src-main/core/', 'src-shared/'],
    but: ['src-main/core/ports.ts'],
  },
  {
    what: 'new Date() without an argument: take the clock of the context',
    pattern: /\bnew Date\(\s*\)/,
    in: ['src-main/core/', 'src-shared/'],
    but: ['src-main/core/ports.ts'],
  },
  { what: 'Math.random(): take the chance of the context', pattern: /\bMath\.random\(/, in: ['src-'] },
  {
    what: 'console: the core reports through its port, the page through its notices',
    pattern: /\bconsole\./,
    in: ['src-main/core/', 'src-main/shell/', 'src-shared/', 'src-node/', 'src-renderer/', 'src-preload/'],
  },
  { what: 'eval and new Function: the policy of the page forbids them', pattern: /\beval\(|\bnew Function\(/, in: ['src-'] },
  {
    what: 'dangerouslySetInnerHTML: draw text as text',
    pattern: /dangerouslySetInnerHTML|\.innerHTML\s*=/,
    in: ['src-renderer/'],
  },
  {
    what: 'a weakened web page: none of these switches of Electron is needed',
    pattern:
      /webSecurity|allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|openExternal|nodeIntegration: true/,
    in: ['src-main/shell/', 'src-preload/'],
  },
  { what: '@ts-ignore: repair the type', pattern: /@ts-(?:ignore|nocheck)/, in: ['src-', 'tests/', 'scripts/'] },
];

const files = projectFiles();
const texts = files.filter(
  (file) => /\.(?:ts|tsx|mjs|mts|cjs|css|html|json|md|py|ya?ml|sh|txt)$/.test(file) || file === '.ci/run' || file === '.npmrc',
);
// This file names what it forbids.
const checked = texts.filter((file) => !file.startsWith('tests/tidy/') && file !== 'package-lock.json');

describe('banned calls', () => {
  test.each(bans)('$what', ({ pattern, in: folders, but }) => {
    const code = checked.filter(
      (file) => isCode(file) && !isTest(file) && folders.some((folder) => file.startsWith(folder)) && !but?.includes(file),
    );
    expect(code.flatMap((file) => linesWith(file, pattern, withoutComments(read(file))))).toEqual([]);
  });
});

test('no test is left out or runs alone', () => {
  const marks = /\b(?:describe|test|it)\.(?:skip|only|todo|fixme)\b/;
  expect(checked.filter(isTest).flatMap((file) => linesWith(file, marks))).toEqual([]);
});

test('every dependency is accounted for', () => {
  // Parsed from our own file.
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const page = read('docs/dependencies.md');
  const names = Object.keys({ ...dependencies, ...devDependencies });
  expect(
    names.filter(
      (name) => !page.includes(name) && !page.includes(`${name.split('/')[0]}/*`) && !page.includes(`-${name.split('-').at(-1)}`),
    ),
  ).toEqual([]);
});

test('no file is too large for the repository', () => {
  expect(files.filter((file) => statSync(join(root, file)).size > FILE_BYTES_MAX)).toEqual([]);
});

test('no file of code is longer than a person can hold', () => {
  // Lists of words and tables of one kind are data in the form of code.
  const lists = ['src-shared/coaching/lay-words.ts'];
  const code = files.filter((file) => isCode(file) && file.startsWith('src-') && !lists.includes(file));
  expect(code.filter((file) => read(file).split('\n').length > LINES_MAX)).toEqual([]);
});

test('nothing names a folder of one machine', () => {
  expect(checked.flatMap((file) => linesWith(file, /(?<![\w.~-])\/(?:work|root|home\/\w+|Users\/\w+)\/\w/))).toEqual([]);
});

test('nothing names the address of a registry', () => {
  const registries = /registry\.npmjs\.org|pypi\.org|files\.pythonhosted|deb\.debian\.org|registry\.yarnpkg|crates\.io/;
  expect([...checked, 'package-lock.json'].flatMap((file) => linesWith(file, registries))).toEqual([]);
});

test('what is unfinished says why', () => {
  expect(checked.filter(isCode).flatMap((file) => linesWith(file, /\b(?:TODO|FIXME|XXX|HACK)\b(?!\([^)]+\): \S)/))).toEqual([]);
});

test('every file of code ends in a newline and holds no conflict', () => {
  const code = checked.filter(isCode);
  expect(code.filter((file) => !read(file).endsWith('\n'))).toEqual([]);
  expect(code.flatMap((file) => linesWith(file, /^(?:<{7}|>{7}) /))).toEqual([]);
});

function linesWith(file: string, pattern: RegExp, text = read(file)): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : []));
}
