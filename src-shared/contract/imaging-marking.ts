/** What people put on pictures: annotations, marks on photographs, key images. */
import { z } from 'zod';
import { annotation, dicomUid, photographMark } from './imaging-shapes.ts';
import { procedure } from './procedure.ts';
import { done, fhirId, instant, ofPatient, onPatient } from './types.ts';

export const marking = {
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
