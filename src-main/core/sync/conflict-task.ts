/**
 * A conflict as a FHIR Task: it travels like any other resource, so that every workstation shows what is to be settled, and nobody settles it twice.
 * `mine` are the values of the workstation that noticed it, `theirs` those that the server had.
 */
import { z } from 'zod';
import { type JsonObject, parseJson } from '../../../src-shared/fhir/json.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { isObject } from '../../../src-shared/sync/list-identity.ts';
import type { Db } from '../context.ts';

const CODE = { system: 'https://lamplight.example/task', code: 'sync-conflict' };

export interface OpenConflict {
  id: string;
  type: string;
  resource: string;
  patient: string | null;
  at: string;
  /** FieldConflict[] as canonical text: numbers keep their digits. */
  fields: string;
}

export function conflictTask(conflict: OpenConflict): FhirResource {
  return {
    resourceType: 'Task',
    id: conflict.id,
    status: 'requested',
    intent: 'order',
    code: { coding: [CODE], text: 'Two people changed the same thing' },
    focus: { reference: `${conflict.type}/${conflict.resource}` },
    ...(conflict.patient === null ? {} : { for: { reference: `Patient/${conflict.patient}` } }),
    authoredOn: conflict.at,
    input: [{ type: { text: 'fields' }, valueString: conflict.fields }],
  };
}

export function settledTask(task: FhirResource): FhirResource {
  return { ...task, status: 'completed' };
}

const shape = z.object({
  id: z.string(),
  status: z.string(),
  code: z.object({ coding: z.array(z.object({ system: z.literal(CODE.system), code: z.literal(CODE.code) })) }),
  focus: z.object({ reference: z.string().regex(/^[A-Za-z]+\/[A-Za-z0-9\-.]+$/) }),
  authoredOn: z.string(),
  input: z.array(z.object({ valueString: z.string() })).min(1),
});

/** Keeps the list of conflicts as a Task from elsewhere says. @returns the resource whose conflict is settled now, if one is */
export function noteTask(db: Db, body: string, patient: string | null, at: string): { type: string; id: string } | null {
  const parsed = shape.safeParse(parseJson(body).value);
  if (!parsed.success) return null;
  const { id, status, focus, authoredOn, input } = parsed.data;
  const [type = '', resource = ''] = focus.reference.split('/');
  const fields = input[0]?.valueString ?? '[]';
  if (!areFields(fields)) return null;
  db.prepare(
    'INSERT INTO sync_conflict (id, type, resource, patient, at, fields) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  ).run(id, type, resource, patient, authoredOn, fields);
  if (status !== 'completed') return null;
  db.prepare("UPDATE sync_conflict SET settled_at = ?, settled_by = 'elsewhere' WHERE id = ? AND settled_at IS NULL").run(at, id);
  return { type, id: resource };
}

function areFields(text: string): boolean {
  const { value } = parseJson(text);
  return Array.isArray(value) && value.every((field) => isObject(field) && typeof (field satisfies JsonObject).path === 'string');
}
