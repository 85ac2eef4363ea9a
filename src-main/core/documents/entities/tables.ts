import vocabulary from '../../../../resources/vocabulary/headings.json' with { type: 'json' };
import { datePattern } from './dates.ts';
import { wordPattern } from './fold.ts';
import { heightOf, type Letter, type Line, middleOf, type Token } from './layout.ts';
import { measuredBy } from './measure.ts';
import type { Section } from './sections.ts';

export type ColumnKind =
  | 'medicine'
  | 'name'
  | 'value'
  | 'previous'
  | 'date'
  /** Headed by what is measured, a row for each time. */
  | 'measured'
  /** Each row's own date. */
  | 'when'
  | 'unit'
  | 'flag'
  | 'reference'
  | 'comment'
  | 'dose'
  | 'route'
  | 'frequency'
  | 'status'
  | 'other';

export interface Column {
  kind: ColumnKind;
  x0: number;
  x1: number;
  /** Place of the header cell in the running text. */
  start: number;
  end: number;
}

export interface Row {
  page: number;
  /** The row's words by column, in reading order. */
  cells: Token[][];
}

export interface Table {
  columns: Column[];
  rows: Row[];
  header: Line;
  lines: Line[];
}

const kinds = [
  'medicine',
  'name',
  'previous',
  'value',
  'unit',
  'flag',
  'reference',
  'dose',
  'route',
  'frequency',
  'status',
  'comment',
  'when',
] as const;
const headingPatterns = kinds.map((kind): [ColumnKind, RegExp] => [
  kind,
  new RegExp(`^${wordPattern(vocabulary.columns[kind])}[.:]?$`, 'u'),
]);
const wholeDate = new RegExp(`^${datePattern}$`, 'u');

/** Finds the tables of a letter by their header lines, and their rows below, over page breaks too. */
export function findTables(letter: Letter, sections: Section[]): Table[] {
  const breaks = new Set(
    sections.filter((s) => s.kind !== 'results' && s.kind !== 'examination' && s.kind !== 'other').map((s) => s.heading[0]),
  );
  const tables: Table[] = [];
  let i = 0;
  while (i < letter.lines.length) {
    const header = letter.lines[i];
    const columns = header ? headerColumns(header) : undefined;
    i++;
    if (!header || !columns) continue;
    const body = bodyLines(letter.lines, i, columns, header, breaks);
    if (body.length === 0) continue;
    nameFirstColumn(columns, body);
    const rows = gatherRows(body, columns);
    tables.push({ columns, rows, header, lines: [header, ...body] });
    i += body.length;
  }
  return tables;
}

function headerColumns(line: Line): Column[] | undefined {
  const columns: Column[] = [];
  let unknown = 0;
  let apart = 0;
  let previous: Token | undefined;
  for (let i = 0; i < line.tokens.length; ) {
    const known = columnAt(line.tokens, i);
    const taken = known?.length ?? 1;
    const tokens = line.tokens.slice(i, i + taken);
    const first = tokens[0];
    const last = tokens.at(-1);
    if (!first || !last) break;
    const gap = previous ? first.box[0] - previous.box[2] : Number.POSITIVE_INFINITY;
    const wide = gap > 0.55 * heightOf(first);
    if (known && wide) apart++;
    const home = columns.at(-1);
    if (!known && !wide && home) {
      home.x1 = last.box[2];
      if (home.kind !== 'other') unknown++;
    } else if (known && !wide && home?.kind === 'other') {
      // "Bio. ref. interval": the words before a known heading belong to it.
      Object.assign(home, { kind: known.kind, x1: last.box[2], end: last.end });
      apart++;
      unknown--;
    } else {
      columns.push({ kind: known?.kind ?? 'other', x0: first.box[0], x1: last.box[2], start: first.start, end: last.end });
      if (!known) unknown++;
    }
    previous = last;
    i += taken;
  }
  const measured = columns.filter((c) => c.kind === 'measured').length;
  if (measured >= 3 && apart >= measured && columns.length - measured <= 2 && !/\d{2}/.test(printedOf(line))) return columns;
  for (const column of columns) {
    if (column.kind !== 'measured') continue;
    column.kind = 'other';
    unknown++;
    apart--;
  }
  const found = columns.filter((c) => c.kind !== 'other');
  const kinds = new Set(found.map((c) => c.kind));
  const carries = ['value', 'date', 'dose', 'frequency'].some((kind) => found.some((c) => c.kind === kind));
  const headed = kinds.size >= 2 || found.filter((c) => c.kind === 'date').length >= 2;
  if (!carries || !headed || apart < found.length || unknown > found.length) return undefined;
  // "Admitted 02/02/2026 Discharged 11/02/2026" are labels with their dates, no header.
  if (kinds.size === 1 && columns.some((c, n) => c.kind === 'other' && n > 0)) return undefined;
  return columns;
}

const printedOf = (line: Line): string => line.tokens.map((t) => t.text).join(' ');

function columnAt(tokens: Token[], at: number): { kind: ColumnKind; length: number } | undefined {
  for (let length = Math.min(5, tokens.length - at); length >= 1; length--) {
    const slice = tokens.slice(at, at + length);
    // Words of one heading stand close together.
    if (slice.some((t, n) => n > 0 && t.box[0] - (slice[n - 1]?.box[2] ?? 0) > 0.7 * heightOf(t))) continue;
    const printed = slice.map((t) => t.folded).join(' ');
    if (wholeDate.test(printed)) return { kind: 'date', length };
    const kind = headingPatterns.find(([, pattern]) => pattern.test(printed))?.[0];
    if (kind) return { kind, length };
    if (measuredBy(slice.map((t) => t.text).join(' '))) return { kind: 'measured', length };
  }
  return undefined;
}

function bodyLines(lines: Line[], from: number, columns: Column[], header: Line, breaks: Set<number>): Line[] {
  const body: Line[] = [];
  let bare = 0;
  let last = header;
  let pitch = 0;
  for (let i = from; i < lines.length; i++) {
    const line = lines[i];
    if (!line || breaks.has(line.start) || isProse(line, columns) || headerColumns(line)) break;
    const filled = new Set(assign(line, columns).map(([column]) => column)).size;
    if (line.page === last.page) {
      const gap = middleOf(line) - middleOf(last);
      if (pitch > 0 && gap > 2.6 * pitch) break;
      if (body.length > 0) pitch = Math.max(pitch, gap);
      else if (gap > 6 * heightOf(header)) break;
      else pitch = gap;
    } else if (filled < 2) break;
    bare = filled < 2 ? bare + 1 : 0;
    if (bare > 3) break;
    body.push(line);
    last = line;
  }
  // A title or paragraph behind the table is no part of it.
  for (let line = body.at(-1); line && isTitle(line, columns); line = body.at(-1)) body.pop();
  return body;
}

function isTitle(line: Line, columns: Column[]): boolean {
  const filled = new Set(assign(line, columns).map(([column]) => column)).size;
  const atLeft = Math.abs(line.box[0] - (columns[0]?.x0 ?? 0)) < heightOf(line);
  return filled < 2 && atLeft && !/^\p{Ll}/u.test(line.tokens[0]?.text ?? '');
}

/** A stretch of words without gaps that runs over the edges of columns and does not care where they are. */
function isProse(line: Line, columns: Column[]): boolean {
  let run: Token[] = [];
  const runs: Token[][] = [];
  for (const token of line.tokens) {
    const before = run.at(-1);
    if (before && token.box[0] - before.box[2] > 0.6 * heightOf(token)) {
      runs.push(run);
      run = [];
    }
    run.push(token);
  }
  runs.push(run);
  return runs.some((words) => {
    const left = words[0]?.box[0] ?? 0;
    const right = words.at(-1)?.box[2] ?? 0;
    const h = heightOf(line);
    const crossed = columns.filter((c) => c.x0 > left + h && c.x0 < right - 0.5 * h);
    const kept = crossed.filter((c) => words.some((w) => Math.abs(w.box[0] - c.x0) < 0.4 * h));
    if (crossed.length === 0 || words.length < 5) return false;
    return words.length >= 8 || kept.length < (crossed.length + 1) / 2;
  });
}

/** Gives each word of a line its column: by the edge of the header it lines up with, else by nearness. */
function assign(line: Line, columns: Column[]): [column: number, token: Token][] {
  const assigned: [number, Token][] = [];
  let cell: Token[] = [];
  const close = () => {
    if (cell.length === 0) return;
    const column = nearestColumn(cell, columns);
    for (const token of cell) assigned.push([column, token]);
    cell = [];
  };
  for (const token of line.tokens) {
    const before = cell.at(-1);
    if (before) {
      const gap = token.box[0] - before.box[2];
      const h = heightOf(token);
      const atEdge = columns.some((c) => Math.abs(c.x0 - token.box[0]) < 0.3 * h) && gap > 0.2 * h;
      if (gap > 0.75 * h || atEdge) close();
    }
    cell.push(token);
  }
  close();
  return assigned;
}

function nearestColumn(cell: Token[], columns: Column[]): number {
  const x0 = cell[0]?.box[0] ?? 0;
  const x1 = cell.at(-1)?.box[2] ?? 0;
  const distance = (c: Column) => Math.min(Math.abs(c.x0 - x0), Math.abs(c.x1 - x1), Math.abs((c.x0 + c.x1) / 2 - (x0 + x1) / 2));
  let best = 0;
  for (let i = 1; i < columns.length; i++) {
    const column = columns[i];
    const known = columns[best];
    if (column && known && distance(column) < distance(known)) best = i;
  }
  return best;
}

/** The first column of a table of dates often has no heading: it names what is measured. */
function nameFirstColumn(columns: Column[], body: Line[]): void {
  const first = columns[0];
  if (!first || columns.some((c) => c.kind === 'name' || c.kind === 'medicine')) return;
  const left = Math.min(...body.map((l) => l.box[0]));
  if (first.kind === 'other') first.kind = 'name';
  else if (left < first.x0 - 2 * heightOf(body[0] ?? { box: [0, 0, 0, 0] }))
    columns.unshift({ kind: 'name', x0: left, x1: left, start: first.start, end: first.start });
}

interface Strip {
  page: number;
  middle: number;
  cells: Token[][];
}

/** Lines to rows. Cells broken over two lines stand above and below the line of their neighbours, or below only. */
function gatherRows(body: Line[], columns: Column[]): Row[] {
  const strips = body.map((line): Strip => {
    const cells: Token[][] = columns.map(() => []);
    for (const [column, token] of assign(line, columns)) cells[column]?.push(token);
    return { page: line.page, middle: middleOf(line), cells };
  });
  const name = Math.max(
    0,
    columns.findIndex((c) => c.kind === 'name' || c.kind === 'medicine'),
  );
  const named = strips.filter((s) => s.cells[name]?.length);
  const gaps = named
    .slice(1)
    .map((s, i) => s.middle - (named[i]?.middle ?? 0))
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  const pitch = gaps[gaps.length >> 1] ?? 2 * heightOf(body[0] ?? { box: [0, 0, 0, 0] });
  const groups: Strip[][] = [];
  for (const strip of strips) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const disjoint = last && strip.cells.every((cell, i) => cell.length === 0 || last.cells[i]?.length === 0);
    if (group && last && disjoint && last.page === strip.page && strip.middle - last.middle < 0.75 * pitch) group.push(strip);
    else groups.push([strip]);
  }
  const rows: Row[] = [];
  let lastMiddle = 0;
  for (const group of groups) {
    const cells = columns.map((_, i) => group.flatMap((strip) => strip.cells[i] ?? []));
    const page = group[0]?.page ?? 1;
    const row = rows.at(-1);
    const near = row && row.page === page && (group[0]?.middle ?? 0) - lastMiddle < 1.3 * pitch;
    const filled = cells.filter((cell) => cell.length > 0).length;
    const continues = cells[name]?.length === 0 || (filled === 1 && /^[\p{Ll}(]/u.test(cells[name]?.[0]?.text ?? ''));
    if (row && near && continues) for (const [i, cell] of cells.entries()) row.cells[i]?.push(...cell);
    else rows.push({ page, cells });
    lastMiddle = group.at(-1)?.middle ?? 0;
  }
  return rows;
}
