import { linesOf } from './layout.ts';
import type { Box } from './page.ts';
import { inTable, type Table, tableLines } from './tables.ts';

/** Words of a page as lines in reading order; tables keep their rows and cells together. */
export function readingOrder<T extends { box: Box }>(words: readonly T[], tables: readonly Table[], pageWidth: number): T[][] {
  const free = words.filter((word) => !tables.some((table) => inTable(table, word.box)));
  const parts = [
    ...linesOf(free, pageWidth).map((line) => ({ top: Math.min(...line.map((word) => centreY(word.box))), lines: [line] })),
    ...tables.map((table) => ({
      top: table.box[1],
      lines: tableLines(
        words.filter((word) => inTable(table, word.box)),
        table,
      ),
    })),
  ];
  if (tables.length > 0) parts.sort((a, b) => a.top - b.top);
  return parts.flatMap((part) => part.lines);
}

function centreY(box: Box): number {
  return (box[1] + box[3]) / 2;
}
