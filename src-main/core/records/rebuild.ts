/** Makes all derived tables again from the resources. */

import { parseJson } from '../../../src-shared/fhir/json.ts';
import { part } from '../../../src-shared/fhir/read.ts';
import type { Db } from '../context.ts';
import { derive } from './derived.ts';
import { codesAround, writeCodes, writeDerived } from './derived-tables.ts';
import { sql } from './statements.ts';
import { knownAs } from './store.ts';

/** Resources made again before others get their turn. */
const BATCH = 200;

export const derivedTables = [
  'patient_row',
  'name_token',
  'name_word',
  'person_key',
  'chart_row',
  'reference',
  'token',
  'label',
  'sensitive',
] as const;

/** Empties the derived tables and fills them again. Call it in one transaction: nobody may see them half full. */
export function rebuildDerived(db: Db): number {
  for (const table of derivedTables) db.exec(`DELETE FROM ${table}`);
  db.exec("INSERT INTO name_trigram (name_trigram) VALUES ('rebuild')");
  const next = sql<{ type: string; id: string; patient: string | null; origin: string; file: string | null; body: string }>(
    db,
    `SELECT r.type, r.id, r.patient, r.origin, r.file, h.body FROM resource r JOIN resource_history h ON h.n = r.body_n
      WHERE r.deleted = 0 AND (r.type, r.id) > (?, ?) ORDER BY r.type, r.id LIMIT ${BATCH}`,
  );
  const known = knownAs(db);
  let last = { type: '', id: '' };
  let count = 0;
  for (;;) {
    const rows = next.all(last.type, last.id);
    for (const row of rows) writeDerived(db, row, derive(part(parseJson(row.body).value) ?? {}, known));
    const end = rows.at(-1);
    if (end === undefined) break;
    last = end;
    count += rows.length;
  }
  labelRemoved(db, known);
  return count;
}

/** What was removed has nothing derived but the labels that go on keeping it from somebody. */
function labelRemoved(db: Db, known: ReturnType<typeof knownAs>): void {
  const rows = sql<{ type: string; id: string; patient: string; body: string }>(
    db,
    `SELECT r.type, r.id, r.patient, h.body FROM resource r JOIN resource_history h ON h.type = r.type AND h.id = r.id
      AND h.version = (SELECT max(version) FROM resource_history x WHERE x.type = r.type AND x.id = r.id AND x.deleted = 0)
      WHERE r.deleted = 1 AND r.patient IS NOT NULL AND r.type <> 'Patient' ORDER BY r.hlc`,
  ).all();
  for (const { body, ...key } of rows) {
    const { sensitive, references } = derive(part(parseJson(body).value) ?? {}, known);
    const near = references.filter(({ type }) => type !== 'Patient').flatMap((target) => codesAround(db, target));
    writeCodes(db, key, [...sensitive, ...near]);
  }
}
