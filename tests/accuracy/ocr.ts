/**
 * How well letters are read, against their truth: `node tests/accuracy/ocr.ts [--engine both] [--only PART_OF_NAME] [--text]`.
 * Needs the letters in `$LAMPLIGHT_SHARED` (or ../shared).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closeEngines } from '../../src-main/core/documents/engines/close.ts';
import { numbersIn } from '../../src-main/core/documents/numbers.ts';
import type { Page } from '../../src-main/core/documents/page.ts';
import { recogniseDocument } from '../../src-main/core/documents/recognise.ts';
import { root } from '../../src-node/root.ts';
import { characterErrors, squeezed } from './edit-distance.ts';

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' },
    text: { type: 'boolean', default: false },
  },
});
const folder = join(process.env['LAMPLIGHT_SHARED'] ?? join(root, '..', 'shared'), 'data', 'letters', 'typeset');
if (!existsSync(folder)) {
  console.log('The letters of ../shared (or LAMPLIGHT_SHARED) are not here: nothing to measure.');
  process.exit(1);
}

interface Row {
  letter: string;
  language: string;
  layer: boolean;
  cer: number;
  right: number;
  numbers: number;
  markedRight: number;
  wrongUnmarked: string[];
  doubtful: number;
  words: number;
  msPerPage: number;
}

const rows: Row[] = [];
for (const [letter, files] of letters()) {
  if (!letter.includes(options.only)) continue;
  const pages: Page[] = [];
  let ms = 0;
  for (const file of files) {
    const read = await recogniseDocument(readFileSync(join(folder, file)), { engine: options.engine as 'both' }); // a wrong name fails at once
    pages.push(...read.pages);
    ms += read.ms;
  }
  rows.push(judge(letter, readFileSync(join(folder, `${truthOf(letter)}.txt`), 'utf8'), pages, ms));
  print(rows.at(-1));
  if (options.text) console.log(pages.map((page) => page.text).join('\n'));
}
summary(rows);
await closeEngines();

/** Files that make up one letter: several pictures are its pages. */
function letters(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of readdirSync(folder).sort()) {
    if (!/\.(pdf|jpg|png|tif)$/.test(file)) continue;
    const letter = file.replace(/(-p\d)?\.\w+$/, '');
    found.set(letter, [...(found.get(letter) ?? []), file]);
  }
  return found;
}

function truthOf(letter: string): string {
  return [letter, letter.replace(/-scan150$|-text$/, '')].find((name) => existsSync(join(folder, `${name}.txt`))) ?? letter;
}

function judge(letter: string, truth: string, pages: readonly Page[], ms: number): Row {
  const text = squeezed(pages.map((page) => page.text).join('\n'));
  const words = pages.flatMap((page) => page.words);
  const wanted = numbersIn(squeezed(truth));
  const found = words.flatMap((word) => numbersIn(word.text).map((number) => ({ number, doubtful: word.doubtful })));
  const { matched } = align(
    wanted,
    found.map((f) => f.number),
  );
  const hit = new Set(matched);
  return {
    letter,
    language: [...new Set(pages.map((page) => page.language))].join(' '),
    layer: pages.some((page) => page.source === 'text-layer'),
    cer: characterErrors(text, squeezed(truth)),
    right: matched.length,
    numbers: wanted.length,
    markedRight: found.filter((f, i) => hit.has(i) && f.doubtful).length,
    wrongUnmarked: found.filter((f, i) => !hit.has(i) && !f.doubtful).map((f) => f.number),
    doubtful: words.filter((word) => word.doubtful).length,
    words: words.length,
    msPerPage: Math.round(ms / pages.length),
  };
}

/** Longest common subsequence; `matched` are places in `found`. */
function align(wanted: readonly string[], found: readonly string[]): { matched: number[] } {
  const length = Array.from({ length: wanted.length + 1 }, () => new Uint16Array(found.length + 1));
  const at = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = wanted.length - 1; i >= 0; i--) {
    const row = length[i];
    for (let j = found.length - 1; j >= 0; j--)
      if (row) row[j] = wanted[i] === found[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const matched: number[] = [];
  let [i, j] = [0, 0];
  while (i < wanted.length && j < found.length) {
    if (wanted[i] === found[j]) {
      matched.push(j++);
      i++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return { matched };
}

function print(row: Row | undefined): void {
  if (row === undefined) return;
  const { letter, language, cer, right, numbers, markedRight, wrongUnmarked, doubtful, words, msPerPage, layer } = row;
  const cells = [
    letter.padEnd(30),
    (layer ? `${language}*` : language).padEnd(9),
    (cer * 100).toFixed(2).padStart(6),
    `${right}/${numbers}`.padStart(8),
  ];
  console.log(
    [
      ...cells,
      `${markedRight}`.padStart(5),
      `${wrongUnmarked.length}`.padStart(4),
      `${doubtful}/${words}`.padStart(9),
      `${msPerPage}`.padStart(7),
    ].join('  '),
    wrongUnmarked.join(' '),
  );
}

function summary(all: readonly Row[]): void {
  const recognised = all.filter((row) => !row.layer);
  const sum = (of: (row: Row) => number) => recognised.reduce((total, row) => total + of(row), 0);
  const worst = Math.max(...recognised.filter((row) => !row.language.includes('hin')).map((row) => row.cer));
  console.log(
    '\ncolumns: letter, language found (* text layer), CER %, numbers right, right but marked doubtful, wrong and unmarked, doubtful words, ms a page',
  );
  console.log(
    `worst CER in Latin script ${(worst * 100).toFixed(2)} %; numbers ${sum((r) => r.right)}/${sum((r) => r.numbers)} = ${((100 * sum((r) => r.right)) / sum((r) => r.numbers)).toFixed(2)} % without text layers`,
  );
  console.log(`numbers wrong and unmarked ${sum((r) => r.wrongUnmarked.length)}; right but marked ${sum((r) => r.markedRight)}`);
}
