/** How the models do here: agreement of clinicians, refusals, drift of what comes in; what is out of bounds becomes a task. */
import type { WatchRow } from '../../../../src-shared/contract/models.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context, Db, Tx } from '../../context.ts';
import type { Manifest } from '../manifest.ts';
import { type KnownModel, knownModels } from '../models-in-use.ts';
import { type Alarm, alarmsOf, closeAlarm, openAlarms, raiseAlarm } from './alarms.ts';
import { latestReadings, type Watched } from './readings-of-models.ts';
import { shareOf, stabilityIndex } from './statistics.ts';

/** Fewer pictures say nothing about drift. */
const DRIFT_IMAGES_MIN = 50;
const LOOK_AGAIN_MS = 10 * 60_000;

export async function watchModels(context: Context): Promise<WatchRow[]> {
  return rowsOf(context.vault.db, await knownModels(context));
}

const lookedMs = new WeakMap<Db, number>();

/** Raises a task for what is out of bounds now; looks at most every ten minutes unless it is asked to. */
export async function lookAfterModels(context: Context, now = false): Promise<void> {
  const { db } = context.vault;
  const at = context.clock.now();
  if (!now && at - (lookedMs.get(db) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS) return;
  lookedMs.set(db, at);
  const known = await knownModels(context);
  const open = openAlarms(db);
  for (const row of rowsOf(db, known)) {
    for (const alarm of alarmsOf(row)) {
      if (open.some((one) => one.id === alarm.id)) continue;
      context.write({ action: 'C', procedure: 'models.watch', model: `${row.id} ${row.version}` }, (tx) => raiseAlarm(tx, alarm));
    }
  }
}

/** Throws `not-found`. */
export function alarmSeen(context: Context, tx: Tx, id: string): void {
  if (!closeAlarm(tx, id, context.person)) throw new AppError('not-found', { what: 'task' });
}

function rowsOf(db: Db, known: readonly KnownModel[]): WatchRow[] {
  const groups = new Map<string, Watched[]>();
  for (const one of latestReadings(db)) {
    const key = `${one.model} ${one.version}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  // A version in the shadow is watched before anything stands in a chart.
  for (const { model, version } of shadowVersions(db))
    if (!groups.has(`${model} ${version}`)) groups.set(`${model} ${version}`, []);
  const alarms = openAlarms(db);
  return [...groups.entries()].map(([key, readings]) => {
    const [id = '', version = ''] = key.split(' ');
    const manifest = known.find((one) => one.manifest.id === id && one.manifest.version === version)?.manifest;
    return rowOf(db, id, version, manifest, readings, alarms);
  });
}

function rowOf(
  db: Db,
  id: string,
  version: string,
  manifest: Manifest | undefined,
  readings: readonly Watched[],
  alarms: readonly Alarm[],
): WatchRow {
  const decided = readings.filter(({ verdict }) => verdict !== undefined);
  const said = (verdict: Watched['verdict']) => shareOf(decided.filter((one) => one.verdict === verdict).length, decided.length);
  const shadow = shadowOf(db, id, version);
  const since = readings.at(-1)?.at;
  return {
    id,
    version,
    task: manifest?.task ?? readings[0]?.task ?? '',
    readings: readings.length,
    ...(since === undefined ? {} : { since }),
    accepted: said('accepted'),
    changed: said('changed'),
    rejected: said('rejected'),
    refused: shareOf(readings.filter(({ status }) => status === 'refused').length, readings.length),
    drift: driftOf(manifest, readings),
    ...(shadow ? { shadow } : {}),
    alarms: alarms
      .filter((alarm) => alarm.model === id && alarm.version === version)
      .map(({ id: alarm, says, since: raised, seenBy }) => ({ id: alarm, says, since: raised, ...(seenBy ? { seenBy } : {}) })),
  };
}

function driftOf(manifest: Manifest | undefined, readings: readonly Watched[]): WatchRow['drift'] {
  if (!manifest?.reference) return null;
  const rows = Object.entries(manifest.reference.features).flatMap(([feature, { edges, shares }]) => {
    const values = readings.flatMap(({ features }) => features[feature] ?? []);
    return values.length < DRIFT_IMAGES_MIN
      ? []
      : [{ feature, psi: stabilityIndex(values, edges, shares), images: values.length }];
  });
  return rows.length === 0 ? null : rows;
}

function shadowVersions(db: Db): { model: string; version: string }[] {
  return db.prepare<[], { model: string; version: string }>('SELECT DISTINCT model, version FROM shadow_reading').all();
}

function shadowOf(db: Db, id: string, version: string): WatchRow['shadow'] {
  const row = db
    .prepare<[string, string], { against: string; agreed: number; n: number }>(
      'SELECT max(against) AS against, sum(agrees) AS agreed, count(*) AS n FROM (SELECT against, agrees FROM shadow_reading WHERE model = ? AND version = ? ORDER BY at DESC LIMIT 2000)',
    )
    .get(id, version);
  return row && row.n > 0 ? { against: row.against, agreement: shareOf(row.agreed, row.n) } : undefined;
}
