/** The chart read from its narrow rows. */

import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { earliestMs } from '../../../src-shared/fhir/dates.ts';
import { type Json, plain } from '../../../src-shared/fhir/json.ts';
import { vitals } from '../../../src-shared/fhir/vitals.ts';
import type { Handlers } from '../bind.ts';
import { query } from '../bind.ts';
import type { Db } from '../context.ts';
import { asItem, type ChartRecord, chartColumns } from './chart-record.ts';
import { countHidden, type Hidden, hiddenFrom, labelsIn, unlessHidden } from './sensitivity.ts';
import { sql } from './statements.ts';
import { readResource } from './store.ts';
import { timeline } from './timeline.ts';

const CURRENT =
  "coalesce(status, 'active') NOT IN ('inactive', 'resolved', 'remission', 'stopped', 'completed', 'cancelled', 'ended', 'refuted', 'not-taken', 'draft', 'unknown')";
const SUMMARY_MAX = 100;

export const chartProcedures: Handlers = {
  'chart.summary': query((context, { patient }) => {
    const { db } = context.vault;
    const hidden = hiddenFrom(context, patient);
    const shown = unlessHidden(hidden);
    const current = (list: string) =>
      items(
        db,
        patient,
        hidden,
        `list = ? AND ${CURRENT} ORDER BY weight = 'critical' DESC, at_ms DESC LIMIT ${SUMMARY_MAX}`,
        list,
      );
    const counts = sql<{ list: string; n: number }>(
      db,
      `SELECT list, count(*) AS n FROM chart_row WHERE patient = ? AND ${shown.where} GROUP BY list`,
    ).all(patient, ...shown.values);
    return {
      problems: current('problems'),
      medicines: current('medicines'),
      allergies: current('allergies'),
      latest: latestVitals(db, patient, hidden),
      counts: Object.fromEntries(counts.map(({ list, n }) => [list, n])),
      lastEncounter: items(db, patient, hidden, "list = 'encounters' ORDER BY at_ms DESC LIMIT 1")[0],
    };
  }),

  'chart.list': query((context, { patient, list, limit }) => {
    const { db } = context.vault;
    const hidden = hiddenFrom(context, patient);
    const shown = unlessHidden(hidden);
    const total =
      sql<{ n: number }>(db, `SELECT count(*) AS n FROM chart_row WHERE patient = ? AND ${shown.where} AND list = ?`).get(
        patient,
        ...shown.values,
        list,
      )?.n ?? 0;
    const currentFirst = list === 'problems' || list === 'medicines' || list === 'allergies' ? `(${CURRENT}) DESC, ` : '';
    return {
      items: items(db, patient, hidden, `list = ? ORDER BY ${currentFirst}at_ms DESC, type, id, part LIMIT ?`, list, limit),
      total,
      hidden: countHidden(db, patient, hidden, list),
    };
  }),

  'chart.timeline': query((context, { patient, before, limit }) => {
    const beforeMs = before === undefined ? undefined : earliestMs(before);
    if (before !== undefined && beforeMs === undefined) throw new AppError('invalid-input', { what: '"before" is not a time' });
    return timeline(context.vault.db, patient, beforeMs, limit, hiddenFrom(context, patient));
  }),

  'chart.vitals': query((context, { patient }) => {
    const { db } = context.vault;
    const adult = isAdult(db, patient, context.clock.now());
    const shown = unlessHidden(hiddenFrom(context, patient));
    const rows = sql<{
      code: string;
      title: string;
      unit: string;
      at: string;
      value: number;
      printed: string;
      id: string;
      low: number | null;
      high: number | null;
    }>(
      db,
      `SELECT code, title, unit, at, value, printed, id, low, high FROM chart_row WHERE patient = ? AND ${shown.where} AND list = 'vitals' AND value IS NOT NULL AND at_ms IS NOT NULL ORDER BY at_ms, id, part`,
    ).all(patient, ...shown.values);
    const known = vitals.map((vital) => ({
      code: vital.code,
      name: vital.name,
      unit: vital.printedUnit,
      low: adult ? vital.band?.[0] : undefined,
      high: adult ? vital.band?.[1] : undefined,
    }));
    const others = [
      ...new Map(
        rows
          .filter((row) => row.code !== null && !vitals.some((vital) => vital.code === row.code))
          .map((row) => [
            row.code,
            { code: row.code, name: row.title, unit: row.unit, low: row.low ?? undefined, high: row.high ?? undefined },
          ]),
      ).values(),
    ];
    const series = [...known, ...others].map((one) => ({
      ...one,
      points: rows
        .filter((row) => row.code === one.code && row.unit === one.unit)
        .map(({ at, value, printed, id }) => ({ at, value, printed, id })),
    }));
    return { series: series.filter((one) => one.points.length > 0) };
  }),

  'chart.resource': query((context, { patient, type, id }) => {
    const stored = readResource(context.vault.db, type, id);
    if (
      stored === undefined ||
      (stored.patient !== patient && !isReferredTo(context.vault.db, patient, type, id, stored.patient))
    )
      throw new AppError('not-found', { what: 'entry' });
    if (hiddenFrom(context, patient).has(`${type}/${id}`)) throw new AppError('hidden-for-sensitivity');
    // The parser made it: it is JSON.
    return { resource: plain(stored.resource as Json), version: stored.version };
  }),
};

/** A resource of nobody (Organization, Medication ...) is readable on the chart that refers to it. */
function isReferredTo(db: Db, patient: string, type: string, id: string, owner: string | null): boolean {
  if (owner !== null) return false;
  return (
    sql(
      db,
      'SELECT 1 FROM reference f JOIN resource r ON r.type = f.type AND r.id = f.id WHERE f.target_type = ? AND f.target_id = ? AND r.patient = ? LIMIT 1',
    ).get(type, id, patient) !== undefined
  );
}

/** @param where a constant text; values are bound */
function items(db: Db, patient: string, hidden: Hidden, where: string, ...values: unknown[]): ChartItem[] {
  const shown = unlessHidden(hidden);
  const labels = labelsIn(db, patient);
  return sql<ChartRecord>(db, `SELECT ${chartColumns} FROM chart_row WHERE patient = ? AND ${shown.where} AND ${where}`)
    .all(patient, ...shown.values, ...values)
    .map((record) => ({ ...asItem(db, record), labels: labels.get(`${record.type}/${record.id}`) }));
}

function latestVitals(db: Db, patient: string, hidden: Hidden): ChartItem[] {
  const shown = unlessHidden(hidden);
  const found = new Map<string, ChartItem>();
  // The newest of each code; SQLite takes the other columns from the row of the maximum (documented for bare columns with max()).
  const rows = sql<ChartRecord>(
    db,
    `SELECT ${chartColumns}, max(at_ms) FROM chart_row WHERE patient = ? AND ${shown.where} AND list = 'vitals' AND value IS NOT NULL GROUP BY code`,
  ).all(patient, ...shown.values);
  for (const record of rows) found.set(record.code ?? record.id, asItem(db, record));
  const order = vitals.map((vital) => vital.code);
  const place = (code: string) => (order.includes(code) ? order.indexOf(code) : order.length);
  return [...found].sort((one, other) => place(one[0]) - place(other[0])).map(([, item]) => item);
}

/** Bands are those of adults: younger people get none rather than wrong ones. */
function isAdult(db: Db, patient: string, nowMs: number): boolean {
  const birth = sql<{ birth_date: string | null }>(db, 'SELECT birth_date FROM patient_row WHERE id = ?').get(
    patient,
  )?.birth_date;
  const ms = birth == null ? undefined : earliestMs(birth);
  return ms !== undefined && nowMs - ms >= 18 * 365.25 * 86_400_000;
}
