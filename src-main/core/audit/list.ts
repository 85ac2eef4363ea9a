/** Finding entries of the log. */
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';
import type { AuditEntry, AuditFilter } from '../../../src-shared/contract/audit.ts';
import type { Db } from '../context.ts';

/** @param names whether names of patients may be shown; whoever may not find patients sees record numbers */
export function listEntries(
  db: Db,
  wanted: AuditFilter & { before?: number; limit: number },
  names: boolean,
): { entries: AuditEntry[]; total: number } {
  const { where, values } = conditions(wanted);
  const clause = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
  const total =
    db
      .prepare<unknown[], { total: number }>(
        where.length === 0 ? 'SELECT coalesce(max(n), 0) AS total FROM audit' : `SELECT count(*) AS total FROM audit a ${clause}`,
      )
      .get(...values)?.total ?? 0;
  const page = wanted.before === undefined ? where : [...where, 'a.n < ?'];
  const rows = db
    .prepare<unknown[], { entry: string; display_name: string | null; name: string | null }>(
      `SELECT a.entry, u.display_name, ${names ? 'p.name' : 'NULL AS name'} FROM audit a LEFT JOIN user u ON u.id = a.person ${names ? 'LEFT JOIN patient_row p ON p.id = a.patient' : ''}
       ${page.length > 0 ? `WHERE ${page.join(' AND ')}` : ''} ORDER BY a.n DESC LIMIT ?`,
    )
    .all(...values, ...(wanted.before === undefined ? [] : [wanted.before]), wanted.limit);
  return {
    total,
    // Written by this program in this shape.
    entries: rows.map((row) => ({
      ...(JSON.parse(row.entry) as ChainEntry),
      personName: row.display_name ?? undefined,
      patientName: row.name ?? undefined,
    })),
  };
}

/** All entries on one patient, newest first. */
export function* entriesOfPatient(db: Db, patient: string): Generator<ChainEntry> {
  const rows = db.prepare<[string], { entry: string }>('SELECT entry FROM audit WHERE patient = ? ORDER BY n DESC');
  // Written by this program in this shape.
  for (const { entry } of rows.iterate(patient)) yield JSON.parse(entry) as ChainEntry;
}

/** When the log begins. */
export function beginOf(db: Db): string | null {
  return db.prepare<[], string>('SELECT at FROM audit ORDER BY n LIMIT 1').pluck().get() ?? null;
}

function conditions(wanted: AuditFilter): { where: string[]; values: (string | number)[] } {
  const where: string[] = [];
  const values: (string | number)[] = [];
  const add = (clause: string, value: string | number | undefined) => {
    if (value === undefined) return;
    where.push(clause);
    values.push(value);
  };
  add('a.patient = ?', wanted.patient);
  add('a.person = ?', wanted.person);
  add('a.n IN (SELECT n FROM entry_of_person WHERE person = ?)', wanted.person);
  add('a.procedure = ?', wanted.procedure);
  add("json_extract(a.entry, '$.action') = ?", wanted.action);
  add('a.outcome = ?', wanted.outcome);
  add('a.at >= ?', wanted.since === undefined ? undefined : asStored(wanted.since));
  add('a.at < ?', wanted.until === undefined ? undefined : asStored(wanted.until));
  if (wanted.ai) where.push('a.ai IS NOT NULL');
  if (wanted.breakGlass)
    where.push(
      "(a.procedure = 'patients.breakGlass' OR EXISTS (SELECT 1 FROM glass_broken g WHERE g.person = a.person AND g.patient = a.patient AND a.at >= g.at AND a.at <= g.until))",
    );
  return { where, values };
}

/** Entries carry UTC to the millisecond; a day or another zone is brought into the same form, so that texts compare as times. */
function asStored(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : new Date(ms).toISOString();
}
