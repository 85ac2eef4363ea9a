/** Segmentations (PS3.3 A.51) laid over the pictures that they were drawn on. */
import { z } from 'zod';
import { geometry } from './imaging-shapes.ts';
import { procedure } from './procedure.ts';
import { bytes, fhirId, ofPatient, onPatient } from './types.ts';

const segment = z.object({
  number: z.number(),
  label: z.string(),
  /** How it was drawn (0062,0008), and by which program. */
  made: z.enum(['MANUAL', 'SEMIAUTOMATIC', 'AUTOMATIC']).optional(),
  program: z.string().optional(),
  /** What the file recommends (0062,000D), as red, green and blue of a screen. */
  colour: z.tuple([z.number(), z.number(), z.number()]).optional(),
});

const segmentation = z.object({
  /** Our id of the segmentation object. */
  instance: fhirId,
  study: z.string(),
  /** Number of its series. */
  number: z.number().optional(),
  label: z.string(),
  kind: z.enum(['binary', 'fractional', 'labels']),
  segments: z.array(segment),
  /** Series of the record that it lies on. */
  over: z.array(z.object({ study: z.string(), series: z.string() })),
  /** Frames, and those of them that lie on no picture of these series. */
  frames: z.number(),
  unplaced: z.number(),
  /** Why it lies on none: the series is not in the record; tiles of a slide; it cannot be read. */
  why: z.enum(['not-here', 'tiled', 'unreadable', 'nowhere']).optional(),
});
export type ImagingSegmentation = z.output<typeof segmentation>;

/** One segment on one picture, cut to what it covers. */
const mask = z.object({
  instance: fhirId,
  segment: z.number(),
  /** Plane of the segmentation's frame; absent where pixels stand for the same pixels of the picture. */
  plane: geometry.pick({ position: true, orientation: true, spacing: true }).optional(),
  /** Size of the whole frame. */
  columns: z.number(),
  rows: z.number(),
  /** First column, first row, columns and rows of what is sent, in pixels of the frame. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** So many pixels a side were put together into one. */
  step: z.number(),
  /** 1: a bit a pixel, lowest first; 8: a share of 255. */
  depth: z.union([z.literal(1), z.literal(8)]),
  values: bytes,
});
export type SegmentMask = z.output<typeof mask>;

export const segments = {
  'imaging.segmentations': procedure({
    kind: 'query',
    input: onPatient,
    output: z.object({ segmentations: z.array(segmentation) }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: "A patient's segmentation objects with their segments, and the series that they lie on",
  }),
  'imaging.masks': procedure({
    kind: 'query',
    input: onPatient.extend({
      /** The picture. */
      instance: fhirId,
      frame: z.number().int().min(1).default(1),
      of: z.array(fhirId).min(1).max(16),
      /** Leave out so many, which came with the answer before. */
      skip: z.number().int().min(0).default(0),
    }),
    output: z.object({ masks: z.array(mask), total: z.number() }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary: 'What segmentations cover on one picture: as many masks as fit into 1 MiB, of `total`',
  }),
};
