/** Lists of what was removed: read from the deleted resources and the Provenance that each removal has. */

import { hiddenCodes, labelsOf } from '../../../src-shared/access/sensitivity.ts';
import type { Removed, RemovedPatient } from '../../../src-shared/contract/lifetime.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import type { Target } from '../../../src-shared/fhir/references.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { derive, glassIsBroken, headOf, hiddenFrom, sql } from '../records/index.ts';
import { lastVersion, type Said, saidBy } from './removal.ts';
import { addYears, yearsOf } from './rules.ts';

/** Removed things of one patient that are shown. */
const ITEMS_MAX = 500;

interface Gone extends Target {
  author: string;
  at: string;
}

/**
 * Says of a removed entry whether its labels, or those of what it refers to, keep it from this person. What is removed stands in no table of labels any more, so
 * its last version is asked.
 */
export function removedHidden(
  context: Pick<Context, 'person' | 'clock' | 'vault'>,
  patient: string,
): (target: Target) => boolean {
  const { db } = context.vault;
  const codes = hiddenCodes(context.person.roles);
  if (codes.length === 0 || glassIsBroken(db, patient, context.person.id, isoTime(context.clock))) return () => false;
  const here = hiddenFrom(context, patient);
  const labelled = (resource: FhirResource) => labelsOf(resource).some((code) => codes.includes(code));
  return (target) => {
    const last = lastVersion(db, target)?.resource;
    if (last === undefined) return false;
    if (here.has(`${target.type}/${target.id}`) || labelled(last)) return true;
    return derive(last).references.some((to) => {
      if (to.type === 'Patient') return false;
      if (here.has(`${to.type}/${to.id}`)) return true;
      const other = headOf(db, to.type, to.id)?.deleted === 1 ? lastVersion(db, to)?.resource : undefined;
      return other !== undefined && labelled(other);
    });
  };
}

/** What was removed from the chart of one patient and is not purged, newest first, without what labels keep from this person. */
export function removedOf(context: Pick<Context, 'person' | 'clock' | 'vault'>, patient: string): Removed[] {
  const { db } = context.vault;
  const isHidden = removedHidden(context, patient);
  const gone = sql<Gone>(
    db,
    `SELECT r.type, r.id, h.author, h.at FROM resource r JOIN resource_history h ON h.n = r.body_n
    WHERE r.patient = ? AND r.deleted = 1 AND r.type <> 'Patient' ORDER BY h.at DESC LIMIT ?`,
  ).all(patient, ITEMS_MAX);
  const items = new Map<string, Removed>();
  for (const one of gone) {
    const removal = removalOf(db, patient, one);
    const said = removal === undefined ? undefined : saidBy(db, patient, removal);
    const key = removal ?? `${one.type}/${one.id}`;
    if (items.has(key) || [one, ...(said?.targets ?? [])].some(isHidden)) continue;
    // The first target is what was chosen; the others went with it.
    const first = said?.targets[0] ?? one;
    items.set(key, itemOf(db, key, first, said, one));
  }
  return [...items.values()];
}

/** Removed patients among those whom this person cares for, or all. */
export function removedPatients(db: Db, person: string | null): RemovedPatient[] {
  const gone = sql<Gone & { patient: string }>(
    db,
    `SELECT r.type, r.id, r.patient, h.author, h.at FROM resource r JOIN resource_history h ON h.n = r.body_n
    WHERE r.deleted = 1 AND r.type = 'Patient' AND r.patient IS NOT NULL AND (@person IS NULL OR EXISTS (SELECT 1 FROM care_team c WHERE c.patient = r.patient AND c.person = @person))
    ORDER BY h.at DESC LIMIT @max`,
  ).all({ person, max: ITEMS_MAX });
  return gone.map((one) => {
    const removal = removalOf(db, one.patient, one);
    const said = removal === undefined ? undefined : saidBy(db, one.patient, removal);
    return {
      ...itemOf(db, removal ?? `Patient/${one.id}`, one, said, one),
      patient: patientId.parse(one.patient),
      birthDate: nameOf(db, one.patient)?.birthDate,
    };
  });
}

/** Name, as it must be typed, and birth date of a patient who is here or was removed. */
export function nameOf(
  db: Db,
  patient: string,
): { given: string; family: string; list: string; birthDate: string | undefined; identifiers: string[] } | undefined {
  const last = lastVersion(db, { type: 'Patient', id: patient });
  const facts = last === undefined ? null : derive(last.resource).person;
  if (facts === null) return undefined;
  return {
    given: facts.given,
    family: facts.family,
    list: facts.name,
    birthDate: facts.birthDate ?? undefined,
    identifiers: facts.keys.filter(({ kind }) => kind === 'id').map(({ key }) => key),
  };
}

/** The Provenance of the last removal of a resource. */
function removalOf(db: Db, patient: string, target: Target): string | undefined {
  return sql<{ id: string }>(
    db,
    "SELECT f.id FROM reference f JOIN resource r ON r.type = f.type AND r.id = f.id WHERE f.target_type = ? AND f.target_id = ? AND f.type = 'Provenance' AND r.patient = ? AND r.deleted = 0 ORDER BY r.hlc DESC",
  )
    .all(target.type, target.id, patient)
    .map(({ id }) => id)
    .find((id) => saidBy(db, patient, id) !== undefined);
}

function itemOf(db: Db, removal: string, first: Target, said: Said | undefined, gone: Gone): Removed {
  const at = said?.at || gone.at;
  return {
    removal,
    type: first.type,
    id: first.id,
    title: titleOf(db, first),
    count: said?.targets.length ?? 1,
    ground: said?.ground ?? 'other',
    reason: said?.reason ?? '',
    by: said?.by || personName(db, gone.author),
    at,
    until: addYears(at, yearsOf(db, 'removed')),
  };
}

function titleOf(db: Db, target: Target): string {
  const last = lastVersion(db, target);
  if (last === undefined) return target.type;
  const { chart, person } = derive(last.resource);
  return person?.name ?? chart[0]?.title ?? target.type;
}

export function personName(db: Db, id: string): string {
  return sql<{ display_name: string }>(db, 'SELECT display_name FROM user WHERE id = ?').get(id)?.display_name ?? id;
}
