import { fold } from './fold.ts';
import type { DiagnosisValue, Entity, LabEntity, MedicationEntity, MedicationStatus, VitalEntity } from './types.ts';
import { ucumOf } from './units.ts';

/** A FHIR R4 resource as a draft: a person has yet to confirm it. */
export interface ResourceDraft {
  resourceType: 'MedicationStatement' | 'Observation' | 'Condition' | 'AllergyIntolerance';
  [element: string]: unknown;
}

/** Ties a resource to the place of the page where it was read: page, box and the engine's confidence. */
const placeExtension = 'https://lamplight.example/fhir/StructureDefinition/document-place';

// HL7 terminology, https://terminology.hl7.org
const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';
const ucumSystem = 'http://unitsofmeasure.org';
const loincSystem = 'http://loinc.org';
const interpretations = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';

/**
 * A FHIR R4 draft of an entity, tied to its place in the document; undefined for dates and for values without a number.
 * Observations are preliminary, conditions and allergies unconfirmed.
 */
export function toResourceDraft(entity: Entity, patientId: string, documentReferenceId: string): ResourceDraft | undefined {
  const subject = { reference: `Patient/${patientId}` };
  const source = { reference: `DocumentReference/${documentReferenceId}` };
  const common = {
    meta: { tag: [{ system: 'https://lamplight.example/fhir/CodeSystem/origin', code: 'read-from-document' }] },
    extension: [placeOf(entity, source)],
  };
  switch (entity.kind) {
    case 'medication':
      return medication(entity, common, subject, source);
    case 'vital':
    case 'lab':
      return observation(entity, common, subject, source);
    case 'diagnosis':
      return {
        resourceType: 'Condition',
        ...common,
        ...conditionStatus(entity.value),
        code: { text: entity.value.text },
        subject,
      };
    case 'allergy':
      return {
        resourceType: 'AllergyIntolerance',
        ...common,
        clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
        verificationStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'unconfirmed'),
        code: { text: entity.value.substance },
        patient: subject,
        ...(entity.value.reaction ? { reaction: [{ manifestation: [{ text: entity.value.reaction }] }] } : {}),
      };
    case 'date':
      return undefined;
  }
}

type Common = { meta: unknown; extension: unknown[] };
type Reference = { reference: string };

function placeOf(entity: Entity, source: Reference): unknown {
  const [x0, y0, x1, y1] = entity.box;
  return {
    url: placeExtension,
    extension: [
      { url: 'document', valueReference: source },
      { url: 'page', valuePositiveInt: entity.page },
      { url: 'box', valueString: [x0, y0, x1, y1].map((edge) => Math.round(edge * 100) / 100).join(' ') },
      { url: 'text', valueString: entity.text },
      { url: 'confidence', valueDecimal: Math.round(entity.confidence * 1000) / 1000 },
      { url: 'doubtful', valueBoolean: entity.doubtful },
    ],
  };
}

const coded = (system: string, code: string) => ({ coding: [{ system, code }] });

const medicationStatus: Record<MedicationStatus, string> = {
  new: 'active',
  'new dose': 'active',
  increased: 'active',
  reduced: 'active',
  unchanged: 'active',
  STOPPED: 'stopped',
};

function medication(entity: MedicationEntity, common: Common, subject: Reference, source: Reference): ResourceDraft {
  const { name, dose, strength, route, frequency, status } = entity.value;
  const quantity = dose ? doseQuantity(dose) : undefined;
  return {
    resourceType: 'MedicationStatement',
    ...common,
    status: status ? medicationStatus[status] : 'unknown',
    medicationCodeableConcept: { text: strength ? `${name} ${strength}` : name },
    subject,
    derivedFrom: [source],
    ...(status ? { note: [{ text: status }] } : {}),
    dosage: [
      {
        text: [dose, route, frequency].filter(Boolean).join(' '),
        ...(route ? { route: { text: route } } : {}),
        ...(frequency ? { timing: { code: { text: frequency } } } : {}),
        ...(quantity ? { doseAndRate: [{ doseQuantity: quantity }] } : {}),
      },
    ],
  };
}

function doseQuantity(dose: string): unknown {
  const match = /^(\d+(?:[.,]\d+)?)\s*(\D+)$/.exec(dose);
  if (!match) return undefined;
  const unit = (match[2] ?? '').trim();
  const spelled: [RegExp, string][] = [
    [/^micro|^maikro/, 'ug'],
    [/^mill?i?gra|^miligram/, 'mg'],
    [/^(?:grams?|gramos?|grammes?|gramas?)$/, 'g'],
    [/^(?:units?|unidades?|unites?|vitengo)$/, '[IU]'],
  ];
  const code = spelled.find(([pattern]) => pattern.test(fold(unit)))?.[1] ?? ucumOf(fold(unit));
  return { value: Number((match[1] ?? '').replace(',', '.')), unit, ...(code ? { system: ucumSystem, code } : {}) };
}

function observation(
  entity: VitalEntity | LabEntity,
  common: Common,
  subject: Reference,
  source: Reference,
): ResourceDraft | undefined {
  const { value } = entity;
  const category = entity.kind === 'vital' ? 'vital-signs' : 'laboratory';
  const quantity = (number: number | undefined, sign?: string) => ({
    value: number,
    ...(sign ? { comparator: sign } : {}),
    unit: value.unit,
    ...(value.ucum ? { system: ucumSystem, code: value.ucum } : {}),
  });
  const base = {
    resourceType: 'Observation' as const,
    ...common,
    status: 'preliminary',
    category: [coded(categories, category)],
    subject,
    derivedFrom: [source],
    code: { text: value.name, ...(value.loinc ? { coding: [{ system: loincSystem, code: value.loinc }] } : {}) },
    ...(value.date ? { effectiveDateTime: value.date } : {}),
    ...(value.flag ? { interpretation: [coded(interpretations, value.flag)] } : {}),
    ...(value.referenceRange ? { referenceRange: [{ text: value.referenceRange }] } : {}),
  };
  if (entity.kind === 'vital' && entity.value.systolic !== undefined) {
    const part = (code: string, number: number | undefined) => ({
      code: coded(loincSystem, code),
      valueQuantity: { ...quantity(number), system: ucumSystem, code: 'mm[Hg]' },
    });
    return { ...base, component: [part('8480-6', entity.value.systolic), part('8462-4', entity.value.diastolic)] };
  }
  if (value.valueNumber === undefined) return undefined;
  const sign = /^[<>]=?/.exec(value.value)?.[0];
  return { ...base, valueQuantity: quantity(value.valueNumber, sign) };
}

function conditionStatus(value: DiagnosisValue): Record<string, unknown> {
  const clinical = value.status === 'resolved' || value.status === 'past' ? 'resolved' : 'active';
  return {
    clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', clinical),
    verificationStatus: coded(
      'http://terminology.hl7.org/CodeSystem/condition-ver-status',
      value.status === 'suspected' ? 'provisional' : 'unconfirmed',
    ),
  };
}
