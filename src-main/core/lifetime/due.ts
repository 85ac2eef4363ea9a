/** What has been kept as long as the rules ask and now waits for somebody's decision. Finding deletes nothing. */
import type { Due } from '../../../src-shared/contract/lifetime.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { earliestMs } from '../../../src-shared/fhir/dates.ts';
import { parseHlc } from '../../../src-shared/sync/hlc.ts';
import type { Db } from '../context.ts';
import { sql } from '../records/index.ts';
import { lastVersion } from './removal.ts';
import { nameOf } from './removed.ts';
import { addYears, type RetentionRule, yearsOf } from './rules.ts';

/** Below this age at the last entry a record is a child's. */
const ADULT_YEARS = 18;

interface Row {
  id: string;
  name: string;
  birth_date: string | null;
  entry_ms: number | null;
  own_hlc: string | null;
}

/** Whose record it is, when it was last added to, and since when it is due. */
export function dueRecords(db: Db, nowMs: number): Due[] {
  const found: Due[] = [];
  const rows = sql<Row>(
    db,
    `SELECT p.id, p.name, p.birth_date, (SELECT max(c.at_ms) FROM chart_row c WHERE c.patient = p.id AND c.at_ms <= ?) AS entry_ms,
      (SELECT max(r.hlc) FROM resource r WHERE r.patient = p.id AND r.origin <> 'imported') AS own_hlc FROM patient_row p`,
  ).iterate(nowMs);
  const years = { adult: yearsOf(db, 'adult-record'), child: yearsOf(db, 'child-record') };
  for (const row of rows) {
    const lastMs = Math.max(row.entry_ms ?? 0, row.own_hlc === null ? 0 : parseHlc(row.own_hlc).ms);
    // A record without a single date says nothing about its age.
    if (lastMs === 0) continue;
    const last = new Date(lastMs).toISOString();
    const { rule, dueSince } = dueDate(last, row.birth_date, years);
    if (Date.parse(dueSince) > nowMs) continue;
    found.push({
      rule,
      patient: patientId.parse(row.id),
      patientName: row.name,
      birthDate: row.birth_date ?? undefined,
      count: 1,
      lastEntry: last,
      dueSince,
      hold: false,
    });
  }
  found.push(...removedDue(db, nowMs));
  for (const one of found) {
    if (one.patient === undefined) continue;
    one.hold = isHeld(db, one.patient);
    const kept = sql<{ until: string; reason: string }>(
      db,
      'SELECT until, reason FROM retention_decision WHERE patient = ? AND until > ? ORDER BY until DESC LIMIT 1',
    ).get(one.patient, new Date(nowMs).toISOString());
    one.keptUntil = kept?.until;
    one.keptReason = kept?.reason;
  }
  found.push(...writingDue(db, nowMs));
  return found.sort((one, other) => one.dueSince.localeCompare(other.dueSince));
}

/** How many records are due and neither held nor kept by a decision: what the compliance check counts as overdue. */
export function overdueRecords(db: Db, nowMs: number): number {
  return dueRecords(db, nowMs).filter(isOpen).length;
}

export const isOpen = (due: Due) => !due.hold && due.keptUntil === undefined && due.patient !== undefined;

/** An adult's record counts from its last entry; a child's is kept until a birthday, and never shorter than an adult's. */
function dueDate(
  last: string,
  birthDate: string | null,
  years: { adult: number; child: number },
): { rule: RetentionRule; dueSince: string } {
  const adult = addYears(last, years.adult);
  const bornMs = birthDate === null ? undefined : earliestMs(birthDate);
  if (bornMs === undefined) return { rule: 'adult-record', dueSince: adult };
  const born = new Date(bornMs).toISOString();
  if (last >= addYears(born, ADULT_YEARS)) return { rule: 'adult-record', dueSince: adult };
  const later = Math.max(Date.parse(adult), Date.parse(addYears(born, years.child)));
  return { rule: 'child-record', dueSince: new Date(later).toISOString() };
}

/** Removed entries and patients whose time for bringing back is over. */
function removedDue(db: Db, nowMs: number): Due[] {
  const years = yearsOf(db, 'removed');
  const before = addYears(new Date(nowMs).toISOString(), -years);
  const rows = sql<{ type: string; id: string; patient: string; at: string }>(
    db,
    'SELECT r.type, r.id, r.patient, h.at FROM resource r JOIN resource_history h ON h.n = r.body_n WHERE r.deleted = 1 AND r.patient IS NOT NULL AND h.at <= ? ORDER BY h.at',
  ).all(before);
  return rows
    .filter((row) => lastVersion(db, row) !== undefined)
    .map(({ type, id, patient, at }) => {
      const name = nameOf(db, patient);
      return {
        rule: 'removed',
        patient: patientId.parse(patient),
        patientName: name?.list,
        birthDate: name?.birthDate,
        removal: `${type}/${id}`,
        title: type,
        count: 1,
        lastEntry: at,
        dueSince: addYears(at, years),
        hold: false,
      };
    });
}

/** Log and documentation are counted as a whole: the log is a chain, and cutting it would look like tampering. */
function writingDue(db: Db, nowMs: number): Due[] {
  const older = (rule: RetentionRule, count: (before: string) => { n: number; first: string | null }): Due[] => {
    const years = yearsOf(db, rule);
    const { n, first } = count(addYears(new Date(nowMs).toISOString(), -years));
    return n === 0 || first === null ? [] : [{ rule, count: n, lastEntry: first, dueSince: addYears(first, years), hold: false }];
  };
  return [
    ...older(
      'audit-log',
      (before) =>
        sql<{ n: number; first: string | null }>(db, 'SELECT count(*) AS n, min(at) AS first FROM audit WHERE at <= ?').get(
          before,
        ) ?? { n: 0, first: null },
    ),
    ...older(
      'documentation',
      (before) =>
        sql<{ n: number; first: string | null }>(
          db,
          `SELECT count(*) AS n, min(at) AS first FROM (SELECT at FROM glass_broken UNION ALL SELECT set_at FROM legal_hold WHERE lifted_at IS NOT NULL
          UNION ALL SELECT at FROM retention_decision UNION ALL SELECT requested_at FROM erasure) WHERE at <= ?`,
        ).get(before) ?? { n: 0, first: null },
    ),
  ];
}

function isHeld(db: Db, patient: string): boolean {
  return sql(db, 'SELECT 1 FROM legal_hold WHERE patient = ? AND lifted_at IS NULL').get(patient) !== undefined;
}
