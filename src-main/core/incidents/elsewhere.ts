/** Incidents of other workstations, and what is done about any of them anywhere: taken in from notices, put together alike by everybody. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AffectedPatient } from '../../../src-shared/contract/incidents.ts';
import { type IncidentState, incidentStates } from '../../../src-shared/incidents/states.ts';
import { EXTENT_PATIENTS_MAX, type ItemOf, stateOf } from '../../../src-shared/ledger/event.ts';
import { laterHlc } from '../../../src-shared/sync/hlc.ts';
import type { Context, Db, Tx } from '../context.ts';
import { nameOfWorkstation, tagOf, tell } from '../ledger/index.ts';
import { isoTime } from '../ports.ts';
import { affectedPatients } from './affected.ts';
import { readIncident, type StoredIncident } from './store.ts';

type IncidentItem = ItemOf<'incident'> | ItemOf<'incident-step'> | ItemOf<'incident-extent'>;

/** What is done under a broken glass belongs to it for an hour; a little longer, so that the last act is told too. */
const TOLD_AFTER_END_MS = 2 * 3_600_000;
/** The log is read for each: of very many the newest come first. */
const EXTENTS_A_ROUND = 50;
/** While it grows, whom it concerns is told at most so often. */
const TELL_EVERY_MS = 60_000;

/** Takes in a notice on an incident. @param device whose notice it is */
export function takeIncident(tx: Tx, item: IncidentItem, device: string): void {
  if (item.kind === 'incident') takeRaised(tx, item, device);
  else if (item.kind === 'incident-step') takeStep(tx, item, device);
  else takeExtent(tx, item, device);
  tx.touched({ type: 'Incident', id: item.incident });
  tx.changed(['incidents']);
}

function takeRaised(tx: Tx, item: ItemOf<'incident'>, device: string): void {
  const number = (tx.db.prepare<[], { n: number | null }>('SELECT max(number) AS n FROM incident').get()?.n ?? 0) + 1;
  tx.db
    .prepare(
      `INSERT OR IGNORE INTO incident (id, number, rule, cause, severity, state, begun, person, patient, facts, begins_at, ends_at, discovered_at, origin, label, person_user, person_name)
      VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      item.incident,
      number,
      item.rule,
      `${device}:${item.incident}`,
      item.severity,
      item.state,
      item.state,
      item.patient ?? null,
      item.said,
      item.begins,
      item.ends,
      item.discovered,
      device,
      `${tagOf(device)}-${item.number}`,
      item.person?.userName ?? null,
      item.person?.displayName ?? null,
    );
}

function takeStep(tx: Tx, item: ItemOf<'incident-step'>, device: string): void {
  const { to, after, assigned, begins, ends } = item;
  tx.db
    .prepare(
      'INSERT OR IGNORE INTO incident_step (incident, at, by, kind, text, item, hlc, by_name, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      item.incident,
      item.at,
      `elsewhere:${device}`,
      item.step,
      item.text,
      item.id,
      item.hlc,
      `${item.by}, ${nameOfWorkstation(device)}`,
      JSON.stringify({ to, after, assigned, begins, ends }),
    );
  const last = tx.db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'hlc'").get()?.value ?? '';
  tx.db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('hlc', ?)").run(laterHlc(last, item.hlc));
  putTogether(tx.db, item.incident);
}

function takeExtent(tx: Tx, item: ItemOf<'incident-extent'>, device: string): void {
  tx.db
    .prepare('UPDATE incident SET extent = ?, facts = ?, ends_at = max(ends_at, ?) WHERE id = ? AND origin = ?')
    .run(JSON.stringify({ total: item.total, patients: item.patients }), item.said, item.ends, item.incident, device);
}

const stepData = z.object({
  to: z.enum(incidentStates).optional(),
  after: z.array(z.string()).optional(),
  assigned: z.object({ userName: z.string(), displayName: z.string() }).nullable().optional(),
  begins: z.string().optional(),
  ends: z.string().optional(),
});

/** State, period and whose it is, from all steps of all workstations. */
export function putTogether(db: Db, incident: string): void {
  const { begun, steps } = dataOf(db, incident);
  if (begun === null) return;
  const { state, disputed } = stateOf(begun, changesIn(steps));
  db.prepare('UPDATE incident SET state = ?, disputed = ? WHERE id = ?').run(state, disputed ? 1 : 0, incident);
  const period = steps.findLast(({ begins, ends }) => begins !== undefined && ends !== undefined);
  if (period)
    db.prepare(
      'UPDATE incident SET begins_at = ?, ends_at = ?, extent_at = NULL WHERE id = ? AND (begins_at <> ? OR ends_at <> ?)',
    ).run(period.begins, period.ends, incident, period.begins, period.ends);
  const whose = steps.findLast(({ assigned }) => assigned !== undefined)?.assigned;
  if (whose === undefined) return;
  db.prepare(
    'UPDATE incident SET assigned = (SELECT id FROM user WHERE user_name = ? AND display_name = ?), assigned_name = ? WHERE id = ?',
  ).run(whose?.userName ?? null, whose?.displayName ?? null, whose?.displayName ?? null, incident);
}

/** The changes of state that stand now: who makes another one has seen these. */
export function headsOf(db: Db, incident: string): string[] {
  const { begun, steps } = dataOf(db, incident);
  return stateOf(begun ?? 'open', changesIn(steps)).heads;
}

type StepRow = z.output<typeof stepData> & { item: string };

function dataOf(db: Db, incident: string): { begun: IncidentState | null; steps: StepRow[] } {
  const row = db.prepare<[string], { begun: IncidentState | null }>('SELECT begun FROM incident WHERE id = ?').get(incident);
  const steps = db
    .prepare<[string], { item: string; data: string }>(
      'SELECT item, data FROM incident_step WHERE incident = ? AND item IS NOT NULL AND data IS NOT NULL ORDER BY hlc, n',
    )
    .all(incident);
  return { begun: row?.begun ?? null, steps: steps.map(({ item, data }) => ({ item, ...stepData.parse(JSON.parse(data)) })) };
}

function changesIn(steps: readonly StepRow[]) {
  return steps.flatMap(({ item, to, after = [] }) => (to === undefined ? [] : [{ id: item, to, after }]));
}

/** Whom own incidents concern, where that has grown since it was told last. */
export function tellExtents(context: Context): void {
  const { db } = context.vault;
  const now = context.clock.now();
  const rows = db
    .prepare<[string, string], { id: string }>(
      `SELECT id FROM incident WHERE origin IS NULL AND (extent_at IS NULL OR (ends_at > ? AND extent_at < ?)) ORDER BY discovered_at DESC LIMIT ${EXTENTS_A_ROUND}`,
    )
    .all(new Date(now - TOLD_AFTER_END_MS).toISOString(), new Date(now - TELL_EVERY_MS).toISOString());
  if (rows.length === 0) return;
  db.transaction(() => {
    for (const { id } of rows) {
      const incident = readIncident(db, id);
      const all = affectedPatients(db, incident, false);
      const patients = all
        .slice(0, EXTENT_PATIENTS_MAX)
        .map(({ id: patient, first, last, times, kinds }) => ({ id: patient, first, last, times, kinds }));
      const said = { said: incident.facts, ends: incident.ends_at, total: all.length, patients };
      const hash = createHash('sha256').update(JSON.stringify(said)).digest('hex');
      if (hash !== incident.extent) tell(db, { kind: 'incident-extent', id: context.chance.id(), incident: id, ...said });
      db.prepare('UPDATE incident SET extent = ?, extent_at = ?, label = coalesce(label, ?) WHERE id = ?').run(
        hash,
        isoTime(context.clock),
        `${tagOf(context.device)}-${incident.number}`,
        id,
      );
    }
  }).immediate();
}

const extentShape = z.object({
  total: z.number(),
  patients: z.array(
    z.object({ id: z.string(), first: z.string(), last: z.string(), times: z.number(), kinds: z.array(z.string()) }),
  ),
});

/** Whom an incident of elsewhere concerns, as that workstation's log says. */
export function extentOfElsewhere(
  db: Db,
  incident: StoredIncident,
  names: boolean,
): { total: number; patients: AffectedPatient[] } {
  if (incident.extent === null) return { total: incident.patient === null ? 0 : 1, patients: [] };
  const { total, patients } = extentShape.parse(JSON.parse(incident.extent));
  const who = db.prepare<[string], { name: string; birth_date: string | null }>(
    'SELECT name, birth_date FROM patient_row WHERE id = ?',
  );
  return {
    total,
    patients: patients.map((patient) => {
      const known = names ? who.get(patient.id) : undefined;
      return { ...patient, name: known?.name, birthDate: known?.birth_date ?? undefined };
    }),
  };
}
