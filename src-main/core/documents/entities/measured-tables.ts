import type { Context } from './context.ts';
import { headingDate } from './context.ts';
import { placeOf } from './entity.ts';
import { editDistance, fold } from './fold.ts';
import type { Token } from './layout.ts';
import { fuzzyKeys, keyOf, type Measured, measuredBy } from './measure.ts';
import { buildMeasurement, type Measurement } from './measurement.ts';
import { abbreviations, flagPattern, names, pressure } from './reading-patterns.ts';
import type { Column, Row, Table } from './tables.ts';
import { numberPattern, tidyUnit, unitPattern } from './units.ts';
import { notCurrent } from './vital-signs.ts';

const cellValue = new RegExp(
  `^(?<flagBefore>${flagPattern}\\s)?(?<number>${pressure}|${numberPattern})(?:\\s*(?<unit>${unitPattern}))?(?:\\s*\\(?(?<flag>${flagPattern})\\)?)?(?![\\d+])`,
  'ui',
);
const nameUnit = new RegExp(`[(\\[,]\\s*(${unitPattern})\\s*[)\\]]?$`, 'u');

/** Measurements of a table, each value column or date column of each row. */
export function measurementsOfTable(context: Context, table: Table): Measurement[] {
  const { columns } = table;
  const nameAt = columns.findIndex((c) => c.kind === 'name');
  if (nameAt < 0) return [];
  const dated = headingDate(context, table.header.start);
  return table.rows.flatMap((row) => fromRow(context, columns, row, nameAt, dated));
}

function fromRow(context: Context, columns: Column[], row: Row, nameAt: number, dated: string | undefined): Measurement[] {
  const cell = (kind: Column['kind']): Token[] => row.cells[columns.findIndex((c) => c.kind === kind)] ?? [];
  const nameTokens = row.cells[nameAt] ?? [];
  const printed = nameTokens
    .map((t) => t.text)
    .join(' ')
    .replace(/[:.]$/, '');
  if (printed === '' || notCurrent.test(`${fold(printed).split(' ')[0]} `)) return [];
  const named = nameInCell(printed);
  const found: Measurement[] = columns.flatMap((column, i) =>
    column.kind === 'measured' ? (fromColumn(context, column, row, i, nameAt) ?? []) : [],
  );
  for (const [i, column] of columns.entries()) {
    if (column.kind !== 'value' && column.kind !== 'date') continue;
    const tokens = row.cells[i] ?? [];
    const folded = tokens.map((t) => t.folded).join(' ');
    const match = cellValue.exec(folded);
    if (!match?.groups) continue;
    const { number, unit: inCell, flag, flagBefore } = match.groups;
    const unitTokens = cell('unit');
    const unit =
      unitTokens.length > 0
        ? unitTokens.map((t) => t.text).join(' ')
        : inCell
          ? folded.slice(folded.indexOf(inCell), folded.indexOf(inCell) + inCell.length)
          : (nameUnit.exec(fold(printed))?.[1] ?? '');
    const printedCell = tokens.map((t) => t.text).join(' ');
    const numberAt = folded.indexOf(number ?? '');
    const unitAt = inCell ? folded.indexOf(inCell, numberAt) : -1;
    const beside = cell('reference');
    // "mL/min/1.73 m2" may run into the next column.
    const spill = beside[0]?.folded === 'm2' && /1[.,]73$/.test(unitTokens.at(-1)?.text ?? '') ? beside[0] : undefined;
    const range = beside
      .filter((t) => t !== spill)
      .map((t) => t.text)
      .join(' ');
    const flagText =
      cell('flag')
        .map((t) => t.text)
        .join(' ') ||
      flag ||
      flagBefore;
    // A row that is neither a known measurement nor has a unit or range is prose between rows.
    if (!named.measured && unit === '' && range === '') continue;
    const all = [...nameTokens, ...tokens, ...unitTokens];
    found.push(
      buildMeasurement(context, {
        name: printed,
        measured: named.measured,
        fuzzy: named.fuzzy,
        value: printedCell.slice(numberAt, numberAt + (number?.length ?? 0)),
        unit: tidyUnit(
          spill
            ? `${unit} ${spill.text}`
            : unitTokens.length > 0 || !inCell
              ? unit
              : printedCell.slice(unitAt, unitAt + inCell.length),
        ),
        place: placeOf(all),
        flag: flagText,
        range: range === '' ? undefined : range,
        date: column.kind === 'date' ? dateAt(context, column.start) : (dateAt(context, cell('when')[0]?.start ?? -9) ?? dated),
      }),
    );
  }
  return found;
}

/** A cell of a chart whose columns are headed by what is measured: the row's first cell has its date. */
function fromColumn(context: Context, column: Column, row: Row, at: number, timeAt: number): Measurement | undefined {
  const { text } = context.letter;
  const tokens = row.cells[at] ?? [];
  const name = text.slice(column.start, column.end);
  const match = cellValue.exec(tokens.map((t) => t.folded).join(' '));
  const time = row.cells[timeAt]?.[0];
  if (!match?.groups?.number || !time || !/\d/.test(time.text)) return undefined;
  const printed = tokens.map((t) => t.text).join(' ');
  const start = match[0].indexOf(match.groups.number);
  return buildMeasurement(context, {
    name,
    measured: measuredBy(name),
    value: printed.slice(start, start + match.groups.number.length),
    unit: tidyUnit(match.groups.unit ?? ''),
    place: placeOf(tokens),
    date: dateAt(context, time.start),
  });
}

/** What a name cell measures: the longest known name in it, or one with a letter wrong. */
function nameInCell(printed: string): { measured: Measured | undefined; fuzzy?: boolean } {
  const bare = printed.replace(/\s*[([].*$/, '').trim();
  const whole = measuredBy(printed) ?? measuredBy(bare) ?? measuredBy(bare.replace(/[*,]+$/, ''));
  if (whole) return { measured: whole };
  const inside = [...fold(printed).matchAll(names)].sort((a, b) => b[0].length - a[0].length)[0];
  const short = [...printed.matchAll(abbreviations)][0];
  const known = inside ? measuredBy(inside[0]) : short ? measuredBy(short[0]) : undefined;
  // "Urine sodium" is not serum sodium: known as a lab value, but without its code and range.
  if (known)
    return {
      measured: /\b(?:urine|urinary|csf|pleural|ascitic|orina|lcr|urinaire|urina|mkojo)\b|मूत्र/.test(fold(printed))
        ? undefined
        : known,
    };
  const key = keyOf(bare);
  const near = key.length >= 6 ? fuzzyKeys.find((k) => editDistance(k, key, 1) <= 1) : undefined;
  return near ? { measured: measuredBy(near), fuzzy: true } : { measured: undefined };
}

const dateAt = (context: Context, start: number): string | undefined =>
  context.dates.find((d) => d.start >= start - 1 && d.start <= start + 1)?.value.iso;
