import type { Rules } from './clean/rules.ts';
import { rowsOf } from './layout.ts';
import type { Box } from './page.ts';

const NEAR = 14; // pixels within which rules touch
const SPANS = 0.45; // of the table's width: a shorter level rule parts some cells only, not the row
const MOST_LINES = 4; // in a cell; where there are more, rules between rows are missing or were not seen

/** A ruled table: where it lies and the edges of its rows; `upright` are the rules between its columns. */
export interface Table {
  box: Box;
  edges: number[];
  upright: Box[];
}

/** Tables made of rules that touch each other: at least two levels and two uprights. */
export function tablesOf({ level, upright }: Rules): Table[] {
  const rules = [...level.map((box) => ({ box, level: true })), ...upright.map((box) => ({ box, level: false }))];
  const crossed = grouped(rules, (a, b) => a.level !== b.level && touch(a.box, b.box)).filter(
    (group) => group.filter((rule) => rule.level).length >= 2 && group.filter((rule) => !rule.level).length >= 2,
  );
  // Broken rules leave parts of one table: parts that lie within each other belong together.
  const whole = grouped(
    crossed.map((group) => ({ group, box: around(group.map((rule) => rule.box)) })),
    (a, b) => touch(a.box, b.box),
  );
  return whole.map((parts) => tableOf(parts.flatMap((part) => part.group)));
}

/** Parts a list into groups of what is joined, directly or through others. */
function grouped<T>(all: readonly T[], joined: (a: T, b: T) => boolean): T[][] {
  const left = new Set(all);
  const groups: T[][] = [];
  for (const start of all) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const one of group) {
      for (const other of left) {
        if (!joined(one, other)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    groups.push(group);
  }
  return groups;
}

/** The words of a table as lines: each row of the table one, cell after cell; within a frame without further rules as on the open page. */
export function tableLines<T extends { box: Box }>(words: readonly T[], table: Table): T[][] {
  const bands = new Map<number, T[]>();
  for (const word of words) {
    const y = (word.box[1] + word.box[3]) / 2;
    const band = table.edges.findIndex((edge, i) => y >= edge && y < (table.edges[i + 1] ?? Infinity));
    bands.set(band, [...(bands.get(band) ?? []), word]);
  }
  return [...bands]
    .sort(([a], [b]) => a - b)
    .flatMap(([, band]) => {
      const cells = cellsOf(band, table);
      const lines = cells.map((cell) => rowsOf(cell));
      if (cells.length === 1 || lines.some((cell) => cell.length > MOST_LINES) || severalRows(band, cells)) return rowsOf(band);
      return [lines.flat(2)];
    });
}

/** A rule between two rows was not seen: each line then begins in the first cell and goes on in another, which wrapped cells do not. */
function severalRows<T extends { box: Box }>(band: readonly T[], cells: readonly T[][]): boolean {
  const rows = rowsOf(band);
  const first = new Set(cells[0]);
  return rows.length > 1 && rows.every((row) => row.some((word) => first.has(word)) && row.some((word) => !first.has(word)));
}

/** Whether the middle of a box lies in the table. */
export function inTable({ box: [x0, y0, x1, y1] }: Table, box: Box): boolean {
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  return x > x0 && x < x1 && y > y0 && y < y1;
}

function cellsOf<T extends { box: Box }>(band: readonly T[], { upright }: Table): T[][] {
  const top = Math.min(...band.map((word) => word.box[1]));
  const bottom = Math.max(...band.map((word) => word.box[3]));
  const crossing = upright.filter((rule) => Math.min(rule[3], bottom) - Math.max(rule[1], top) > 0.5 * (bottom - top));
  const cells = new Map<number, T[]>();
  for (const word of band) {
    const x = (word.box[0] + word.box[2]) / 2;
    const column = crossing.filter((rule) => (rule[0] + rule[2]) / 2 < x).length;
    cells.set(column, [...(cells.get(column) ?? []), word]);
  }
  return [...cells].sort(([a], [b]) => a - b).map(([, cell]) => cell);
}

function around(boxes: readonly Box[]): Box {
  const side = (k: 0 | 1) => Math.min(...boxes.map((box) => box[k]));
  const end = (k: 2 | 3) => Math.max(...boxes.map((box) => box[k]));
  return [side(0), side(1), end(2), end(3)];
}

function tableOf(rules: readonly { box: Box; level: boolean }[]): Table {
  const levels = rules.filter((rule) => rule.level).map((rule) => rule.box);
  const upright = rules.filter((rule) => !rule.level).map((rule) => rule.box);
  const box = around(rules.map((rule) => rule.box));
  const width = box[2] - box[0];
  const middles = levels.map((rule) => ({ y: (rule[1] + rule[3]) / 2, length: rule[2] - rule[0] })).sort((a, b) => a.y - b.y);
  const edges: { y: number; length: number }[] = [];
  for (const one of middles) {
    const last = edges.at(-1);
    if (last !== undefined && one.y - last.y < NEAR) last.length += one.length;
    else edges.push({ ...one });
  }
  return { box, edges: edges.filter((edge) => edge.length > SPANS * width).map((edge) => edge.y), upright };
}

function touch(a: Box, b: Box): boolean {
  return a[0] - NEAR < b[2] && b[0] - NEAR < a[2] && a[1] - NEAR < b[3] && b[1] - NEAR < a[3];
}
