/** Resources as they are stored, in one document. */

import { AppError } from '../../../src-shared/errors/index.ts';
import type { Target } from '../../../src-shared/fhir/references.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { OWN_ADDRESS } from './import/write.ts';
import { type Hidden, hiddenFrom } from './sensitivity.ts';
import { sql } from './statements.ts';

interface Row extends Target {
  patient: string | null;
  body: string;
}

/**
 * Of one patient: their resources and all that can be reached from these and is nobody else's. Without a patient: everything that this person may see.
 * @throws AppError `not-found`
 */
export function exportRecords(context: Context, wanted: { patient?: string; format: 'fhir' | 'ndjson' }): string {
  const { db } = context.vault;
  const at = isoTime(context.clock);
  const found = wanted.patient === undefined ? everything(db, context.person.id, at) : reachable(db, wanted.patient);
  const rows = withoutHidden(context, found, wanted.patient);
  if (wanted.patient !== undefined && !found.some((row) => row.type === 'Patient'))
    throw new AppError('not-found', { what: 'patient' });
  if (wanted.format === 'ndjson') return rows.map((row) => `${row.body}\n`).join('');
  // The bodies are JSON already, with their numbers as they came: parsing and writing them again would change those.
  const entries = rows.map((row) => `{"fullUrl":"${OWN_ADDRESS}${row.type}/${row.id}","resource":${row.body}}`);
  return `{"resourceType":"Bundle","type":"collection","timestamp":"${at}"${entries.length === 0 ? '' : `,"entry":[\n${entries.join(',\n')}\n]`}}\n`;
}

/** What labels keep from this person stays here; contents of nobody's go with the one patient who is asked for. */
function withoutHidden(context: Context, rows: Row[], asked: string | undefined): Row[] {
  const hidden = new Map<string, Hidden>();
  const of = (patient: string) => {
    const known = hidden.get(patient) ?? hiddenFrom(context, patient);
    hidden.set(patient, known);
    return known;
  };
  return rows.filter((row) => {
    const patient = row.patient ?? asked;
    return patient === undefined || !of(patient).has(`${row.type}/${row.id}`);
  });
}

function everything(db: Db, person: string, at: string): Row[] {
  return sql<Row>(
    db,
    `SELECT r.type, r.id, r.patient, h.body FROM resource r JOIN resource_history h ON h.n = r.body_n WHERE r.deleted = 0 AND (r.patient IS NULL
      OR r.patient IN (SELECT patient FROM care_team WHERE person = ?) OR r.patient IN (SELECT patient FROM glass_broken WHERE person = ? AND at <= ? AND until > ?))
      ORDER BY r.patient, r.type <> 'Patient', r.type, r.id`,
  ).all(person, person, at, at);
}

function reachable(db: Db, patient: string): Row[] {
  return sql<Row>(
    db,
    `WITH RECURSIVE reached (type, id) AS (
        SELECT type, id FROM resource WHERE patient = ? AND deleted = 0
        UNION
        SELECT r.type, r.id FROM reached JOIN reference f ON f.type = reached.type AND f.id = reached.id
          JOIN resource r ON r.type = f.target_type AND r.id = f.target_id WHERE r.deleted = 0 AND r.patient IS NULL
      ) SELECT r.type, r.id, r.patient, h.body FROM reached JOIN resource r ON r.type = reached.type AND r.id = reached.id JOIN resource_history h ON h.n = r.body_n
      ORDER BY r.type <> 'Patient', r.type, r.id`,
  ).all(patient);
}
