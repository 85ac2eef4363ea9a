/** The building blocks of a sample history: resources with the codes that real records use (SNOMED CT as in the International Patient Set, LOINC, UCUM, CVX). */
import { type FhirResource, TAG_SYSTEM, tags } from '../../../src-shared/fhir/types.ts';
import type { Dice } from './dice.ts';

export type Sex = 'female' | 'male';
export const SAMPLE_META = { tag: [{ system: TAG_SYSTEM, code: tags.sample, display: 'Sample, not a real person' }] };
export const DAY_MS = 86_400_000;
export const YEAR_MS = 365.25 * DAY_MS;

export const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}:00Z`;
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

/** A test of the laboratory: LOINC, name, unit (UCUM), decimals, range by sex. */
export interface Test {
  code: string;
  name: string;
  unit: string;
  decimals: number;
  range: (sex: Sex) => readonly [number | undefined, number | undefined];
}

/** Ranges as adult laboratories commonly print them. */
export const tests = {
  hba1c: { code: '59261-8', name: 'HbA1c', unit: 'mmol/mol', decimals: 0, range: () => [20, 42] },
  glucose: { code: '14771-0', name: 'Fasting glucose', unit: 'mmol/L', decimals: 1, range: () => [3.9, 5.6] },
  creatinine: {
    code: '14682-9',
    name: 'Creatinine',
    unit: 'umol/L',
    decimals: 0,
    range: (sex) => (sex === 'female' ? [45, 84] : [59, 104]),
  },
  egfr: { code: '62238-1', name: 'eGFR (CKD-EPI)', unit: 'mL/min/{1.73_m2}', decimals: 0, range: () => [60, undefined] },
  acr: { code: '14959-1', name: 'Albumin/creatinine, urine', unit: 'mg/mmol', decimals: 1, range: () => [undefined, 3] },
  potassium: { code: '2823-3', name: 'Potassium', unit: 'mmol/L', decimals: 1, range: () => [3.5, 5.1] },
  sodium: { code: '2951-2', name: 'Sodium', unit: 'mmol/L', decimals: 0, range: () => [136, 145] },
  ldl: { code: '22748-8', name: 'LDL cholesterol', unit: 'mmol/L', decimals: 1, range: () => [undefined, 3] },
  haemoglobin: {
    code: '718-7',
    name: 'Haemoglobin',
    unit: 'g/dL',
    decimals: 1,
    range: (sex) => (sex === 'female' ? [12, 15.5] : [13.5, 17.5]),
  },
  ferritin: { code: '2276-4', name: 'Ferritin', unit: 'ug/L', decimals: 0, range: () => [15, 200] },
  tsh: { code: '3016-3', name: 'TSH', unit: 'mU/L', decimals: 2, range: () => [0.4, 4] },
  inr: { code: '6301-6', name: 'INR', unit: '{INR}', decimals: 1, range: () => [undefined, 1.2] },
} satisfies Record<string, Test>;

/** Makes the resources of one patient, all of them tagged as sample. */
export class Chart {
  readonly resources: FhirResource[] = [];
  readonly dice: Dice;
  readonly nowMs: number;
  readonly patient: string;
  private readonly practitioner: { reference: string; display: string };

  constructor(dice: Dice, nowMs: number, patient: string, practitioner: { reference: string; display: string }) {
    this.dice = dice;
    this.nowMs = nowMs;
    this.patient = patient;
    this.practitioner = practitioner;
  }

  problem(code: string, name: string, onsetMs: number, endedMs?: number): void {
    this.add('Condition', onsetMs, {
      clinicalStatus: status('condition-clinical', endedMs === undefined ? 'active' : 'resolved'),
      verificationStatus: status('condition-ver-status', 'confirmed'),
      category: [{ coding: [{ system: `${TERMINOLOGY}/condition-category`, code: 'problem-list-item' }] }],
      code: { coding: [{ system: SNOMED, code, display: name }], text: name },
      subject: this.subject,
      onsetDateTime: day(onsetMs),
      recordedDate: day(onsetMs),
      recorder: this.practitioner,
      abatementDateTime: endedMs === undefined ? undefined : day(endedMs),
    });
  }

  allergy(code: string, name: string, criticality: 'low' | 'high' | undefined, reaction: string | undefined, ms: number): void {
    this.add('AllergyIntolerance', ms, {
      clinicalStatus: status('allergyintolerance-clinical', 'active'),
      verificationStatus: status('allergyintolerance-verification', 'confirmed'),
      criticality,
      code: { coding: [{ system: SNOMED, code, display: name }], text: name },
      patient: this.subject,
      recordedDate: day(ms),
      recorder: this.practitioner,
      reaction: reaction === undefined ? undefined : [{ manifestation: [{ text: reaction }] }],
    });
  }

  medicine(name: string, dose: string, startMs: number, stopped?: { ms: number; why: string }): void {
    this.add('MedicationRequest', startMs, {
      status: stopped === undefined ? 'active' : 'stopped',
      statusReason: stopped === undefined ? undefined : { text: stopped.why },
      intent: 'order',
      medicationCodeableConcept: { text: name },
      subject: this.subject,
      authoredOn: day(startMs),
      requester: this.practitioner,
      dosageInstruction: [{ text: dose }],
    });
  }

  visit(ms: number, what: string, why: string): string {
    return this.add('Encounter', ms, {
      status: 'finished',
      class: { system: `${TERMINOLOGY}/v3-ActCode`, code: 'AMB', display: 'ambulatory' },
      type: [{ text: what }],
      subject: this.subject,
      participant: [{ individual: this.practitioner }],
      period: { start: time(ms), end: time(ms + 20 * 60_000) },
      reasonCode: [{ text: why }],
    });
  }

  vital(code: string, name: string, unit: string, printed: string, value: number, ms: number): void {
    this.add('Observation', ms, {
      ...this.observation('vital-signs', ms),
      code: { coding: [{ system: LOINC, code, display: name }], text: name },
      valueQuantity: { value, unit: printed, system: UCUM, code: unit },
    });
  }

  bloodPressure(systolic: number, diastolic: number, ms: number): void {
    const component = (code: string, name: string, value: number) => ({
      code: { coding: [{ system: LOINC, code, display: name }] },
      valueQuantity: { value: Math.round(value), unit: 'mmHg', system: UCUM, code: 'mm[Hg]' },
    });
    this.add('Observation', ms, {
      ...this.observation('vital-signs', ms),
      code: { coding: [{ system: LOINC, code: '85354-9', display: 'Blood pressure panel' }], text: 'Blood pressure' },
      component: [
        component('8480-6', 'Systolic blood pressure', systolic),
        component('8462-4', 'Diastolic blood pressure', diastolic),
      ],
    });
  }

  /** A laboratory report with its values. */
  laboratory(title: string, sex: Sex, values: Partial<Record<keyof typeof tests, number>>, ms: number): void {
    const results: { reference: string; display: string }[] = [];
    for (const [name, value] of Object.entries(values)) {
      // Keys of the parameter are those of the table.
      const test: Test = tests[name as keyof typeof tests];
      const id = this.add('Observation', ms, {
        ...this.observation('laboratory', ms),
        code: { coding: [{ system: LOINC, code: test.code, display: test.name }], text: test.name },
        ...this.result(test, sex, value),
      });
      results.push({ reference: `Observation/${id}`, display: test.name });
    }
    this.add('DiagnosticReport', ms, {
      status: 'final',
      category: [{ coding: [{ system: `${TERMINOLOGY}/v2-0074`, code: 'LAB' }] }],
      code: { text: title },
      subject: this.subject,
      effectiveDateTime: time(ms),
      issued: time(ms + 4 * 3_600_000),
      result: results,
    });
  }

  immunisation(cvx: string, name: string, ms: number): void {
    this.add('Immunization', ms, {
      status: 'completed',
      vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: cvx }], text: name },
      patient: this.subject,
      occurrenceDateTime: day(ms),
      primarySource: true,
      lotNumber: `L${this.dice.whole(10_000, 99_999)}`,
    });
  }

  procedure(code: string, name: string, ms: number): void {
    this.add('Procedure', ms, {
      status: 'completed',
      code: { coding: [{ system: SNOMED, code, display: name }], text: name },
      subject: this.subject,
      performedDateTime: day(ms),
    });
  }

  alert(text: string, ms: number): void {
    this.add('Flag', ms, {
      status: 'active',
      category: [{ text: 'Safety' }],
      code: { text },
      subject: this.subject,
      period: { start: day(ms) },
      author: this.practitioner,
    });
  }

  note(title: string, text: string, ms: number): void {
    this.add('DocumentReference', ms, {
      status: 'current',
      docStatus: 'final',
      type: { coding: [{ system: LOINC, code: '34109-9', display: 'Note' }] },
      category: [
        {
          coding: [
            { system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' },
          ],
        },
      ],
      subject: this.subject,
      date: time(ms),
      author: [this.practitioner],
      authenticator: this.practitioner,
      description: title,
      content: [
        { attachment: { contentType: 'text/plain; charset=utf-8', data: Buffer.from(text, 'utf8').toString('base64'), title } },
      ],
    });
  }

  private get subject(): { reference: string } {
    return { reference: `Patient/${this.patient}` };
  }

  private observation(category: string, ms: number): Partial<FhirResource> {
    return {
      status: 'final',
      category: [{ coding: [{ system: `${TERMINOLOGY}/observation-category`, code: category }] }],
      subject: this.subject,
      effectiveDateTime: time(ms),
      performer: [this.practitioner],
    };
  }

  private result(test: Test, sex: Sex, value: number): Partial<FhirResource> {
    const [low, high] = test.range(sex);
    const rounded = Number(value.toFixed(test.decimals));
    const bound = (number: number | undefined) =>
      number === undefined ? undefined : { value: number, unit: test.unit, system: UCUM, code: test.unit };
    const flag = low !== undefined && rounded < low ? 'L' : high !== undefined && rounded > high ? 'H' : undefined;
    return {
      valueQuantity: bound(rounded),
      referenceRange: [{ low: bound(low), high: bound(high) }],
      interpretation:
        flag === undefined ? undefined : [{ coding: [{ system: `${TERMINOLOGY}/v3-ObservationInterpretation`, code: flag }] }],
    };
  }

  private add(resourceType: string, ms: number, elements: Partial<FhirResource>): string {
    const id = this.dice.id(Math.min(ms, this.nowMs));
    this.resources.push({ resourceType, id, meta: SAMPLE_META, ...elements });
    return id;
  }
}

const status = (system: string, code: string) => ({ coding: [{ system: `${TERMINOLOGY}/${system}`, code }] });
