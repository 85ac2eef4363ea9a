import { z } from 'zod';
import { procedure } from './procedure.ts';
import { fhirId, instant, patientId } from './types.ts';

export const auditEntry = z.object({
  n: z.number(),
  at: instant,
  person: z.string().optional(),
  personName: z.string().optional(),
  roles: z.array(z.string()),
  device: z.string(),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  procedure: z.string(),
  patient: z.string().optional(),
  resources: z.array(z.object({ type: z.string(), id: z.string(), before: z.number().optional(), after: z.number().optional() })),
  outcome: z.enum(['ok', 'denied', 'failed']),
  reason: z.string().optional(),
  model: z.string().optional(),
});
export type AuditEntry = z.output<typeof auditEntry>;

export const audit = {
  'audit.list': procedure({
    kind: 'query',
    input: z.object({
      patient: fhirId.optional(),
      person: z.string().optional(),
      procedure: z.string().optional(),
      outcome: z.enum(['ok', 'denied', 'failed']).optional(),
      since: instant.optional(),
      /** Entries with a smaller number than this: for paging back. */
      before: z.number().optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    output: z.object({ entries: z.array(auditEntry), total: z.number() }),
    permission: 'audit.read',
    audit: 'R',
    summary: 'The access log, newest first',
  }),
  'audit.ofPatient': procedure({ kind: 'query', input: z.object({ patient: patientId, limit: z.number().int().max(1000).default(200) }), output: z.object({ entries: z.array(auditEntry) }), permission: 'audit.patient', patient: (input) => input.patient, audit: 'R', summary: 'Who has seen this record' }),
  'audit.verify': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ ok: z.boolean(), entries: z.number(), seals: z.number(), firstBad: z.object({ index: z.number().nullable(), what: z.string() }).optional() }),
    permission: 'audit.read',
    audit: 'E',
    summary: 'Check chain, seals and receipts of the log, and the pages of the database',
  }),
  'audit.export': procedure({
    kind: 'query',
    input: z.object({ format: z.enum(['jsonl', 'fhir', 'csv']).default('jsonl') }),
    output: z.object({ document: z.string(), entries: z.number(), seals: z.number(), head: z.string() }),
    permission: 'audit.read',
    audit: 'R',
    summary: 'The log as canonical lines that anybody can verify, as FHIR AuditEvents, or as a table',
  }),
};
