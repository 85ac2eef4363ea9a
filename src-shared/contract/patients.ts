import { z } from 'zod';
import { sensitivityCodes } from '../access/sensitivity.ts';
import { handout } from './handouts.ts';
import { procedure } from './procedure.ts';
import {
  done,
  fhirDate,
  fhirId,
  identifier,
  instant,
  job,
  measurement,
  ofPatient,
  onPatient,
  patientId,
  patientRow,
  sex,
} from './types.ts';

export const lists = [
  'problems',
  'allergies',
  'medicines',
  'documents',
  'images',
  'readings',
  'notes',
  'encounters',
  'labs',
  'immunizations',
  'procedures',
] as const;

/** One line of a chart list, ready to show. */
const chartItem = z.object({
  type: z.string(),
  id: fhirId,
  title: z.string(),
  detail: z.string().optional(),
  /** The field's status word: active, resolved, stopped, preliminary ... */
  status: z.string().optional(),
  /** critical = red with a sign, doubt = amber, none otherwise. */
  weight: z.enum(['critical', 'doubt', 'plain']).default('plain'),
  measurement: measurement.optional(),
  at: instant.optional(),
  by: z.string().optional(),
  /** Where it came from: person, machine (a proposal or reading), imported. */
  origin: z.enum(['person', 'machine', 'imported']).default('imported'),
  file: z.string().optional(),
  /** What narrows who sees it. */
  labels: z.array(z.enum(sensitivityCodes)).optional(),
});
export type ChartItem = z.output<typeof chartItem>;

const vitalSeries = z.object({
  code: z.string(),
  name: z.string(),
  unit: z.string(),
  low: z.number().optional(),
  high: z.number().optional(),
  points: z.array(z.object({ at: instant, value: z.number(), printed: z.string(), id: fhirId })),
});

export const registration = z.object({
  family: z.string().min(1).max(120),
  given: z.string().min(1).max(120),
  birthDate: fhirDate,
  sex,
  phone: z.string().max(40).optional(),
  address: z.string().max(300).optional(),
  identifier: identifier.optional(),
});

const patientsProcedures = {
  'patients.search': procedure({
    kind: 'query',
    input: z.object({ text: z.string().max(200), limit: z.number().int().min(1).max(200).default(50) }),
    output: z.object({ results: z.array(patientRow), ms: z.number() }),
    permission: 'patient.search',
    audit: null,
    summary: 'Find patients by name, identifier, birth date or phone (logged when typing rests: patients.searched)',
  }),
  'patients.searched': procedure({
    kind: 'command',
    input: z.object({ text: z.string().max(200), shown: z.array(fhirId).max(200) }),
    output: done,
    permission: 'patient.search',
    audit: 'R',
    summary: 'Log a search after typing has rested',
  }),
  'patients.recent': procedure({
    kind: 'query',
    input: z.object({ limit: z.number().int().max(50).default(12) }),
    output: z.object({ results: z.array(patientRow.extend({ openedAt: instant })) }),
    permission: 'patient.search',
    audit: null,
    summary: 'Patients whom this person opened last',
  }),
  'patients.lookAlikes': procedure({
    kind: 'query',
    input: registration.partial(),
    output: z.object({ candidates: z.array(patientRow.extend({ reasons: z.array(z.string()) })) }),
    permission: 'patient.register',
    audit: 'R',
    summary: 'Registered patients who resemble this one',
  }),
  'patients.register': procedure({
    kind: 'command',
    input: registration.extend({
      /** Ids of look-alikes that were shown and set aside. */ notThese: z.array(fhirId).default([]),
    }),
    output: z.object({ id: patientId }),
    permission: 'patient.register',
    audit: 'C',
    summary: 'Register a patient; who registers joins the care team',
  }),
  'patients.banner': procedure({
    kind: 'query',
    input: onPatient,
    output: patientRow.extend({
      family: z.string(),
      given: z.string(),
      age: z.string(),
      phone: z.string().optional(),
      address: z.string().optional(),
      deceasedAt: z.string().optional(),
      allergies: z.array(
        z.object({ substance: z.string(), criticality: z.string().optional(), reaction: z.string().optional() }),
      ),
      alerts: z.array(z.string()),
      noKnownAllergies: z.boolean(),
      access: z.object({ inCareTeam: z.boolean(), glassBrokenUntil: instant.optional() }),
      /** Entries that labels keep from this person. */
      hidden: z.object({ entries: z.number(), allergies: z.number() }),
    }),
    permission: 'patient.banner',
    patient: ofPatient,
    audit: 'R',
    summary: 'Who this is: what never scrolls away',
  }),
  'patients.breakGlass': procedure({
    kind: 'command',
    input: onPatient.extend({
      code: z.enum(['emergency', 'covering', 'public-health', 'other']),
      reason: z.string().min(5).max(500),
    }),
    output: z.object({ until: instant }),
    permission: 'break-glass',
    patient: ofPatient,
    reason: ({ code, reason }) => `${code}: ${reason}`,
    audit: 'E',
    summary: 'Open a record in an emergency, with a reason, for 60 minutes',
  }),
};

const chartProcedures = {
  'chart.summary': procedure({
    kind: 'query',
    input: onPatient,
    output: z.object({
      problems: z.array(chartItem),
      medicines: z.array(chartItem),
      allergies: z.array(chartItem),
      latest: z.array(chartItem),
      counts: z.record(z.string(), z.number()),
      lastEncounter: chartItem.optional(),
    }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'The chart on one page',
  }),
  'chart.list': procedure({
    kind: 'query',
    input: onPatient.extend({ list: z.enum(lists), limit: z.number().int().max(1000).default(500) }),
    output: z.object({
      items: z.array(chartItem),
      total: z.number(),
      /** Entries of this list that labels keep from this person. */ hidden: z.number(),
    }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'One list of the chart',
  }),
  'chart.timeline': procedure({
    kind: 'query',
    input: onPatient.extend({ before: instant.optional(), limit: z.number().int().max(200).default(60) }),
    output: z.object({ items: z.array(chartItem), next: instant.optional() }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'Everything that happened, newest first',
  }),
  'chart.vitals': procedure({
    kind: 'query',
    input: onPatient,
    output: z.object({ series: z.array(vitalSeries) }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'Vital signs as series',
  }),
  'chart.resource': procedure({
    kind: 'query',
    input: onPatient.extend({ type: z.string(), id: fhirId }),
    output: z.object({ resource: z.unknown(), version: z.number() }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'One entry of the chart, whole',
  }),
  'chart.add': procedure({
    kind: 'command',
    input: onPatient.extend({
      entry: z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('problem'),
          text: z.string().min(1).max(300),
          onset: fhirDate.optional(),
          code: z.string().optional(),
        }),
        z.object({
          kind: z.literal('allergy'),
          substance: z.string().min(1).max(200),
          criticality: z.enum(['low', 'high', 'unable-to-assess']).optional(),
          reaction: z.string().max(200).optional(),
        }),
        z.object({
          kind: z.literal('medicine'),
          name: z.string().min(1).max(200),
          dose: z.string().max(100).optional(),
          route: z.string().max(60).optional(),
          frequency: z.string().max(120).optional(),
        }),
        z.object({
          kind: z.literal('vital'),
          code: z.string(),
          value: z.number(),
          value2: z.number().optional(),
          unit: z.string(),
          at: instant.optional(),
        }),
      ]),
    }),
    output: z.object({ type: z.string(), id: fhirId }),
    permission: 'chart.write',
    patient: ofPatient,
    audit: 'C',
    summary: 'Add a problem, an allergy, a medicine or a vital sign',
  }),
  'chart.stop': procedure({
    kind: 'command',
    input: onPatient.extend({
      type: z.enum(['Condition', 'MedicationRequest', 'MedicationStatement', 'AllergyIntolerance']),
      id: fhirId,
      reason: z.string().max(300),
    }),
    output: done,
    permission: 'chart.write',
    patient: ofPatient,
    audit: 'U',
    summary: 'End a problem, a medicine or an allergy with a reason',
  }),
  'notes.sign': procedure({
    kind: 'command',
    input: onPatient.extend({
      title: z.string().min(1).max(200),
      text: z.string().min(1).max(500_000),
      draftKey: z.string().optional(),
      /** The note that this one adds to. */ addendumTo: fhirId.optional(),
    }),
    output: z.object({ id: fhirId }),
    permission: 'note.sign',
    patient: ofPatient,
    audit: 'C',
    summary: 'Sign a note; from then on it only takes addenda',
  }),
  'notes.read': procedure({
    kind: 'query',
    input: onPatient.extend({ id: fhirId }),
    output: z.object({
      title: z.string(),
      text: z.string(),
      author: z.string(),
      signedAt: instant,
      labels: z.array(z.enum(sensitivityCodes)),
      addenda: z.array(z.object({ id: fhirId, text: z.string(), author: z.string(), signedAt: instant })),
    }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'A signed note with its addenda',
  }),
};

const recordsProcedures = {
  'records.import': procedure({
    kind: 'job',
    input: z.object({ upload: z.string() }),
    output: job,
    permission: 'records.import',
    audit: 'C',
    summary: 'Import an uploaded FHIR bundle or NDJSON; the job result is { results: [...] } as the command line prints it',
  }),
  'records.export': procedure({
    kind: 'query',
    input: z.object({ patient: patientId.optional(), format: z.enum(['fhir', 'ndjson']).default('fhir') }),
    output: z.object({ document: z.string() }),
    permission: 'records.export',
    patient: (input) => input.patient,
    audit: 'R',
    summary: 'A patient (or, without one, everything this person may see) as FHIR',
  }),
  'records.exportSummary': procedure({
    kind: 'query',
    input: z.object({ patient: patientId.optional(), format: z.enum(['ips', 'ips-pdf']).default('ips') }),
    output: handout,
    permission: 'records.export',
    patient: (input) => input.patient,
    audit: 'R',
    summary:
      'The International Patient Summary of a patient (or, without one, of each whom this person cares for: a document a line, or a PDF with sheets for each), to be saved or fetched as a hand-out',
  }),
};

export const patients = { ...patientsProcedures, ...chartProcedures, ...recordsProcedures };
