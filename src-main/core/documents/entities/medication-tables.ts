import { findFrequency, findRoute } from './dosing.ts';
import { dropEmpty, placeOf, spaced } from './entity.ts';
import type { Token } from './layout.ts';
import { measuredBy } from './measure.ts';
import { isMedicine } from './medicine-names.ts';
import { readPrescription } from './prescription.ts';
import { statusIn } from './status.ts';
import type { ColumnKind, Row, Table } from './tables.ts';
import type { MedicationEntity, MedicationValue } from './types.ts';

/** Medicines of a table, with their place in the running text. */
export function medicinesOfTable(table: Table): { entity: MedicationEntity; start: number }[] {
  const nameAt = table.columns.findIndex((c) => c.kind === 'medicine');
  const column =
    nameAt >= 0
      ? nameAt
      : table.columns.some((c) => c.kind === 'dose' || c.kind === 'frequency')
        ? table.columns.findIndex((c) => c.kind === 'name')
        : -1;
  return column < 0 ? [] : table.rows.flatMap((row) => fromRow(table, row, column) ?? []);
}

function fromRow(table: Table, row: Row, nameAt: number): { entity: MedicationEntity; start: number } | undefined {
  const cell = (kind: ColumnKind): Token[] => table.columns.flatMap((c, i) => (c.kind === kind ? (row.cells[i] ?? []) : []));
  const join = (tokens: Token[]) =>
    tokens
      .map((t) => t.text)
      .join(' ')
      .replace(/\/\s+/g, '/');
  const nameTokens = row.cells[nameAt] ?? [];
  const printed = join(nameTokens).replace(/^(?:\d{1,2}[.)]|[-•*])\s*/, '');
  if (!/\p{L}{3}/u.test(printed) || measuredBy(printed.split(':')[0] ?? '')) return undefined;
  const rest = row.cells.flatMap((tokens, i) => (i === nameAt ? [] : [...tokens]));
  if (rest.length === 0) return undefined;
  const inName = readPrescription(` ${printed}`, 0, true);
  const name = (inName.firstAt === undefined ? printed : printed.slice(0, inName.firstAt - 1)).replace(/[\s,:-]+$/, '');
  const spread = readPrescription(` ${join(rest)}`, 0, true);
  const doseCell = spaced(join(cell('dose')));
  const timing = join(cell('frequency'));
  const value: MedicationValue = dropEmpty({
    name,
    dose: (doseCell || spread.dose) ?? inName.dose,
    strength: doseCell && inName.dose && inName.dose !== doseCell ? inName.dose : undefined,
    route: routeOf(join(cell('route'))) ?? spread.route ?? inName.route,
    frequency: (statusIn(timing) && !findFrequency(timing) ? '' : timing) || spread.frequency || inName.frequency,
    status:
      statusIn(join(cell('status'))) ?? (findFrequency(timing) ? undefined : statusIn(timing)) ?? statusIn(join(cell('comment'))),
  });
  if (!value.dose && !value.frequency && !value.status) return undefined;
  const place = placeOf([...nameTokens, ...rest], [...nameTokens, ...cell('dose'), ...cell('frequency'), ...cell('status')]);
  const known = isMedicine(name) || name.split(/[\s/+]+/).some((word) => isMedicine(word));
  return {
    entity: { kind: 'medication', ...place, doubtful: place.doubtful || !known, value },
    start: nameTokens[0]?.start ?? 0,
  };
}

const routeOf = (printed: string): string | undefined => (printed === '' ? undefined : (findRoute(printed)?.route ?? printed));
