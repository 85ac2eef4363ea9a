/**
 * Removing and bringing back. A removal is FHIR's own deletion, a new version above the others, with a Provenance that says who, why and what: both travel
 * by synchronisation, so that every workstation shows the same list and can bring back. Of a removed patient only the Patient is deleted: that takes them out of
 * every list and search, and nothing that a clinician wrote is touched.
 */
import type { ParsedInput } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { at, parts, text } from '../../../src-shared/fhir/read.ts';
import { relativeTarget, type Target } from '../../../src-shared/fhir/references.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Context, Db, Tx } from '../context.ts';
import { deleteResource, headOf, personReference, putResource, readResource, readVersion, sql } from '../records/index.ts';

const OPERATIONS = 'http://terminology.hl7.org/CodeSystem/v3-DataOperation';
/** Ground of a removal in `Provenance.reason`. */
const GROUNDS = 'urn:lamplight:removal-ground';
/** What says what happened to others is not removed itself. */
const NOT_REMOVABLE = new Set(['Patient', 'Provenance', 'AuditEvent']);

type Removal = { reason: string; ground: ParsedInput<'records.remove'>['ground'] };

export interface Said {
  ground: Removal['ground'];
  reason: string;
  by: string;
  at: string;
  targets: Target[];
}

/** Removes an entry with what hangs on it (the addenda of a note, the readings of a picture). @returns the removal's id */
export function removeEntry(context: Context, tx: Tx, { patient, type, id, ...why }: ParsedInput<'records.remove'>): string {
  const head = headOf(tx.db, type, id);
  if (NOT_REMOVABLE.has(type) || head === undefined || head.deleted === 1 || head.patient !== patient)
    throw new AppError('not-found', { what: 'entry' });
  return remove(context, tx, patient, [{ type, id }, ...companions(tx.db, patient, { type, id })], why);
}

export function removePatient(context: Context, tx: Tx, { patient, ...why }: ParsedInput<'patients.remove'>): string {
  const head = headOf(tx.db, 'Patient', patient);
  if (head === undefined || head.deleted === 1) throw new AppError('not-found', { what: 'patient' });
  return remove(context, tx, patient, [{ type: 'Patient', id: patient }], why);
}

/** @param removal of the Provenance, or `Type/id` of a resource that was deleted without one. @returns how many came back */
export function restore(context: Context, tx: Tx, patient: string, removal: string): number {
  const back = targetsOf(tx.db, patient, removal).filter((target) => bringBack(tx, patient, target));
  if (back.length === 0) throw new AppError('not-found', { what: 'removal' });
  putResource(tx, provenance(context, tx, back, 'REACTIVATE'), { patient, origin: 'person' });
  tx.changed(['patients', 'chart', 'documents', 'images', 'readings'], patient);
  return back.length;
}

/** What a removal concerns, of the same names as `restore` takes. */
export function targetsOf(db: Db, patient: string, removal: string): Target[] {
  const alone = relativeTarget(removal);
  return alone === undefined ? (saidBy(db, patient, removal)?.targets ?? []) : [alone];
}

/** What the Provenance of a removal says; undefined where it is none. */
export function saidBy(db: Db, patient: string, removal: string): Said | undefined {
  const stored = readResource(db, 'Provenance', removal);
  if (stored === undefined || stored.patient !== patient) return undefined;
  const { resource } = stored;
  if (
    text(at(resource.activity, 'coding', 'code')) !== 'DELETE' ||
    text(at(resource.activity, 'coding', 'system')) !== OPERATIONS
  )
    return undefined;
  const ground = text(at(resource.reason, 'coding', 'code'));
  return {
    // Written below from the same list; another device of the same version writes no other.
    ground: (ground ?? 'other') as Said['ground'],
    reason: text(at(resource.reason, 'text')) ?? '',
    by: text(at(resource.agent, 'who', 'display')) ?? '',
    at: text(resource.recorded) ?? '',
    targets: parts(resource.target)
      .map((target) => relativeTarget(text(target.reference) ?? ''))
      .filter((target) => target !== undefined),
  };
}

/** The last version that was not a deletion. */
export function lastVersion(db: Db, { type, id }: Target): { resource: FhirResource; at: string } | undefined {
  const row = sql<{ version: number }>(
    db,
    'SELECT max(version) AS version FROM resource_history WHERE type = ? AND id = ? AND deleted = 0',
  ).get(type, id);
  const found = row?.version == null ? undefined : readVersion(db, type, id, row.version);
  return found?.resource === undefined ? undefined : { resource: found.resource, at: found.at };
}

function remove(context: Context, tx: Tx, patient: string, targets: readonly Target[], why: Removal): string {
  const { id } = putResource(tx, provenance(context, tx, targets, 'DELETE', why), { patient, origin: 'person' });
  for (const target of targets) deleteResource(tx, target.type, target.id);
  tx.changed(['patients', 'chart', 'documents', 'images', 'readings'], patient);
  return id;
}

function bringBack(tx: Tx, patient: string, { type, id }: Target): boolean {
  const head = headOf(tx.db, type, id);
  const last = head?.deleted === 1 && head.patient === patient ? lastVersion(tx.db, { type, id }) : undefined;
  if (head === undefined || last === undefined) return false;
  putResource(tx, last.resource, { patient, origin: head.origin, file: head.file ?? undefined });
  return true;
}

/** What would be left without its subject: addenda of a note, readings and reports of a picture or study, pictures of a study. */
function companions(db: Db, patient: string, of: Target): Target[] {
  const wanted: Readonly<Record<string, readonly string[]>> = {
    DocumentReference: ['DocumentReference'],
    Media: ['Observation', 'DiagnosticReport'],
    ImagingStudy: ['Observation', 'DiagnosticReport', 'Media'],
    DiagnosticReport: [],
  };
  const types = wanted[of.type] ?? [];
  const rows = sql<Target>(
    db,
    'SELECT f.type, f.id FROM reference f JOIN resource r ON r.type = f.type AND r.id = f.id WHERE f.target_type = ? AND f.target_id = ? AND r.patient = ? AND r.deleted = 0',
  ).all(of.type, of.id, patient);
  return rows.filter((row) => types.includes(row.type));
}

function provenance(
  context: Context,
  tx: Tx,
  targets: readonly Target[],
  operation: 'DELETE' | 'REACTIVATE',
  why?: Removal,
): FhirResource {
  return {
    resourceType: 'Provenance',
    id: tx.chance.id(),
    target: targets.map(({ type, id }) => ({ reference: `${type}/${id}` })),
    recorded: tx.at,
    activity: { coding: [{ system: OPERATIONS, code: operation }] },
    reason: why && [{ coding: [{ system: GROUNDS, code: why.ground }], text: why.reason }],
    agent: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'performer' }] },
        who: personReference(context.person),
      },
    ],
  };
}
