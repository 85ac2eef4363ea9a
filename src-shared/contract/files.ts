import { z } from 'zod';
import { procedure } from './procedure.ts';
import { bytes, done, fhirId, patientId } from './types.ts';
import { CHUNK_BYTES_MAX } from './wire.ts';

const piece = bytes.refine((value) => value.byteLength <= CHUNK_BYTES_MAX, 'at most 1 MiB a piece');

export const files = {
  'uploads.begin': procedure({
    kind: 'command',
    input: z.object({ name: z.string().max(255), size: z.number().int().min(0).max(2_000_000_000), patient: fhirId.optional() }),
    output: z.object({ upload: z.string() }),
    permission: 'signed-in',
    audit: null,
    summary: 'Begin to hand over a file; it is encrypted as it comes in and thrown away when not used within an hour',
  }),
  'uploads.chunk': procedure({
    kind: 'command',
    input: z.object({ upload: z.string(), offset: z.number().int().min(0), bytes: piece }),
    output: z.object({ received: z.number() }),
    permission: 'signed-in',
    audit: null,
    summary: 'Hand over the next piece',
  }),
  'uploads.finish': procedure({
    kind: 'command',
    input: z.object({ upload: z.string() }),
    output: z.object({ kind: z.enum(['fhir', 'ndjson', 'dicom', 'photograph', 'document', 'unknown']), size: z.number() }),
    permission: 'signed-in',
    audit: null,
    summary: 'Say that the file is whole; answers what it is taken for (by content, not by name)',
  }),
  'uploads.discard': procedure({
    kind: 'command',
    input: z.object({ upload: z.string() }),
    output: done,
    permission: 'signed-in',
    audit: null,
    summary: 'Throw an upload away',
  }),
  'files.read': procedure({
    kind: 'query',
    input: z.object({
      patient: patientId,
      file: z.string(),
      offset: z.number().int().min(0).default(0),
      length: z.number().int().min(1).max(CHUNK_BYTES_MAX).default(CHUNK_BYTES_MAX),
    }),
    output: z.object({ bytes, total: z.number(), mediaType: z.string() }),
    permission: 'chart.read',
    patient: (input) => input.patient,
    audit: 'R',
    summary: "A piece of a patient's file, decrypted",
  }),
};
