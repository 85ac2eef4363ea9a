/**
 * DICOM: studies of a patient, pixels for the viewer, what stands in reports, import, review and export.
 * Bulk data comes in pieces of at most 1 MiB: an answer carries the first piece and the `total`; the rest is asked for by `offset`.
 */
import { z } from 'zod';
import { handout } from './handouts.ts';
import {
  annotation,
  dicomUid,
  frameHeader,
  geometry,
  photographMark,
  presentation,
  reportNode,
  reviewItem,
  series,
  studyRow,
  windowPreset,
} from './imaging-shapes.ts';
import { procedure } from './procedure.ts';
import { bytes, done, fhirId, instant, job, patientId } from './types.ts';

export * from './imaging-shapes.ts';

/** A picture of a screen as JPEG, in one message. */
const PRINT_BYTES_MAX = 1_000_000;

const onPatient = z.object({ patient: patientId });
const ofPatient = (input: { patient: string }) => input.patient;
const frameOf = onPatient.extend({
  instance: fhirId,
  frame: z.number().int().min(1).default(1),
  as: z.enum(['display', 'stored']).default('display'),
});

const looking = {
  'imaging.studies': procedure({
    kind: 'query',
    input: onPatient,
    output: z.object({ studies: z.array(studyRow) }),
    permission: 'image.read',
    patient: ofPatient,
    audit: 'R',
    summary: "A patient's imaging studies, newest first",
  }),
  'imaging.study': procedure({
    kind: 'query',
    input: onPatient.extend({ study: dicomUid }),
    output: z.object({ study: studyRow, series: z.array(series) }),
    permission: 'image.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'One study with its series and instances, in viewing order: what a viewer must know before the first pixel',
  }),
  'imaging.geometry': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId }),
    output: z.object({
      frames: z.array(
        geometry.extend({
          windows: z.array(windowPreset),
          slope: z.number(),
          intercept: z.number(),
          timeMs: z.number().optional(),
          segment: z.number().optional(),
        }),
      ),
    }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'Place, windows and rescaling of each frame of a multi-frame instance',
  }),
  'imaging.frame': procedure({
    kind: 'query',
    input: frameOf.extend({ offset: z.number().int().min(0).default(0) }),
    output: z.object({ header: frameHeader, bytes, total: z.number() }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary:
      'Decoded pixel values of one frame, little endian, from `offset` on, at most 1 MiB (opening the study is what is logged)',
  }),
  'imaging.frames': procedure({
    kind: 'query',
    input: onPatient.extend({
      wanted: z
        .array(z.object({ instance: fhirId, frame: z.number().int().min(1) }))
        .min(1)
        .max(64),
      as: z.enum(['display', 'stored']).default('display'),
    }),
    output: z.object({ frames: z.array(z.object({ instance: fhirId, frame: z.number(), header: frameHeader, bytes })) }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary:
      'As many whole frames, from the first wanted on, as fit into 1 MiB together (none where the first alone does not: ask imaging.frame)',
  }),
  'imaging.prefetch': procedure({
    kind: 'command',
    input: onPatient.extend({ wanted: z.array(z.object({ instance: fhirId, frame: z.number().int().min(1) })).max(256) }),
    output: done,
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'Say which frames will be asked for next: they are decoded ahead as far as memory and workers allow',
  }),
  'imaging.overlays': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId, frame: z.number().int().min(1).default(1) }),
    output: z.object({
      overlays: z.array(
        z.object({
          rows: z.number(),
          columns: z.number(),
          /** Row and column of the picture, from 1, where it begins. */ origin: z.tuple([z.number(), z.number()]),
          type: z.enum(['G', 'R']),
          label: z.string(),
          /** One bit a pixel, lowest first. */ bits: bytes,
        }),
      ),
    }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'Overlay planes of a frame (PS3.3 C.9.2)',
  }),
  'imaging.thumbnail': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId, frame: z.number().int().min(1).optional() }),
    output: z.object({ bytes, mediaType: z.string(), width: z.number(), height: z.number() }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'A small JPEG of an instance with its own window, longer side 128 pixels; the middle frame unless told',
  }),
  'imaging.report': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId }),
    output: z.object({
      title: z.string(),
      completion: z.string().optional(),
      verification: z.string().optional(),
      verifiedBy: z.string().optional(),
      date: instant.optional(),
      tree: reportNode,
    }),
    permission: 'image.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'A structured report or key object selection as a tree of headings and values',
  }),
  'imaging.document': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId, page: z.number().int().min(1).default(1) }),
    output: z.object({
      title: z.string(),
      pages: z.number(),
      bytes,
      mediaType: z.string(),
      width: z.number(),
      height: z.number(),
    }),
    permission: 'image.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'A page of an encapsulated PDF as a picture',
  }),
  'imaging.waveform': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId }),
    output: z.object({
      title: z.string(),
      acquiredAt: instant.optional(),
      groups: z.array(
        z.object({
          label: z.string(),
          samplesPerSecond: z.number(),
          samples: z.number(),
          channels: z.array(
            z.object({
              label: z.string(),
              unit: z.string(),
              /** Float32, little endian, in the unit (ECG: mV). */ values: bytes,
            }),
          ),
        }),
      ),
      annotations: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
    permission: 'image.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'ECG and other waveforms: channels in their physical unit with sampling rate and labels',
  }),
  'imaging.presentation': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId }),
    output: presentation,
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'A softcopy presentation state: window, turn, area, shutters, graphics and texts',
  }),
  'imaging.tags': procedure({
    kind: 'query',
    input: onPatient.extend({ instance: fhirId }),
    output: z.object({
      tags: z.array(
        z.object({
          /** Depth in sequences. */ depth: z.number(),
          tag: z.string(),
          vr: z.string(),
          name: z.string(),
          value: z.string(),
          length: z.number(),
        }),
      ),
      truncated: z.boolean(),
    }),
    permission: 'image.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'All attributes of an instance, private ones too',
  }),
};

const marking = {
  'imaging.annotations': procedure({
    kind: 'query',
    input: onPatient.extend({ study: dicomUid }),
    output: z.object({ annotations: z.array(annotation) }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'Measurements and marks on a study',
  }),
  'imaging.annotate': procedure({
    kind: 'command',
    input: onPatient.extend({
      annotation: annotation.omit({ id: true, version: true, by: true, at: true }),
      /** Left out: a new one. */
      id: fhirId.optional(),
      expectedVersion: z.number().optional(),
    }),
    output: annotation,
    permission: 'imaging.annotate',
    patient: ofPatient,
    audit: 'U',
    summary: 'Keep a measurement or mark; `conflict` where somebody changed it in the meantime',
  }),
  'imaging.photographMarks': procedure({
    kind: 'query',
    input: onPatient.extend({ image: fhirId }),
    output: z.object({ marks: z.array(photographMark) }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'Measurements and marks on a photograph of the chart',
  }),
  'imaging.markPhotograph': procedure({
    kind: 'command',
    input: onPatient.extend({
      mark: photographMark.omit({ id: true, version: true, by: true, at: true }),
      /** Left out: a new one. */
      id: fhirId.optional(),
      expectedVersion: z.number().optional(),
    }),
    output: photographMark,
    permission: 'imaging.annotate',
    patient: ofPatient,
    audit: 'U',
    summary: 'Keep a measurement or mark on a photograph; `conflict` where somebody changed it in the meantime',
  }),
  'imaging.unannotate': procedure({
    kind: 'command',
    input: onPatient.extend({ id: fhirId }),
    output: done,
    permission: 'imaging.annotate',
    patient: ofPatient,
    audit: 'D',
    summary: 'Remove a measurement or mark; its history stays',
  }),
  'imaging.keyImages': procedure({
    kind: 'query',
    input: onPatient.extend({ study: dicomUid.optional() }),
    output: z.object({
      images: z.array(
        z.object({
          id: fhirId,
          study: z.string(),
          instance: fhirId,
          frame: z.number(),
          note: z.string(),
          by: z.string(),
          at: instant,
        }),
      ),
    }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'Frames that somebody marked as key images',
  }),
  'imaging.markKey': procedure({
    kind: 'command',
    input: onPatient.extend({
      study: dicomUid,
      instance: fhirId,
      frame: z.number().int().min(1),
      key: z.boolean(),
      note: z.string().max(500).default(''),
    }),
    output: done,
    permission: 'imaging.annotate',
    patient: ofPatient,
    audit: 'U',
    summary: 'Mark a frame as key image, or take the mark away',
  }),
};

const moving = {
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

export const imaging = { ...looking, ...marking, ...moving };
