import { z } from 'zod';
import { dicomUid } from './imaging.ts';
import { procedure } from './procedure.ts';
import { bytes, done, fhirId, instant, job, ofPatient, onPatient, patientId } from './types.ts';

export const heatMap = z.object({ width: z.number(), height: z.number(), /** 0 to 255, row by row. */ values: bytes });

/** What a model said about an image, and what the clinician made of it. */
export const reading = z.object({
  id: fhirId,
  /** A photograph (Media), or an instance of a DICOM study. */
  image: fhirId,
  /** The ImagingStudy that the image is an instance of, where it is one. */
  imagingStudy: fhirId.optional(),
  patient: patientId,
  task: z.string(),
  status: z.enum(['accepted', 'refused']),
  /** Why it was refused and what to do, where it was: a refusal is never a negative result. */
  reason: z.string().optional(),
  grade: z.number().optional(),
  gradeName: z.string().optional(),
  probabilities: z.array(z.number()).optional(),
  referable: z.boolean().optional(),
  referableProbability: z.number().optional(),
  /** What was asked of a film, such as "pneumonia", the calibrated probability, and whether it reaches the threshold. */
  finding: z.string().optional(),
  probability: z.number().optional(),
  positive: z.boolean().optional(),
  /** For whom the model is made. */
  population: z.string().optional(),
  threshold: z.number().optional(),
  quality: z.record(z.string(), z.unknown()),
  /** Where the network looked, in fractions of the picture's width and height. */
  heatMapBox: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).optional(),
  provider: z.string(),
  model: z.string(),
  modelVersion: z.string(),
  inputSha256: z.string(),
  ms: z.number(),
  at: instant,
  decision: z
    .object({
      verdict: z.enum(['accepted', 'changed', 'rejected']),
      grade: z.number().optional(),
      positive: z.boolean().optional(),
      reason: z.string().optional(),
      by: z.string(),
      at: instant,
    })
    .optional(),
});
export type Reading = z.output<typeof reading>;

export const readings = {
  'images.add': procedure({
    kind: 'job',
    input: onPatient.extend({
      upload: z.string(),
      eye: z.enum(['right', 'left', 'unknown']).default('unknown'),
      task: z.enum(['fundus', 'chest-xray', 'auto', 'none']).default('auto'),
    }),
    output: job,
    permission: 'image.add',
    patient: ofPatient,
    audit: 'C',
    summary: 'Keep an uploaded photograph in the chart and read it; the job result is { image, reading }',
  }),
  'images.picture': procedure({
    kind: 'query',
    input: onPatient.extend({ image: fhirId, size: z.enum(['thumbnail', 'screen']).default('screen') }),
    output: z.object({ bytes, mediaType: z.string(), width: z.number(), height: z.number() }),
    permission: 'image.read',
    patient: ofPatient,
    audit: 'R',
    summary:
      'A photograph, or an instance of a DICOM study, at the size of a thumbnail or of a screen (longer side 256 or 1600 pixels)',
  }),
  'readings.get': procedure({
    kind: 'query',
    input: onPatient.extend({ id: fhirId }),
    output: reading,
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'One reading',
  }),
  'readings.ofImage': procedure({
    kind: 'query',
    input: onPatient.extend({ image: fhirId }),
    output: z.object({ readings: z.array(reading) }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'All readings of an image, newest first',
  }),
  'readings.ofStudy': procedure({
    kind: 'query',
    input: onPatient.extend({ /** Study Instance UID. */ study: dicomUid }),
    output: z.object({ readings: z.array(reading) }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'What models said of the images of a study, newest first',
  }),
  'readings.heatMap': procedure({
    kind: 'query',
    input: onPatient.extend({ id: fhirId }),
    output: heatMap.nullable(),
    permission: 'chart.read',
    patient: ofPatient,
    audit: null,
    summary: 'Where the model looked',
  }),
  'readings.again': procedure({
    kind: 'job',
    input: onPatient.extend({
      image: fhirId,
      task: z.enum(['fundus', 'chest-xray']).optional(),
      /** Its id: only this model is asked, by its active version. Without it, and without a task, whichever fits. */
      model: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
        .optional(),
    }),
    output: job,
    permission: 'image.add',
    patient: ofPatient,
    audit: 'E',
    summary:
      'Read an image that is in the chart: a photograph, or an instance of a DICOM study (its id in imaging.study); the job result is { image, reading }',
  }),
  'readings.decide': procedure({
    kind: 'command',
    input: onPatient.extend({
      id: fhirId,
      verdict: z.enum(['accepted', 'changed', 'rejected']),
      grade: z.number().int().min(0).max(4).optional(),
      positive: z.boolean().optional(),
      reason: z.string().max(500).optional(),
    }),
    output: done,
    permission: 'reading.decide',
    patient: ofPatient,
    audit: 'U',
    summary: 'Accept, change or reject what the model proposed (a reason is needed to change or reject)',
  }),
  'readings.unread': procedure({
    kind: 'query',
    input: z.object({ limit: z.number().int().max(200).default(50) }),
    output: z.object({ items: z.array(z.object({ reading, patientName: z.string() })) }),
    permission: 'reading.decide',
    audit: 'R',
    summary: "Readings that wait for a clinician's decision, of patients in this person's care",
  }),
};
