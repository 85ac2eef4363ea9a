/** A row of the chart as the contract shows it. */
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import type { Db } from '../context.ts';
import type { ChartRow } from './chart-row.ts';
import { sql } from './statements.ts';
import type { Origin } from './store.ts';

export interface ChartRecord {
  type: string;
  id: string;
  part: number;
  list: string;
  at: string | null;
  at_ms: number | null;
  title: string | null;
  title_ref: string | null;
  detail: string | null;
  status: string | null;
  weight: ChartRow['weight'];
  origin: Origin;
  by: string | null;
  by_ref: string | null;
  file: string | null;
  code: string | null;
  value: number | null;
  printed: string | null;
  unit: string | null;
  low: number | null;
  high: number | null;
  flag: ChartRow['flag'];
}

export const chartColumns =
  'type, id, part, list, at, at_ms, title, title_ref, detail, status, weight, origin, by, by_ref, file, code, value, printed, unit, low, high, flag';

export function asItem(db: Db, record: ChartRecord): ChartItem {
  const by = record.by ?? labelOf(db, record.by_ref);
  return {
    type: record.type,
    id: record.id,
    title: record.title ?? labelOf(db, record.title_ref) ?? record.title_ref ?? '',
    detail: record.detail ?? undefined,
    status: record.status ?? undefined,
    weight: record.weight,
    measurement:
      record.value === null || record.printed === null
        ? undefined
        : {
            value: record.value,
            printed: record.printed,
            unit: record.unit ?? '',
            low: record.low ?? undefined,
            high: record.high ?? undefined,
            flag: record.flag ?? undefined,
            at: record.at ?? undefined,
            by,
          },
    at: record.at ?? undefined,
    by,
    origin: record.origin,
    file: record.file ?? undefined,
  };
}

function labelOf(db: Db, reference: string | null): string | undefined {
  if (reference === null) return undefined;
  const [type, id] = reference.split('/');
  return sql<{ name: string }>(db, 'SELECT name FROM label WHERE type = ? AND id = ?').get(type, id)?.name;
}
