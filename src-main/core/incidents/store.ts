/** Incidents as they lie in the database. Steps are only ever added. */
import type { IncidentRow } from '../../../src-shared/contract/incidents.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type RuleId, ruleIds, rules } from '../../../src-shared/incidents/rules.ts';
import { deadlines, type IncidentState } from '../../../src-shared/incidents/states.ts';
import type { ItemOf, Member } from '../../../src-shared/ledger/event.ts';
import type { Db, Tx } from '../context.ts';
import { nameOfWorkstation, tagOf, tell } from '../ledger/index.ts';
import { nextStamp } from '../records/index.ts';
import type { Finding } from './detect.ts';

export interface StoredIncident {
  id: string;
  number: number;
  rule: RuleId;
  cause: string;
  severity: 'note' | 'review' | 'alarm';
  state: IncidentState;
  person: string | null;
  patient: string | null;
  facts: string;
  begins_at: string;
  ends_at: string;
  discovered_at: string;
  assigned: string | null;
  person_name: string | null;
  assigned_name: string | null;
  /** The workstation that raised it; null for this one. */
  origin: string | null;
  /** What it is called at every workstation. */
  label: string | null;
  person_user: string | null;
  begun: IncidentState | null;
  /** Two verdicts stand that did not know of each other. */
  disputed: 0 | 1;
  extent: string | null;
  extent_at: string | null;
  /** Other workstations are known here: its number alone would not tell it apart. */
  among_others: 0 | 1;
}

type StepKind = 'raised' | 'note' | 'state' | 'assigned' | 'period' | 'report';
type StepData = Pick<ItemOf<'incident-step'>, 'to' | 'after' | 'assigned' | 'begins' | 'ends'>;

const SELECT = `SELECT i.*, coalesce(u.display_name, i.person_name) AS person_name, coalesce(a.display_name, i.assigned_name) AS assigned_name,
  EXISTS (SELECT 1 FROM ledger_device) AS among_others FROM incident i LEFT JOIN user u ON u.id = i.person LEFT JOIN user a ON a.id = i.assigned`;

/** Opens an incident, or lets the one of the same cause grow while nobody has closed it. */
export function raiseIncident(tx: Tx, finding: Finding): void {
  const iso = (ms: number) => new Date(ms).toISOString();
  const known = tx.db
    .prepare<[string], { id: string; ends_at: string; state: IncidentState }>(
      'SELECT id, ends_at, state FROM incident WHERE cause = ?',
    )
    .get(finding.cause);
  if (known) {
    if (known.state === 'open' || known.state === 'investigating')
      tx.db
        .prepare('UPDATE incident SET ends_at = max(ends_at, ?), facts = ? WHERE id = ?')
        .run(iso(finding.atMs), finding.said, known.id);
    return;
  }
  const id = tx.chance.id();
  const ends = finding.rule === 'break-glass' ? glassUntil(tx.db, finding, iso(finding.atMs)) : iso(finding.atMs);
  const { severity } = rules[finding.rule];
  const number = (tx.db.prepare<[], { n: number | null }>('SELECT max(number) AS n FROM incident').get()?.n ?? 0) + 1;
  // What is only noted waits for nobody.
  const state = severity === 'note' ? ('closed' as const) : ('open' as const);
  const begins = iso(finding.fromMs);
  tx.db
    .prepare(
      'INSERT INTO incident (id, number, rule, cause, severity, state, begun, person, patient, facts, begins_at, ends_at, discovered_at, label) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      id,
      number,
      finding.rule,
      finding.cause,
      severity,
      state,
      state,
      finding.person ?? null,
      finding.patient ?? null,
      finding.said,
      begins,
      ends,
      tx.at,
      `${tagOf(tx.device)}-${number}`,
    );
  const person = memberOf(tx.db, finding.person);
  tell(tx.db, {
    kind: 'incident',
    id: `${id}:raised`,
    incident: id,
    number,
    rule: finding.rule,
    severity,
    state,
    ...(person && { person }),
    ...(finding.patient !== undefined && { patient: finding.patient }),
    said: finding.said,
    begins,
    ends,
    discovered: tx.at,
  });
  addStep(tx, id, 'raised', finding.said);
  tx.touched({ type: 'Incident', id });
  tx.changed(['incidents']);
}

/** What is done while the glass is broken belongs to it. */
function glassUntil(db: Db, { person, patient }: Finding, at: string): string {
  const row = db
    .prepare<[string, string, string], { until: string | null }>(
      'SELECT max(until) AS until FROM glass_broken WHERE person = ? AND patient = ? AND at <= ?',
    )
    .get(person ?? '', patient ?? '', at);
  return row?.until ?? at;
}

/** How a person is named to other workstations. */
export function memberOf(db: Db, person: string | null | undefined): Member | undefined {
  if (person === null || person === undefined) return undefined;
  return db
    .prepare<[string], Member>('SELECT user_name AS userName, display_name AS displayName FROM user WHERE id = ?')
    .get(person);
}

/** @param data what it changes, for those who hear of it */
export function addStep(tx: Tx, incident: string, kind: StepKind, text: string, data: StepData = {}): void {
  const item = tx.chance.id();
  const hlc = nextStamp(tx);
  tx.db
    .prepare('INSERT INTO incident_step (incident, at, by, kind, text, item, hlc, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(incident, tx.at, tx.author, kind, text, item, hlc, JSON.stringify(data));
  const by = memberOf(tx.db, tx.author)?.displayName ?? 'Lamplight';
  tell(tx.db, { kind: 'incident-step', id: item, incident, at: tx.at, hlc, by, step: kind, text, ...data });
}

/** Throws `not-found`. */
export function readIncident(db: Db, id: string): StoredIncident {
  const row = db
    .prepare<[{ id: string }], StoredIncident>(
      `${SELECT} WHERE i.id = @id OR i.label = @id COLLATE NOCASE OR (i.origin IS NULL AND cast(i.number AS TEXT) = @id)`,
    )
    .get({ id });
  if (!row) throw new AppError('not-found', { what: 'incident' });
  return row;
}

/** Alarms first, then the newest. */
export function listIncidents(db: Db, show: 'waiting' | 'all', limit: number): StoredIncident[] {
  const where = show === 'all' ? '' : "WHERE i.state NOT IN ('not-a-breach', 'closed')";
  return db
    .prepare<[number], StoredIncident>(
      `${SELECT} ${where} ORDER BY i.state IN ('not-a-breach', 'closed'), i.severity = 'alarm' DESC, i.discovered_at DESC, i.number DESC LIMIT ?`,
    )
    .all(limit);
}

export function countIncidents(db: Db): { waiting: number; alarms: number; total: number } {
  const row = db
    .prepare<[], { waiting: number | null; alarms: number | null; total: number }>(
      `SELECT sum(state NOT IN ('not-a-breach', 'closed')) AS waiting, sum(state NOT IN ('not-a-breach', 'closed') AND severity = 'alarm') AS alarms, count(*) AS total FROM incident`,
    )
    .get();
  return { waiting: row?.waiting ?? 0, alarms: row?.alarms ?? 0, total: row?.total ?? 0 };
}

export interface Step {
  at: string;
  byName: string;
  kind: StepKind;
  text: string;
}

export function stepsOf(db: Db, incident: string): Step[] {
  return db
    .prepare<[string], Step>(
      "SELECT s.at, coalesce(s.by_name, u.display_name, CASE s.by WHEN 'system' THEN 'Lamplight' ELSE s.by END) AS byName, s.kind, s.text FROM incident_step s LEFT JOIN user u ON u.id = s.by WHERE s.incident = ? ORDER BY s.hlc, s.n",
    )
    .all(incident);
}

/** What people call it: its number, or the label that tells it apart from those of other workstations. */
export function nameOfIncident({ among_others: named, label, number }: StoredIncident): string {
  return named === 1 && label !== null ? label : String(number);
}

/** @param words whether what people wrote may be shown: a reason may name a patient */
export function asRow(stored: StoredIncident, words: boolean): IncidentRow {
  return {
    id: stored.id,
    number: stored.number,
    label: stored.among_others === 1 ? (stored.label ?? undefined) : undefined,
    workstation: stored.origin === null ? undefined : nameOfWorkstation(stored.origin),
    disputed: stored.disputed === 1 || undefined,
    rule: ruleIds.find((id) => id === stored.rule) ?? 'log-broken',
    severity: stored.severity,
    state: stored.state,
    person: stored.person ?? undefined,
    personName: stored.person_name ?? undefined,
    said: words || stored.rule !== 'break-glass' ? stored.facts : rules['break-glass'].words,
    begins: stored.begins_at,
    ends: stored.ends_at,
    discovered: stored.discovered_at,
    deadlines: deadlines(stored.discovered_at),
    assigned: stored.assigned ?? undefined,
    assignedName: stored.assigned_name ?? undefined,
  };
}
