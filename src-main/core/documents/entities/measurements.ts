import type { Context } from './context.ts';
import { fold } from './fold.ts';
import { measurementsOfTable } from './measured-tables.ts';
import { measurementsInText } from './measured-text.ts';
import type { Measurement } from './measurement.ts';

/** Vital signs and laboratory values: first from tables, then from running text. */
export function findMeasurements(context: Context): Measurement[] {
  const found: Measurement[] = [];
  const taken: [number, number][] = [];
  for (const table of context.tables) {
    const rows = measurementsOfTable(context, table);
    if (rows.length > 0) for (const line of table.lines) taken.push([line.start, line.end]);
    found.push(...rows);
  }
  const inText = measurementsInText(context, taken);
  return withoutRepeats([...found, ...inText]);
}

function withoutRepeats(found: Measurement[]): Measurement[] {
  const kept: Measurement[] = [];
  for (const one of found) {
    const repeats = kept.some(
      (k) =>
        nameKey(k) === nameKey(one) &&
        k.value.value === one.value.value &&
        k.value.unit === one.value.unit &&
        (!one.value.date || k.value.date === one.value.date),
    );
    if (!repeats) kept.push(one);
  }
  return kept;
}

const nameKey = (one: Measurement): string => (one.kind === 'vital' ? one.value.type : (one.value.loinc ?? fold(one.value.name)));
