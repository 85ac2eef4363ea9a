import type { Box } from './page.ts';

const SAME_LINE = 0.5; // overlap in height, of the lower of the two
const GUTTER_ROWS = 8; // rows that a gap must run through to part columns of text
const COLUMN_WORDS = 3.5; // words a row on either side: cells of tables have fewer
const COLUMN_WIDTH = 0.25; // of the page

/** Sorts words into lines in reading order: across the page, so that rows of tables stay whole; columns of running text one after the other. */
export function linesOf<T extends { box: Box }>(words: readonly T[], pageWidth: number): T[][] {
  const rows = rowsOf(words);
  const out: T[][] = [];
  let at = 0;
  while (at < rows.length) {
    const columns = columnsFrom(rows, at, pageWidth);
    if (columns === null) {
      out.push(rows[at] ?? []);
      at += 1;
    } else {
      const block = rows.slice(at, columns.to);
      for (const side of [(w: T) => centre(w.box) < columns.x, (w: T) => centre(w.box) >= columns.x]) {
        out.push(
          ...linesOf(
            block.flatMap((row) => row.filter(side)),
            pageWidth,
          ),
        );
      }
      at = columns.to;
    }
  }
  return out.filter((line) => line.length > 0);
}

/** Words whose heights overlap stand in one row; the row's height is the median of its words, so that one tall word does not join two rows. */
export function rowsOf<T extends { box: Box }>(words: readonly T[]): T[][] {
  const rows: { words: T[]; top: number; bottom: number }[] = [];
  for (const word of [...words].sort((a, b) => a.box[1] + a.box[3] - b.box[1] - b.box[3])) {
    const [, top, , bottom] = word.box;
    const middle = (top + bottom) / 2;
    let best: (typeof rows)[number] | undefined;
    let most = SAME_LINE;
    for (const row of rows.slice(-6)) {
      const overlap =
        (Math.min(bottom, row.bottom) - Math.max(top, row.top)) / Math.max(1, Math.min(bottom - top, row.bottom - row.top));
      const apart = Math.abs(middle - (row.top + row.bottom) / 2) / Math.max(bottom - top, row.bottom - row.top);
      if (overlap > most && apart < 0.6) {
        most = overlap;
        best = row;
      }
    }
    if (best === undefined) {
      rows.push({ words: [word], top, bottom });
    } else {
      best.words.push(word);
      best.top = median(best.words.map((w) => w.box[1]));
      best.bottom = median(best.words.map((w) => w.box[3]));
    }
  }
  rows.sort((a, b) => a.top + a.bottom - b.top - b.bottom);
  return rows.map((row) => row.words.sort((a, b) => a.box[0] - b.box[0]));
}

/** A gap that runs down from row `from` between two columns of running text. */
function columnsFrom<T extends { box: Box }>(
  rows: readonly T[][],
  from: number,
  pageWidth: number,
): { x: number; to: number } | null {
  let free: [number, number][] = gapsOf(rows[from] ?? [], pageWidth);
  let to = from + 1;
  while (to < rows.length) {
    const both = meet(free, gapsOf(rows[to] ?? [], pageWidth));
    if (both.length === 0) break;
    free = both;
    to += 1;
  }
  const gap = free.sort((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
  if (gap === undefined || to - from < GUTTER_ROWS) return null;
  const x = (gap[0] + gap[1]) / 2;
  const block = rows.slice(from, to);
  for (const side of [(w: T) => centre(w.box) < x, (w: T) => centre(w.box) >= x]) {
    const lines = block.map((row) => row.filter(side)).filter((line) => line.length > 0);
    const words = lines.reduce((sum, line) => sum + line.length, 0);
    const widths = lines.map((line) => (line.at(-1)?.box[2] ?? 0) - (line[0]?.box[0] ?? 0));
    if (lines.length < GUTTER_ROWS / 2 || words / lines.length < COLUMN_WORDS || median(widths) < COLUMN_WIDTH * pageWidth)
      return null;
  }
  return { x, to };
}

/** Gaps between the words of a row that are wider than a blank; what lies beside the row counts too. */
function gapsOf<T extends { box: Box }>(row: readonly T[], pageWidth: number): [number, number][] {
  const height = median(row.map((w) => w.box[3] - w.box[1]));
  const gaps: [number, number][] = [];
  let end = 0;
  for (const { box } of row) {
    if (box[0] - end > 0.6 * height) gaps.push([end, box[0]]);
    end = Math.max(end, box[2]);
  }
  if (pageWidth - end > 0.6 * height) gaps.push([end, pageWidth]);
  // A gap at the margin alone parts nothing unless other rows have words there.
  return gaps;
}

function meet(a: readonly [number, number][], b: readonly [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  for (const [a0, a1] of a) {
    for (const [b0, b1] of b) {
      const [from, to] = [Math.max(a0, b0), Math.min(a1, b1)];
      if (to - from > 8) out.push([from, to]);
    }
  }
  return out;
}

function centre(box: Box): number {
  return (box[0] + box[2]) / 2;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
