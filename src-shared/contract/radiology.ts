/** Reports on imaging studies: templates, signing, addenda, who was told of a critical finding; and what each person likes in the viewer. */
import { z } from 'zod';
import { handout } from './handouts.ts';
import { dicomUid } from './imaging.ts';
import { procedure } from './procedure.ts';
import { done, fhirId, instant, ofPatient, onPatient, patientId } from './types.ts';

export const reportSections = ['indication', 'technique', 'comparison', 'findings', 'impression'] as const;
export type ReportSection = (typeof reportSections)[number];
const sectionText = z.string().max(50_000);
export const sections = z.object({
  indication: sectionText,
  technique: sectionText,
  comparison: sectionText,
  findings: sectionText,
  impression: sectionText,
});
export type ReportSections = z.output<typeof sections>;

const reportTemplate = z.object({
  id: fhirId,
  name: z.string().min(1).max(120),
  /** CT, MR ...; left out: any. */
  modality: z.string().max(16).optional(),
  /** As DICOM's Body Part Examined says it: CHEST; left out: any. */
  bodyPart: z.string().max(64).optional(),
  sections,
  /** Comes with Lamplight; a changed one is kept under the same id as the clinic's own. */
  builtIn: z.boolean(),
  version: z.number(),
});
export type ReportTemplate = z.output<typeof reportTemplate>;

/** Who was told of a critical finding, how and when. */
export const told = z.object({ whom: z.string().min(1).max(200), how: z.enum(['phone', 'in-person', 'message']), at: instant });

const radiologyReport = z.object({
  id: fhirId,
  study: z.string(),
  title: z.string(),
  sections,
  keyImages: z.array(z.object({ instance: fhirId, frame: z.number() })),
  critical: told.optional(),
  author: z.string(),
  signedAt: instant,
  /** Oldest first. */
  addenda: z.array(z.object({ id: fhirId, text: z.string(), author: z.string(), signedAt: instant, critical: told.optional() })),
});
export type RadiologyReport = z.output<typeof radiologyReport>;

export const preferences = z.object({
  /** Act of the viewer → key. */
  keys: z.record(z.string().max(40), z.string().max(20)),
  /** Typed as `.name` and a space, each becomes its text. */
  macros: z.array(z.object({ name: z.string().regex(/^[\p{L}\p{N}-]{1,30}$/u), text: z.string().max(5_000) })).max(200),
});

export const worklistRow = z.object({
  patient: patientId,
  patientName: z.string(),
  birthDate: z.string().optional(),
  study: z.string(),
  date: instant.optional(),
  description: z.string(),
  modalities: z.array(z.string()),
  accession: z.string().optional(),
  series: z.number(),
  instances: z.number(),
  /** An instance to stand for it in a list. */
  cover: fhirId.optional(),
  /** Somebody has signed a report on it. */
  reported: z.boolean(),
});
export type WorklistRow = z.output<typeof worklistRow>;

export const radiology = {
  'radiology.worklist': procedure({
    kind: 'query',
    input: z.object({ limit: z.number().int().min(1).max(500).default(300) }),
    output: z.object({ studies: z.array(worklistRow), more: z.boolean() }),
    permission: 'image.read',
    audit: 'R',
    summary: "Imaging studies of patients in this person's care, newest first, and whether anybody has reported on them",
  }),
  'radiology.preferences': procedure({
    kind: 'query',
    input: z.object({}),
    output: preferences,
    permission: 'signed-in',
    audit: null,
    summary: 'Own keys of the viewer and own text macros',
  }),
  'radiology.setPreferences': procedure({
    kind: 'command',
    input: preferences,
    output: done,
    permission: 'signed-in',
    audit: null,
    summary: 'Keep own keys of the viewer and own text macros',
  }),

  'radiology.templates': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ templates: z.array(reportTemplate) }),
    permission: 'report.write',
    audit: null,
    summary: "Templates of reports: those that come with Lamplight and the clinic's own",
  }),
  'radiology.saveTemplate': procedure({
    kind: 'command',
    input: reportTemplate
      .omit({ id: true, builtIn: true, version: true })
      .extend({ /** Left out: a new one. */ id: fhirId.optional(), expectedVersion: z.number().optional() }),
    output: reportTemplate,
    permission: 'report.write',
    audit: 'U',
    summary: 'Keep a template of reports for the clinic',
  }),
  'radiology.removeTemplate': procedure({
    kind: 'command',
    input: z.object({ id: fhirId }),
    output: done,
    permission: 'report.write',
    audit: 'D',
    summary: 'Remove a template of the clinic; one that comes with Lamplight is again as it came',
  }),

  'radiology.reports': procedure({
    kind: 'query',
    input: onPatient.extend({ study: dicomUid.optional() }),
    output: z.object({ reports: z.array(radiologyReport) }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'Signed reports on imaging studies with their addenda, newest first',
  }),
  'radiology.sign': procedure({
    kind: 'command',
    input: onPatient.extend({
      study: dicomUid,
      title: z.string().min(1).max(200),
      sections,
      keyImages: z
        .array(z.object({ instance: fhirId, frame: z.number().int().min(1) }))
        .max(64)
        .default([]),
      /** Ids of the measurements that the report rests on. */
      measurements: z.array(fhirId).max(200).default([]),
      /** Ids of the readings of models that its words name: accepted or changed by a person, of this study. */
      readings: z.array(fhirId).max(50).default([]),
      critical: told.optional(),
      /** Removed in the same transaction. */
      draftKey: z.string().max(200).optional(),
    }),
    output: z.object({ id: fhirId }),
    permission: 'report.sign',
    patient: ofPatient,
    audit: 'C',
    summary: 'Sign a report; from then on it can only be added to',
  }),
  'radiology.addend': procedure({
    kind: 'command',
    input: onPatient.extend({
      report: fhirId,
      text: z.string().min(1).max(50_000),
      critical: told.optional(),
      draftKey: z.string().max(200).optional(),
    }),
    output: z.object({ id: fhirId }),
    permission: 'report.sign',
    patient: ofPatient,
    audit: 'C',
    summary: 'Add to a signed report',
  }),
  'radiology.pdf': procedure({
    kind: 'query',
    input: onPatient.extend({ report: fhirId }),
    output: handout,
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'A signed report with its addenda as PDF, to be saved or fetched as a hand-out',
  }),
};
