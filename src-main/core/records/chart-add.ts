/** What people enter in the chart: problems, allergies, medicines, vital signs; and ending them with a reason. */

import type { ParsedInput } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { earliestMs, isFhirDate } from '../../../src-shared/fhir/dates.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { BLOOD_PRESSURE, DIASTOLIC, inOwnUnit, SYSTOLIC, type Vital, vitalOf } from '../../../src-shared/fhir/vitals.ts';
import { command, type Handlers } from '../bind.ts';
import type { Context, Tx } from '../context.ts';
import { personReference } from './signing.ts';
import { putResource, readResource } from './store.ts';

type Entry = ParsedInput<'chart.add'>['entry'];
type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

const UCUM = 'http://unitsofmeasure.org';
const LOINC = 'http://loinc.org';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
/** A clock that runs ahead is forgiven by this much. */
const FUTURE_MS_MAX = 10 * 60 * 1000;

export const chartAddProcedures: Handlers = {
  'chart.add': command((context, tx, { patient, entry }) => {
    const resource = { ...made(context, tx, entry), ...whose(entry.kind, patient) };
    const { id } = putResource(tx, resource, { patient, origin: 'person' });
    return { type: resource.resourceType, id };
  }),

  'chart.stop': command((context, tx, { patient, type, id, reason }) => {
    const stored = readResource(tx.db, type, id);
    if (stored === undefined || stored.patient !== patient) throw new AppError('not-found', { what: 'entry' });
    putResource(
      tx,
      { ...stored.resource, ...ended(type, stored.resource, tx.at, reason, personReference(context.person)) },
      { patient, origin: stored.origin, expectedVersion: stored.version },
    );
    return { ok: true };
  }),
};

/** The resource of an entry, without the patient: also for what is taken over from a letter. @throws AppError `invalid-input` */
export function made(context: Context, tx: Tx, entry: Entry): FhirResource {
  switch (entry.kind) {
    case 'problem':
      return problem(context, tx, entry);
    case 'allergy':
      return allergy(context, tx, entry);
    case 'medicine':
      return medicine(context, tx, entry);
    case 'vital':
      return vitalSign(context, tx, entry);
  }
}

const whose = (kind: Entry['kind'], patient: string) => ({
  [kind === 'allergy' ? 'patient' : 'subject']: { reference: `Patient/${patient}` },
});
const status = (system: string, code: string) => ({ coding: [{ system: `${TERMINOLOGY}/${system}`, code }] });

function problem(context: Context, tx: Tx, entry: Of<'problem'>): FhirResource {
  if (entry.onset !== undefined && (!isFhirDate(entry.onset) || entry.onset > tx.at.slice(0, entry.onset.length)))
    throw new AppError('invalid-input', { what: 'the onset is not a date of the past' });
  return {
    resourceType: 'Condition',
    clinicalStatus: status('condition-clinical', 'active'),
    verificationStatus: status('condition-ver-status', 'confirmed'),
    category: [{ coding: [{ system: `${TERMINOLOGY}/condition-category`, code: 'problem-list-item' }] }],
    code: {
      text: entry.text,
      coding: entry.code === undefined ? undefined : [{ system: 'http://snomed.info/sct', code: entry.code }],
    },
    onsetDateTime: entry.onset,
    recordedDate: tx.at,
    recorder: personReference(context.person),
  };
}

function allergy(context: Context, tx: Tx, entry: Of<'allergy'>): FhirResource {
  return {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: status('allergyintolerance-clinical', 'active'),
    verificationStatus: status('allergyintolerance-verification', 'confirmed'),
    code: { text: entry.substance },
    criticality: entry.criticality,
    reaction: entry.reaction === undefined ? undefined : [{ manifestation: [{ text: entry.reaction }] }],
    recordedDate: tx.at,
    recorder: personReference(context.person),
  };
}

function medicine(context: Context, tx: Tx, entry: Of<'medicine'>): FhirResource {
  const words = [entry.dose, entry.route, entry.frequency].filter(Boolean).join(', ');
  return {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: entry.name },
    authoredOn: tx.at,
    requester: personReference(context.person),
    dosageInstruction:
      words === '' ? undefined : [{ text: words, route: entry.route === undefined ? undefined : { text: entry.route } }],
  };
}

function vitalSign(context: Context, tx: Tx, entry: Of<'vital'>): FhirResource {
  const when = entry.at ?? tx.at;
  const ms = earliestMs(when);
  if (ms === undefined) throw new AppError('invalid-input', { what: 'the time of measuring is not a time' });
  if (ms > context.clock.now() + FUTURE_MS_MAX)
    throw new AppError('invalid-input', { what: 'the time of measuring lies in the future' });
  const base = {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: `${TERMINOLOGY}/observation-category`, code: 'vital-signs' }] }],
    effectiveDateTime: when,
    issued: tx.at,
    performer: [personReference(context.person)],
  };
  if (entry.code === BLOOD_PRESSURE || (entry.code === SYSTOLIC && entry.value2 !== undefined))
    return { ...base, ...bloodPressure(entry) };
  const vital = vitalOf(entry.code);
  if (vital === undefined) throw new AppError('invalid-input', { what: 'this is not one of the vital signs' });
  return { ...base, code: concept(vital), valueQuantity: measured(vital, entry.value, entry.unit) };
}

function bloodPressure(entry: Of<'vital'>): Partial<FhirResource> {
  const systolic = vitalOf(SYSTOLIC);
  const diastolic = vitalOf(DIASTOLIC);
  if (entry.value2 === undefined || systolic === undefined || diastolic === undefined)
    throw new AppError('invalid-input', { what: 'a blood pressure needs an upper and a lower value' });
  if (entry.value2 >= entry.value)
    throw new AppError('invalid-input', { what: 'the lower blood pressure is not below the upper one' });
  return {
    code: {
      coding: [{ system: LOINC, code: BLOOD_PRESSURE, display: 'Blood pressure panel with all children optional' }],
      text: 'Blood pressure',
    },
    component: [
      { code: concept(systolic), valueQuantity: measured(systolic, entry.value, entry.unit) },
      { code: concept(diastolic), valueQuantity: measured(diastolic, entry.value2, entry.unit) },
    ],
  };
}

const concept = (vital: Vital) => ({ coding: [{ system: LOINC, code: vital.code, display: vital.name }], text: vital.name });

/** Refuses what no body can have: a slip of the keyboard or of the unit. */
function measured(vital: Vital, value: number, unit: string): Record<string, unknown> {
  const own = inOwnUnit(vital, value, unit);
  if (own === undefined)
    throw new AppError('invalid-input', { what: `${vital.name} is not measured in this unit; use ${vital.printedUnit}` });
  const [low, high] = vital.plausible;
  if (own < low || own > high)
    throw new AppError('invalid-input', { what: `${vital.name} must lie between ${low} and ${high} ${vital.printedUnit}` });
  return own === value
    ? { value, unit: vital.printedUnit, system: UCUM, code: vital.unit }
    : { value, unit, system: UCUM, code: unit };
}

/** The elements that end an entry; the reason stands in its own element or in a note. */
function ended(
  type: string,
  resource: FhirResource,
  time: string,
  reason: string,
  by: Record<string, unknown>,
): Partial<FhirResource> {
  const notes = Array.isArray(resource.note) ? resource.note : [];
  const note = reason === '' ? notes : [...notes, { text: reason, time, authorString: by.display }];
  switch (type) {
    case 'Condition':
      return { clinicalStatus: status('condition-clinical', 'resolved'), abatementDateTime: time, note };
    case 'AllergyIntolerance':
      return { clinicalStatus: status('allergyintolerance-clinical', 'inactive'), note };
    default:
      return { status: 'stopped', statusReason: type === 'MedicationRequest' ? { text: reason } : [{ text: reason }], note };
  }
}
