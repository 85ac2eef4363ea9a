import type { Rules } from './clean/rules.ts';
import { rowsOf } from './layout.ts';
import type { Box } from './page.ts';

const NEAR = 14; // pixels within which rules touch
const SPANS = 0.6; // of the table's width: a shorter level rule parts some cells only, not the row
const MOST_LINES = 4; // in a cell; more is running text in a frame

/** A ruled table: where it lies and the edges of its rows; `upright` are the rules between its columns. */
export interface Table {
  box: Box;
  edges: number[];
  upright: Box[];
}

/** Tables made of rules that touch each other: at least two levels and two uprights. */
export function tablesOf({ level, upright }: Rules): Table[] {
  const all = [...level.map((box) => ({ box, level: true })), ...upright.map((box) => ({ box, level: false }))];
  const left = new Set(all);
  const tables: Table[] = [];
  for (const start of all) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (let i = 0; i < group.length; i++) {
      const one = group[i];
      for (const other of left) {
        if (one === undefined || one.level === other.level || !touch(one.box, other.box)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    const levels = group.filter((rule) => rule.level).map((rule) => rule.box);
    const uprights = group.filter((rule) => !rule.level).map((rule) => rule.box);
    if (levels.length >= 2 && uprights.length >= 2) tables.push(tableOf(levels, uprights));
  }
  return tables;
}

/** The words of a table as lines: each row of the table one, cell after cell; running text within one frame keeps its own lines. */
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
      if (cells.length === 1 || lines.some((cell) => cell.length > MOST_LINES)) return lines.flat();
      return [lines.flat(2)];
    });
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

function tableOf(levels: readonly Box[], upright: Box[]): Table {
  const rules = [...levels, ...upright];
  const side = (k: 0 | 1) => Math.min(...rules.map((rule) => rule[k]));
  const end = (k: 2 | 3) => Math.max(...rules.map((rule) => rule[k]));
  const box: Box = [side(0), side(1), end(2), end(3)];
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
