import { z } from 'zod';
import { entryShape } from '../audit/entry.ts';
import { seerShape } from '../audit/seers.ts';
import { handout } from './handouts.ts';
import { procedure } from './procedure.ts';
import { fhirId, instant, job, patientId } from './types.ts';

/** An entry of the log with the names that whoever asks may see. */
const auditEntry = entryShape.extend({ personName: z.string().optional(), patientName: z.string().optional() });
export type AuditEntry = z.output<typeof auditEntry>;

const auditFilter = z.object({
  patient: fhirId.optional(),
  person: z.string().optional(),
  procedure: z.string().optional(),
  action: entryShape.shape.action.optional(),
  outcome: entryShape.shape.outcome.optional(),
  since: instant.optional(),
  /** Up to, not counting this time itself. */
  until: instant.optional(),
  /** The breaking of the glass, and what was done while it was broken. */
  breakGlass: z.boolean().optional(),
  /** Only entries in which a model spoke. */
  ai: z.boolean().optional(),
});
export type AuditFilter = z.output<typeof auditFilter>;

export const verdict = z.object({
  ok: z.boolean(),
  entries: z.number(),
  seals: z.number(),
  receipts: z.number().default(0),
  /** Up to which entry seals and receipts reach. */
  sealedTo: z.number().default(0),
  receiptTo: z.number().default(0),
  firstBad: z.object({ index: z.number().nullable(), what: z.string() }).optional(),
  /** Where the log goes on from a restored copy; the entries from `sharedTo` (else `last`) to `formerTo` of the former log are at the server alone. */
  goesOn: z
    .array(
      z.object({
        n: z.number(),
        log: z.string(),
        former: z.string(),
        last: z.number(),
        backupAt: z.string().optional(),
        formerTo: z.number().optional(),
        sharedTo: z.number().optional(),
      }),
    )
    .optional(),
});

export const audit = {
  'audit.list': procedure({
    kind: 'query',
    input: auditFilter.extend({
      /** Entries with a smaller number than this: for paging back. */
      before: z.number().optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    output: z.object({ entries: z.array(auditEntry), total: z.number() }),
    permission: 'audit.read',
    audit: 'R',
    summary: 'The access log, newest first',
  }),
  'audit.ofPatient': procedure({
    kind: 'query',
    input: z.object({ patient: patientId, limit: z.number().int().max(1000).default(200) }),
    output: z.object({
      /** The newest. */
      entries: z.array(auditEntry),
      /** Put together by person, from all entries there are; who was there last comes first. */
      people: z.array(seerShape),
      /** Since when this log goes. */
      since: instant.nullable(),
      patientName: z.string().optional(),
    }),
    permission: 'audit.patient',
    patient: (input) => input.patient,
    audit: 'R',
    summary: 'Who has seen this record',
  }),
  'audit.state': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      entries: z.number(),
      sealedTo: z.number(),
      sealedAt: instant.nullable(),
      receiptTo: z.number(),
      receiptAt: instant.nullable(),
      server: z.string().nullable(),
      /** The key of the seals, hex: to be kept on paper beside receipts. */
      publicKey: z.string(),
    }),
    permission: 'audit.read',
    audit: null,
    summary: 'How far the log goes, is sealed and is confirmed by the server',
  }),
  'audit.verify': procedure({
    kind: 'query',
    input: z.object({}),
    output: verdict,
    permission: 'audit.read',
    audit: 'E',
    summary: 'Check chain, seals and receipts of the log, and the pages of the database',
  }),
  'audit.startVerify': procedure({
    kind: 'job',
    input: z.object({}),
    output: job,
    permission: 'audit.read',
    audit: 'E',
    summary: 'Check the log, as a job with progress; its result is the verdict of audit.verify',
  }),
  'audit.export': procedure({
    kind: 'query',
    input: z.object({ format: z.enum(['jsonl', 'fhir', 'csv']).default('jsonl') }),
    output: z.object({ document: z.string(), entries: z.number(), seals: z.number(), head: z.string() }),
    permission: 'audit.read',
    audit: 'R',
    summary: 'The log as canonical lines that anybody can verify, as FHIR AuditEvents, or as a table',
  }),
  'audit.take': procedure({
    kind: 'query',
    input: z.object({ format: z.enum(['jsonl', 'fhir', 'csv']).default('jsonl') }),
    output: handout.extend({ entries: z.number(), seals: z.number(), head: z.string() }),
    permission: 'audit.read',
    audit: 'R',
    summary: 'Make the log ready to be saved, whatever its length: in the forms of audit.export, read with handouts.read',
  }),
};
