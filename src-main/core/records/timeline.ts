/** Everything that happened to a patient, newest first; values taken together stand in one line. */
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { vitals } from '../../../src-shared/fhir/vitals.ts';
import type { Db } from '../context.ts';
import { asItem, type ChartRecord, chartColumns } from './chart-record.ts';
import { type Hidden, labelsIn, unlessHidden } from './sensitivity.ts';
import { sql } from './statements.ts';

/** Rows read for one page: vital signs and panels fold several into one line. */
const ROWS_PER_LINE = 8;

export function timeline(
  db: Db,
  patient: string,
  beforeMs: number | undefined,
  limit: number,
  hidden: Hidden,
): { items: ChartItem[]; next?: string } {
  const asked = limit * ROWS_PER_LINE;
  const visible = unlessHidden(hidden);
  const labels = labelsIn(db, patient);
  // What a report lists as its results is shown by the report.
  const rows = sql<ChartRecord>(
    db,
    `SELECT ${chartColumns} FROM chart_row c WHERE patient = ? AND ${visible.where} AND at_ms IS NOT NULL AND at_ms < ?
      AND NOT (list = 'labs' AND EXISTS (SELECT 1 FROM reference f WHERE f.target_type = c.type AND f.target_id = c.id AND f.type = 'DiagnosticReport'))
      ORDER BY at_ms DESC, list, type, id, part LIMIT ?`,
  ).all(patient, ...visible.values, beforeMs ?? Number.MAX_SAFE_INTEGER, asked);
  // `next` is a time: lines of one moment must not be torn apart, or the rest of them would never be shown.
  const cutMs = rows.length < asked ? undefined : rows.at(-1)?.at_ms;
  const whole = rows.filter((row) => row.at_ms !== cutMs);
  const lines = fold(whole.length > 0 ? whole : rows);
  const lastMs = lines[Math.min(limit, lines.length) - 1]?.[0]?.at_ms;
  const shown = lines.filter(([first], index) => index < limit || first?.at_ms === lastMs);
  const last = shown.at(-1)?.[0];
  const more = shown.length < lines.length || rows.length === asked;
  return {
    items: shown.map((group) => {
      const item = line(db, group);
      return { ...item, labels: labels.get(`${item.type}/${item.id}`) };
    }),
    next: more && last?.at_ms != null ? new Date(last.at_ms).toISOString() : undefined,
  };
}

/** Groups of rows that make one line: vital signs of one moment, lone laboratory values of one moment; each other row is a line. */
function fold(rows: ChartRecord[]): ChartRecord[][] {
  const groups: ChartRecord[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    const together =
      (row.list === 'vitals' || row.list === 'labs') && last?.[0]?.list === row.list && last[0].at_ms === row.at_ms;
    if (together) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

const order = vitals.map((vital) => vital.code);
const place = (code: string | null) => (code !== null && order.includes(code) ? order.indexOf(code) : order.length);

function line(db: Db, group: ChartRecord[]): ChartItem {
  const [first] = group;
  if (first === undefined) throw new Error('a line has at least one row');
  const item = asItem(db, first);
  if (first.list !== 'vitals' && (first.list !== 'labs' || group.length === 1)) return item;
  const values = [...group]
    .sort((one, other) => place(one.code) - place(other.code))
    .map((row) =>
      `${row.title ?? ''} ${row.printed ?? row.detail ?? ''} ${row.unit ?? ''}${row.flag === null ? '' : ` ${row.flag}`}`.trim(),
    );
  const weight = group.some((row) => row.weight === 'critical')
    ? 'critical'
    : group.some((row) => row.weight === 'doubt')
      ? 'doubt'
      : 'plain';
  return {
    ...item,
    title: first.list === 'vitals' ? 'Vital signs' : 'Laboratory values',
    detail: values.join(' · '),
    weight,
    measurement: undefined,
  };
}
