import { z } from 'zod';
import { procedure } from './procedure.ts';
import { bytes, done, fhirId, instant, job, ofPatient, onPatient, patientId } from './types.ts';

/** x0, y0, x1, y1 in pixels of the straightened page. */
export const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export const word = z.object({
  text: z.string(),
  box,
  confidence: z.number(),
  doubtful: z.boolean(),
  line: z.number(),
  /** Typed over the recognised text by a person. */ corrected: z.boolean().optional(),
});

export const proposal = z.object({
  id: z.string(),
  kind: z.enum(['medication', 'vital', 'lab', 'diagnosis', 'allergy', 'date']),
  text: z.string(),
  page: z.number(),
  box,
  confidence: z.number(),
  doubtful: z.boolean(),
  value: z.record(z.string(), z.unknown()),
  state: z.enum(['offered', 'accepted', 'set-aside']),
  /** The chart entry made of it. */
  resource: z.object({ type: z.string(), id: fhirId }).optional(),
});
export type Proposal = z.output<typeof proposal>;

export const documents = {
  'documents.add': procedure({
    kind: 'job',
    input: onPatient.extend({
      upload: z.string(),
      title: z.string().max(200).default(''),
      engine: z.enum(['tesseract', 'neural', 'both']).default('both'),
      language: z.string().max(30).optional(),
    }),
    output: job,
    permission: 'document.add',
    patient: ofPatient,
    audit: 'C',
    summary: 'Keep an uploaded letter in the chart and read it; the job counts pages; its result is { document }',
  }),
  'documents.get': procedure({
    kind: 'query',
    input: onPatient.extend({ id: fhirId }),
    output: z.object({
      id: fhirId,
      title: z.string(),
      addedAt: instant,
      state: z.enum(['reading', 'read', 'failed']),
      pages: z.array(
        z.object({
          page: z.number(),
          width: z.number(),
          height: z.number(),
          rotation: z.number(),
          source: z.string(),
          language: z.string(),
          text: z.string(),
          words: z.array(word),
        }),
      ),
      proposals: z.array(proposal),
      /** What the letter states that does not fit the patient of the chart: it may be of somebody else. */
      otherPerson: z.object({ name: z.string().optional(), birthDate: z.string().optional() }).optional(),
    }),
    permission: 'document.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'A letter: its pages with words, and what is offered for the chart',
  }),
  'documents.page': procedure({
    kind: 'query',
    input: onPatient.extend({ id: fhirId, page: z.number().int().min(1) }),
    output: z.object({ bytes, mediaType: z.string() }),
    permission: 'document.read',
    patient: ofPatient,
    audit: null,
    summary: 'The straightened picture of a page',
  }),
  'documents.correct': procedure({
    kind: 'command',
    input: onPatient.extend({
      id: fhirId,
      page: z.number().int().min(1),
      word: z.number().int().min(0),
      text: z.string().max(200),
    }),
    output: done,
    permission: 'proposal.accept',
    patient: ofPatient,
    audit: 'U',
    summary: 'Correct a recognised word (or confirm it by giving the same text)',
  }),
  'documents.accept': procedure({
    kind: 'command',
    input: onPatient.extend({
      id: fhirId,
      proposal: z.string(),
      /** The value as the clinician corrected it. */ value: z.record(z.string(), z.unknown()).optional(),
    }),
    output: z.object({ type: z.string(), id: fhirId }),
    permission: 'proposal.accept',
    patient: ofPatient,
    audit: 'C',
    summary: 'Take an offered line into the chart',
  }),
  'documents.setAside': procedure({
    kind: 'command',
    input: onPatient.extend({ id: fhirId, proposal: z.string() }),
    output: done,
    permission: 'proposal.accept',
    patient: ofPatient,
    audit: 'U',
    summary: 'Set an offered line aside',
  }),
  'documents.find': procedure({
    kind: 'query',
    input: z.object({
      text: z.string().min(2).max(200),
      patient: fhirId.optional(),
      limit: z.number().int().max(100).default(20),
    }),
    output: z.object({
      results: z.array(
        z.object({
          patient: patientId,
          patientName: z.string(),
          document: fhirId,
          title: z.string(),
          page: z.number(),
          snippet: z.string(),
        }),
      ),
    }),
    permission: 'document.find',
    audit: 'R',
    summary: "Find letters by their words, among this person's patients",
  }),
};
