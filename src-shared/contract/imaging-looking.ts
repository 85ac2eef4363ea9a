/** What the viewer shows: studies of a patient, pixels, what stands in reports. Bulk data comes in pieces of at most 1 MiB: an answer carries the first piece and the `total`; the rest is asked for by `offset`. */
import { z } from 'zod';
import {
  dicomUid,
  frameContent,
  frameHeader,
  geometry,
  presentation,
  reportNode,
  series,
  studyRow,
  windowPreset,
} from './imaging-shapes.ts';
import { procedure } from './procedure.ts';
import { bytes, done, fhirId, instant, ofPatient, onPatient } from './types.ts';

const frameOf = onPatient.extend({
  instance: fhirId,
  frame: z.number().int().min(1).default(1),
  as: z.enum(['display', 'stored']).default('display'),
});

export const looking = {
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
          ...frameContent.shape,
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
    input: frameOf.extend({
      offset: z.number().int().min(0).default(0),
      /** So many pixels a side become one. */
      shrink: z.number().int().min(1).max(32).default(1),
    }),
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
    input: onPatient.extend({
      instance: fhirId,
      frame: z.number().int().min(1).optional(),
      size: z.enum(['thumbnail', 'paper']).default('thumbnail'),
    }),
    output: z.object({ bytes, mediaType: z.string(), width: z.number(), height: z.number() }),
    permission: 'image.read',
    patient: ofPatient,
    audit: null,
    summary:
      'A small JPEG of an instance with its own window, longer side 128 pixels, or 640 for half a page of paper; the middle frame unless told',
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
