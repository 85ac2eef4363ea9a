/** Shapes of imaging: studies, frames, reports, presentation states, marks. The procedures stand in imaging.ts. */
import { z } from 'zod';
import { bytes, fhirDate, fhirId, instant, patientRow } from './types.ts';

/** A DICOM UID (PS3.5 9.1), at most 64 characters. */
export const dicomUid = z.string().regex(/^[0-9.]{1,64}$/);
const triple = z.tuple([z.number(), z.number(), z.number()]);

export const instanceKinds = [
  'image',
  'report',
  'document',
  'waveform',
  'presentation',
  'key-objects',
  'segmentation',
  'rt',
  'other',
] as const;

export const windowPreset = z.object({ center: z.number(), width: z.number(), explanation: z.string().optional() });
/** (0028,1056): how values go through the window. */
export const voiFunction = z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']);

/** Where a frame lies in the patient, in millimetres (PS3.3 C.7.6.2). Absent where the file does not say. */
export const geometry = z.object({
  position: triple.optional(),
  /** Direction of a row (x, y, z), then of a column. */
  orientation: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).optional(),
  /** Distance between rows, then between columns: Pixel Spacing. */
  spacing: z.tuple([z.number(), z.number()]).optional(),
  sliceThickness: z.number().optional(),
  sliceLocation: z.number().optional(),
});

/** Which of several frames one is (PS3.3 C.7.6.16.2.2, C.7.6.17). Absent where the file does not say. */
export const frameContent = z.object({
  stack: z.string().optional(),
  inStack: z.number().optional(),
  /** Dimension Index Values: all of them, and those that are not about place (echo, time, segment). */
  index: z.array(z.number()).optional(),
  beyond: z.array(z.number()).optional(),
  /** Temporal Position Index. */
  time: z.number().optional(),
  echoMs: z.number().optional(),
  /** s/mm2 */
  bValue: z.number().optional(),
});

export const instance = geometry.extend({
  /** Our id; the SOP Instance UID is `uid`. */
  id: fhirId,
  uid: z.string(),
  sopClass: z.string(),
  sopClassName: z.string(),
  kind: z.enum(instanceKinds),
  number: z.number().optional(),
  /** Number of frames; 0 where there is no picture. */
  frames: z.number(),
  rows: z.number().optional(),
  columns: z.number().optional(),
  photometric: z.string().optional(),
  transferSyntax: z.string(),
  frameOfReference: z.string().optional(),
  /** Spacing at the detector, for projection X-ray; magnification is not taken off. */
  imagerSpacing: z.tuple([z.number(), z.number()]).optional(),
  /** Height and width of a pixel, where only their ratio is known (0028,0034). */
  pixelAspect: z.tuple([z.number(), z.number()]).optional(),
  /** How Pixel Spacing was come by: GEOMETRY, FIDUCIAL. */
  spacingCalibration: z.string().optional(),
  /** Physical distances of an ultrasound region, where there is one for the whole picture. */
  ultrasoundSpacing: z.tuple([z.number(), z.number()]).optional(),
  gantryTilt: z.number().optional(),
  windows: z.array(windowPreset),
  voiFunction: voiFunction.default('LINEAR'),
  slope: z.number().default(1),
  intercept: z.number().default(0),
  /** PET: what rescaled values are to be multiplied by for the uptake value by body weight (SUVbw, g/ml); or why that cannot be said. */
  uptake: z
    .union([
      z.object({ factor: z.number() }),
      z.object({
        why: z.enum(['unit', 'other-suv', 'correction', 'weight', 'dose', 'tracers', 'half-life', 'times']),
      }),
    ])
    .optional(),
  /** HU, OD, US ... (0028,1054) or units of PET. */
  unit: z.string().optional(),
  lossy: z.boolean(),
  /** Milliseconds between frames, for cine. */
  frameTimeMs: z.number().optional(),
  laterality: z.enum(['L', 'R', 'B', 'U']).optional(),
  viewPosition: z.string().optional(),
  /** First value of (0020,0020) and second: directions of rows and columns, as A\F. */
  patientOrientation: z.string().optional(),
  acquiredAt: instant.optional(),
  title: z.string().optional(),
  /** What of it cannot be shown, as a sentence. */
  problem: z.string().optional(),
  bytes: z.number(),
});
export type ImagingInstance = z.output<typeof instance>;

export const series = z.object({
  uid: z.string(),
  number: z.number().optional(),
  modality: z.string(),
  description: z.string(),
  bodyPart: z.string().optional(),
  date: instant.optional(),
  /** In the order in which they are to be paged: by place in the body where all lie on one line, otherwise by number. */
  instances: z.array(instance),
  /** Whether the slices make an evenly spaced volume (MPR), and if not, why. */
  volume: z.object({
    ok: z.boolean(),
    reason: z.string().optional(),
    spacing: z.number().optional(),
    /** Least and greatest distance, where they differ although nothing is missing. */ gaps: z
      .tuple([z.number(), z.number()])
      .optional(),
    /** Degrees between the stack's direction and the slices' normal. */ shear: z.number().optional(),
  }),
});
export type ImagingSeries = z.output<typeof series>;

export const studyRow = z.object({
  uid: z.string(),
  /** The FHIR ImagingStudy. */
  id: fhirId,
  date: instant.optional(),
  description: z.string(),
  accession: z.string().optional(),
  modalities: z.array(z.string()),
  bodyParts: z.array(z.string()),
  series: z.number(),
  instances: z.number(),
  bytes: z.number(),
});
export type ImagingStudyRow = z.output<typeof studyRow>;

export const sampleTypes = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64'] as const;

/**
 * What a frame's bytes are. `display`: ready for a viewer (colour as 8-bit RGB, pixel-interleaved; grey with sign and unused bits resolved, a modality table applied,
 * 1-bit as 0 and 1). `stored`: the values as they stand in the file.
 */
export const frameHeader = z.object({
  rows: z.number(),
  columns: z.number(),
  samples: z.union([z.literal(1), z.literal(3), z.literal(4)]),
  type: z.enum(sampleTypes),
  bitsStored: z.number(),
  /** MONOCHROME1 (high is dark), MONOCHROME2, RGB; with `stored` whatever the file says. */
  photometric: z.string(),
  slope: z.number(),
  intercept: z.number(),
  unit: z.string().optional(),
  windows: z.array(windowPreset),
  voiFunction,
  /** VOI tables: value `first` and below take the first entry; entries are 16-bit, little endian. */
  voiTables: z.array(z.object({ first: z.number(), bits: z.number(), entries: bytes, explanation: z.string().optional() })),
  smallest: z.number(),
  largest: z.number(),
  /** (0028,0120), in stored values: padding outside the picture. */
  padding: z.tuple([z.number(), z.number()]).optional(),
  lossy: z.boolean(),
  overlays: z.number(),
  /** What the decoder found wrong although the picture came out, as a sentence. */
  warning: z.string().optional(),
});
export type FrameHeader = z.output<typeof frameHeader>;

/** A line of a structured report: headings have children, values have text. */
export interface ReportNode {
  /** Concept name: "Findings". */
  name: string;
  /** CONTAINER, TEXT, NUM, CODE, PNAME, DATE, IMAGE ... */
  type: string;
  value?: string;
  unit?: string;
  relation?: string;
  /** What an IMAGE or COMPOSITE line refers to. */
  reference?: { sopClass: string; uid: string; frames?: number[] };
  /** Points of an SCOORD in pixels (column, row), of an SCOORD3D in millimetres. */
  shape?: { type: string; points: number[] };
  children: ReportNode[];
}
export const reportNode: z.ZodType<ReportNode> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: z.string(),
    value: z.string().optional(),
    unit: z.string().optional(),
    relation: z.string().optional(),
    reference: z.object({ sopClass: z.string(), uid: z.string(), frames: z.array(z.number()).optional() }).optional(),
    shape: z.object({ type: z.string(), points: z.array(z.number()) }).optional(),
    children: z.array(reportNode),
  }),
);

/** A presentation state (PS3.3 A.33) as far as a viewer applies it. */
export const presentation = z.object({
  label: z.string(),
  description: z.string(),
  creator: z.string().optional(),
  references: z.array(z.object({ uid: z.string(), frames: z.array(z.number()) })),
  window: windowPreset.optional(),
  voiTable: z.object({ first: z.number(), bits: z.number(), entries: bytes }).optional(),
  rotation: z.number(),
  flip: z.boolean(),
  inverse: z.boolean(),
  area: z
    .object({ topLeft: z.tuple([z.number(), z.number()]), bottomRight: z.tuple([z.number(), z.number()]), mode: z.string() })
    .optional(),
  shutters: z.array(z.object({ shape: z.string(), points: z.array(z.number()) })),
  /** In pixels (column, row from 1) or, with `display`, in fractions of the displayed area. */
  graphics: z.array(
    z.object({
      layer: z.string(),
      units: z.enum(['pixel', 'display']),
      type: z.string(),
      points: z.array(z.number()),
      filled: z.boolean(),
    }),
  ),
  texts: z.array(
    z.object({
      layer: z.string(),
      units: z.enum(['pixel', 'display']),
      text: z.string(),
      box: z.array(z.number()),
      anchor: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
});
export type ImagingPresentation = z.output<typeof presentation>;

/** A measurement or mark that a person made on a frame. */
export const annotation = z.object({
  id: fhirId,
  study: dicomUid,
  instance: fhirId,
  frame: z.number().int().min(1),
  /** Name of the tool: Length, Angle, EllipticalROI, ArrowAnnotate ... */
  tool: z.string().max(60),
  text: z.string().max(2000).default(''),
  value: z.number().optional(),
  /** UCUM. */
  unit: z.string().max(20).optional(),
  /** What the tool needs to draw it again. */
  data: z.record(z.string(), z.unknown()),
  version: z.number(),
  by: z.string(),
  at: instant,
});
export type ImagingAnnotation = z.output<typeof annotation>;

/** The same on a photograph of the chart. */
export const photographMark = annotation.omit({ study: true, instance: true, frame: true }).extend({
  /** The photograph: a FHIR Media. */
  image: fhirId,
});
export type PhotographMark = z.output<typeof photographMark>;

export const reviewItem = z.object({
  id: z.string(),
  study: z.string(),
  /** As the files say. */
  name: z.string(),
  birthDate: fhirDate.optional(),
  sex: z.string().optional(),
  identifiers: z.array(z.string()),
  description: z.string(),
  date: instant.optional(),
  modalities: z.array(z.string()),
  instances: z.number(),
  cameAt: instant,
  /** Where the files came from: upload, terminal, AE title of the sender. */
  source: z.string(),
  /** Why it was not taken as somebody's. */
  reason: z.string(),
  candidates: z.array(patientRow.extend({ reasons: z.array(z.string()), against: z.array(z.string()) })),
});
export type ImagingReviewItem = z.output<typeof reviewItem>;

const importResult = z.object({
  results: z.array(
    z.object({
      file: z.string(),
      status: z.enum(['imported', 'partly', 'refused']),
      kind: z.literal('dicom'),
      reason: z.string().optional(),
      patients: z.array(z.string()),
      resources: z.number(),
      created: z.number(),
      updated: z.number(),
      study: z.string().optional(),
    }),
  ),
  /** Studies that wait for a decision whose they are. */
  waiting: z.array(z.string()),
});
export type ImagingImportResult = z.output<typeof importResult>;
