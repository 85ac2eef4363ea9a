/** Where two people changed the same thing, and how a clinician settles it. */
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Json, type JsonObject, parseJson, plain } from '../../../src-shared/fhir/json.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { isObject } from '../../../src-shared/sync/list-identity.ts';
import { settled } from '../../../src-shared/sync/settle.ts';
import type { Db, Tx } from '../context.ts';
import { deleteResource, putResource, readResource } from '../records/index.ts';
import { settledTask } from './conflict-task.ts';
import type { Conflicts } from './status.ts';

interface Row {
  id: string;
  type: string;
  resource: string;
  patient: string | null;
  patientName: string | null;
  at: string;
  fields: string;
}

const SELECT =
  'SELECT c.id, c.type, c.resource, c.patient, p.name AS patientName, c.at, c.fields FROM sync_conflict c LEFT JOIN patient_row p ON p.id = c.patient WHERE c.settled_at IS NULL';

export function openConflicts(db: Db): Conflicts {
  return db
    .prepare<[], Row>(`${SELECT} ORDER BY c.at`)
    .all()
    .map(({ fields, patient, patientName, ...row }) => ({
      ...row,
      patient: patient ?? undefined,
      patientName: patientName ?? undefined,
      fields: fieldsIn(fields).map(({ path, base, mine, theirs }) => ({
        path,
        base: shown(base),
        mine: shown(mine),
        theirs: shown(theirs),
      })),
    }));
}

/** Writes the chosen values as a change of the one who chose; a field without a choice stays as it is. Throws `not-found`. */
export function settle(tx: Tx, conflict: string, choices: Readonly<Record<string, 'mine' | 'theirs'>>): void {
  const row = tx.db.prepare<[string], Row>(`${SELECT} AND c.id = ?`).get(conflict);
  if (row === undefined) throw new AppError('not-found', { what: 'conflict' });
  const before = readResource(tx.db, row.type, row.resource);
  // A resource is a JSON object.
  let resource: Json | undefined = before?.resource as JsonObject | undefined;
  for (const field of fieldsIn(row.fields)) {
    const choice = choices[field.path];
    if (choice === undefined) continue;
    resource = field.path === '' ? field[choice] : isObject(resource) ? settled(resource, field.path, field[choice]) : resource;
  }
  if (isObject(resource))
    putResource(tx, resource as FhirResource, {
      origin: 'person',
      file: before?.file ?? undefined,
      patient: before?.patient ?? row.patient ?? undefined,
    });
  else deleteResource(tx, row.type, row.resource);
  tx.db.prepare('UPDATE sync_conflict SET settled_at = ?, settled_by = ? WHERE id = ?').run(tx.at, tx.author, conflict);
  const task = readResource(tx.db, 'Task', conflict);
  if (task !== undefined) putResource(tx, settledTask(task.resource), { origin: 'person', patient: task.patient ?? undefined });
  release(tx.db, row.type, row.resource);
  tx.changed(['sync', 'chart'], row.patient ?? undefined);
}

/** The changes that were in conflict are carried on by the last change of the resource, or are with the server already. */
export function release(db: Db, type: string, id: string): void {
  const open =
    db
      .prepare<[string, string], { n: number }>(
        'SELECT count(*) AS n FROM sync_conflict WHERE type = ? AND resource = ? AND settled_at IS NULL',
      )
      .get(type, id)?.n ?? 0;
  if (open > 0) return;
  const waiting = db
    .prepare<[string, string], { seq: number | null }>(
      'SELECT max(c.seq) AS seq FROM change_log c LEFT JOIN sync_item i ON i.seq = c.seq WHERE c.type = ? AND c.id = ? AND i.seq IS NULL',
    )
    .get(type, id)?.seq;
  db.prepare("UPDATE sync_item SET state = ?, taken_by = ? WHERE type = ? AND id = ? AND state = 'conflicted'").run(
    waiting == null ? 'acknowledged' : 'merged',
    waiting ?? null,
    type,
    id,
  );
}

const pathShape = z.object({ path: z.string() });

function fieldsIn(text: string): { path: string; base: Json | undefined; mine: Json | undefined; theirs: Json | undefined }[] {
  const { value } = parseJson(text);
  return (Array.isArray(value) ? value : [])
    .filter(isObject)
    .map(({ path, base, mine, theirs }) => ({ path: pathShape.parse({ path }).path, base, mine, theirs }));
}

function shown(value: Json | undefined): unknown {
  return value === undefined ? undefined : plain(value);
}
