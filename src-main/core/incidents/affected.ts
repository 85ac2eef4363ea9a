/** Whose records an incident concerns, and what of them, as the log says. */
import type { AffectedPatient } from '../../../src-shared/contract/incidents.ts';
import type { Db } from '../context.ts';
import type { StoredIncident } from './store.ts';

interface Row {
  id: string;
  first: string;
  last: string;
  times: number;
  procedures: string;
}

/** Beginnings of procedures, and what they show of a patient. The first that fits counts. */
const kinds: readonly (readonly [string, string])[] = [
  ['patients.searched', 'name in a search'],
  ['patients.', 'name, birth date, identifiers, allergies'],
  ['notes.', 'notes'],
  ['chart.', 'chart: problems, medicines, results, visits'],
  ['documents.', 'letters'],
  ['images.', 'images'],
  ['imaging.', 'images'],
  ['readings.', 'readings of images'],
  ['records.', 'whole record taken out'],
  ['coaching.', 'questions asked about the patient'],
];

/** @param names whether names and birth dates may be shown */
export function affectedPatients(db: Db, incident: StoredIncident, names: boolean): AffectedPatient[] {
  const { person, begins_at, ends_at } = incident;
  if (person === null) return [];
  const rows =
    incident.rule === 'search-only' ? searched(db, person, begins_at, ends_at) : opened(db, person, begins_at, ends_at);
  const mine = incident.patient === null ? rows : rows.filter((row) => row.id === incident.patient);
  const all =
    incident.rule === 'bulk-export' && tookAll(db, person, begins_at, ends_at) ? withCared(db, person, ends_at, mine) : mine;
  const who = db.prepare<[string], { name: string; birth_date: string | null }>(
    'SELECT name, birth_date FROM patient_row WHERE id = ?',
  );
  return all.map((row) => {
    const known = names ? who.get(row.id) : undefined;
    return {
      id: row.id,
      name: known?.name,
      birthDate: known?.birth_date ?? undefined,
      first: row.first,
      last: row.last,
      times: row.times,
      kinds: kindsOf(row.procedures),
    };
  });
}

function opened(db: Db, person: string, from: string, to: string): Row[] {
  return db
    .prepare<[string, string, string, string], Row>(
      `SELECT patient AS id, min(at) AS first, max(at) AS last, count(*) AS times, group_concat(DISTINCT procedure) AS procedures FROM audit
       WHERE n IN (SELECT n FROM entry_of_person WHERE person = ?) AND person = ? AND at >= ? AND at <= ? AND patient IS NOT NULL AND outcome = 'ok' GROUP BY patient ORDER BY first`,
    )
    .all(person, person, from, to);
}

function searched(db: Db, person: string, from: string, to: string): Row[] {
  return db
    .prepare<[string, string, string, string], Row>(
      `SELECT r.value ->> '$.id' AS id, min(a.at) AS first, max(a.at) AS last, count(*) AS times, 'patients.searched' AS procedures FROM audit a, json_each(a.entry, '$.resources') r
       WHERE a.n IN (SELECT n FROM entry_of_person WHERE person = ?) AND a.person = ? AND a.at >= ? AND a.at <= ? AND a.procedure = 'patients.searched' AND r.value ->> '$.type' = 'Patient' GROUP BY 1 ORDER BY first`,
    )
    .all(person, person, from, to);
}

function tookAll(db: Db, person: string, from: string, to: string): boolean {
  return (
    db
      .prepare(
        "SELECT 1 FROM audit WHERE n IN (SELECT n FROM entry_of_person WHERE person = ?) AND person = ? AND at >= ? AND at <= ? AND outcome = 'ok' AND procedure IN ('records.export', 'records.exportSummary') AND patient IS NULL",
      )
      .get(person, person, from, to) !== undefined
  );
}

/** An export of everything takes out the records of all for whom the person cares. */
function withCared(db: Db, person: string, to: string, rows: readonly Row[]): Row[] {
  const known = new Set(rows.map((row) => row.id));
  const cared = db
    .prepare<[string, string], { id: string }>('SELECT patient AS id FROM care_team WHERE person = ? AND since <= ?')
    .all(person, to);
  return [
    ...rows,
    ...cared
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => ({ id, first: to, last: to, times: 1, procedures: 'records.export' })),
  ];
}

function kindsOf(procedures: string): string[] {
  const found = procedures
    .split(',')
    .map((name) => kinds.find(([begin]) => name.startsWith(begin))?.[1] ?? 'something else of the record');
  return [...new Set(found)];
}
