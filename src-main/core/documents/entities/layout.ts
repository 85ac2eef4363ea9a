import { fold } from './fold.ts';
import type { Box, PageText, PageWord } from './types.ts';

/** A word with its place in the running text of the whole letter. */
export interface Token extends PageWord {
  page: number;
  start: number;
  end: number;
  folded: string;
}

export interface Line {
  page: number;
  tokens: Token[];
  box: Box;
  /** Place in the running text. */
  start: number;
  end: number;
}

export interface Letter {
  lines: Line[];
  tokens: Token[];
  /** Running text: words parted by a blank, cells by a tab, lines by a line end. */
  text: string;
  /** The same folded, position by position. */
  folded: string;
}

/** Brings the pages' words into visual lines and one running text. */
export function layOut(pages: PageText[]): Letter {
  const lines: Line[] = [];
  const tokens: Token[] = [];
  let text = '';
  for (const page of pages) {
    for (const words of visualLines(page.words)) {
      const start = text.length;
      const lineTokens: Token[] = [];
      let previous: PageWord | undefined;
      for (const word of words) {
        // Rules of tables are read as strokes.
        const printed = word.text
          .normalize('NFC')
          .replace(/^[|¦]+|[|¦]+$/g, '')
          .trim();
        if (/^[_~=¦|]*$/.test(printed)) continue;
        if (previous) text += isCellGap(previous, word) ? '\t' : ' ';
        const token: Token = {
          ...word,
          text: printed,
          page: page.page,
          start: text.length,
          end: text.length + printed.length,
          folded: fold(printed),
        };
        text += printed;
        lineTokens.push(token);
        previous = word;
      }
      if (lineTokens.length === 0) continue;
      lines.push({ page: page.page, tokens: lineTokens, box: boxAround(lineTokens), start, end: text.length });
      tokens.push(...lineTokens);
      text += '\n';
    }
  }
  return { lines, tokens, text, folded: fold(text) };
}

/** Whether the gap between two neighbours on a line is wider than a blank between words ever is. */
function isCellGap(left: PageWord, right: PageWord): boolean {
  return right.box[0] - left.box[2] > 1.1 * Math.max(heightOf(left), heightOf(right));
}

export function boxAround(words: { box: Box }[]): Box {
  return [
    Math.min(...words.map((w) => w.box[0])),
    Math.min(...words.map((w) => w.box[1])),
    Math.max(...words.map((w) => w.box[2])),
    Math.max(...words.map((w) => w.box[3])),
  ];
}

export const heightOf = (word: { box: Box }): number => word.box[3] - word.box[1];
export const middleOf = (word: { box: Box }): number => (word.box[1] + word.box[3]) / 2;

/** The tokens that a stretch of the running text touches. */
export function tokensBetween(letter: Letter, start: number, end: number): Token[] {
  let low = 0;
  let high = letter.tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((letter.tokens[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const found: Token[] = [];
  for (let i = low; i < letter.tokens.length; i++) {
    const token = letter.tokens[i];
    if (!token || token.start >= end) break;
    found.push(token);
  }
  return found;
}

/** Words grouped as the eye sees lines: parts of one line that an engine gave apart (cells of a row) are joined again. */
function visualLines(words: PageWord[]): PageWord[][] {
  const units = words.every((w) => w.line !== undefined) ? byNumber(words) : words.map((w) => [w]);
  const ordered = units.filter((u) => u.length > 0).sort((a, b) => middleOf(leftmost(a)) - middleOf(leftmost(b)));
  const lines: PageWord[][] = [];
  for (const unit of ordered) {
    // Only the last few lines can lie at the same height.
    const home = lines.slice(-8).find((line) => sameLine(line, unit));
    if (home) home.push(...unit);
    else lines.push([...unit]);
  }
  for (const line of lines) line.sort((a, b) => a.box[0] - b.box[0]);
  return lines.sort((a, b) => middleOf(leftmost(a)) - middleOf(leftmost(b)));
}

function byNumber(words: PageWord[]): PageWord[][] {
  const lines = new Map<number, PageWord[]>();
  for (const word of words) {
    const line = lines.get(word.line ?? 0);
    if (line) line.push(word);
    else lines.set(word.line ?? 0, [word]);
  }
  return [...lines.values()];
}

function sameLine(line: PageWord[], unit: PageWord[]): boolean {
  // Two long stretches side by side are columns of prose, not cells of a row.
  if (line.length > 6 && unit.length > 6) return false;
  return unit.every((word) => {
    const near = nearest(line, word);
    const overlap = Math.min(near.box[2], word.box[2]) - Math.max(near.box[0], word.box[0]);
    const apart = Math.abs(middleOf(near) - middleOf(word));
    return (
      overlap < 0.3 * Math.min(near.box[2] - near.box[0], word.box[2] - word.box[0]) &&
      apart < 0.45 * Math.max(heightOf(near), heightOf(word))
    );
  });
}

function nearest(line: PageWord[], word: PageWord): PageWord {
  const centre = (w: PageWord) => (w.box[0] + w.box[2]) / 2;
  return line.reduce((best, other) =>
    Math.abs(centre(other) - centre(word)) < Math.abs(centre(best) - centre(word)) ? other : best,
  );
}

function leftmost(words: PageWord[]): PageWord {
  return words.reduce((best, word) => (word.box[0] < best.box[0] ? word : best));
}
