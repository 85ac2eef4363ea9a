/** How studies come in, find their patient, and go out: import, review, print, export. */
import { z } from 'zod';
import { handout } from './handouts.ts';
import { dicomUid, reviewItem } from './imaging-shapes.ts';
import { procedure } from './procedure.ts';
import { bytes, fhirId, job, ofPatient, onPatient, patientId } from './types.ts';

/** A picture of a screen as JPEG, in one message. */
const PRINT_BYTES_MAX = 1_000_000;

export const moving = {
  'imaging.import': procedure({
    kind: 'job',
    input: z.object({
      uploads: z.array(z.string()).min(1).max(64),
      /** Whose it is, whatever the files say. */ patient: patientId.optional(),
      /** With a patient: what names somebody else is not taken as theirs, but waits for a person (imaging.review). */
      check: z.boolean().default(false),
    }),
    output: job,
    permission: 'imaging.import',
    patient: (input) => input.patient,
    audit: 'C',
    summary:
      'Take uploaded DICOM files, zip archives of them and DICOMDIR sets; the job result is { results, waiting } as the command line prints it',
  }),
  'imaging.review': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ items: z.array(reviewItem) }),
    permission: 'imaging.match',
    audit: 'R',
    summary: 'Studies that came in and whose patient is in doubt, with candidates',
  }),
  'imaging.match': procedure({
    kind: 'job',
    input: z.object({
      item: z.string(),
      decision: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('patient'), patient: patientId }),
        z.object({ kind: z.literal('register') }),
        z.object({ kind: z.literal('discard') }),
      ]),
    }),
    output: job,
    permission: 'imaging.match',
    patient: (input) => (input.decision.kind === 'patient' ? input.decision.patient : undefined),
    audit: 'U',
    summary:
      "Say whose a waiting study is: a patient's, somebody new with the names in the files, or nobody's (thrown away); the job result is { patient? }",
  }),
  'imaging.print': procedure({
    kind: 'query',
    input: onPatient.extend({
      of: z.union([z.object({ instance: fhirId, frame: z.number().int().min(1).default(1) }), z.object({ photograph: fhirId })]),
      /** What is on the screen, marks and all: a JPEG. */
      picture: bytes.refine(({ byteLength }) => byteLength <= PRINT_BYTES_MAX, 'too large'),
      /** How it is shown: window, measurements. */
      note: z.string().max(1000).default(''),
    }),
    output: handout,
    permission: 'imaging.export',
    patient: ofPatient,
    audit: 'R',
    summary: 'A picture as it is shown, with its marks, under a header from the record, as PDF: saved or fetched as a hand-out',
  }),
  'imaging.export': procedure({
    kind: 'job',
    input: onPatient.extend({
      study: dicomUid,
      deidentify: z.boolean().default(false),
      /** Days by which de-identified dates move; left out, dates are removed. */ shiftDays: z
        .number()
        .int()
        .min(-36_500)
        .max(36_500)
        .optional(),
    }),
    output: job,
    permission: 'imaging.export',
    patient: ofPatient,
    audit: 'R',
    summary:
      'Make a zip of a study, original or de-identified (PS3.15 basic profile); the job result is { handout, files, warnings }: handouts.read and handouts.save give it out',
  }),
};
