import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done, fhirId, instant } from './types.ts';

export const itemState = z.enum(['waiting', 'sending', 'sent', 'acknowledged', 'refused', 'conflicted']);
export type ItemState = z.output<typeof itemState>;

export const syncItem = z.object({
  seq: z.number(),
  what: z.enum(['resource', 'file', 'audit']),
  type: z.string(),
  id: z.string(),
  patient: z.string().optional(),
  patientName: z.string().optional(),
  state: itemState,
  at: instant,
  reason: z.string().optional(),
  action: z.string().optional(),
});

export const syncSummary = z.object({
  ok: z.boolean(),
  paired: z.boolean(),
  server: z.string().optional(),
  online: z.boolean(),
  offlineSince: instant.optional(),
  lastContact: instant.optional(),
  /** The last failure as a sentence with what to do. */
  problem: z.object({ code: z.string(), message: z.string(), action: z.string() }).optional(),
  sent: z.number(),
  acknowledged: z.number(),
  refused: z.number(),
  pulled: z.number(),
  conflicts: z.number(),
  waiting: z.number(),
  /** What other workstations have not been told yet: care relations, incidents, legal holds. */
  notices: z.number().optional(),
  /** Sentences for people here: their work on a record that had been erased was not kept. */
  said: z.array(z.string()).optional(),
});

export const sync = {
  'sync.status': procedure({
    kind: 'query',
    input: z.object({}),
    output: syncSummary,
    permission: 'sync.read',
    audit: null,
    summary: 'How far synchronisation is, in sum',
  }),
  'sync.items': procedure({
    kind: 'query',
    input: z.object({ state: itemState.optional(), limit: z.number().int().max(1000).default(200) }),
    output: z.object({ items: z.array(syncItem), total: z.number() }),
    permission: 'sync.read',
    audit: 'R',
    summary: 'Each item and its state',
  }),
  'sync.pair': procedure({
    kind: 'command',
    input: z.object({ url: z.string().max(500), code: z.string().max(300) }),
    output: z.object({ server: z.string(), fingerprint: z.string() }),
    permission: 'sync.pair',
    audit: 'U',
    summary: 'Pair with a server by address and enrolment code',
  }),
  'sync.unpair': procedure({
    kind: 'command',
    input: z.object({}),
    output: done,
    permission: 'sync.pair',
    audit: 'U',
    summary: 'Forget the server',
  }),
  'sync.now': procedure({
    kind: 'query',
    input: z.object({}),
    output: syncSummary,
    permission: 'sync.write',
    audit: 'E',
    summary: 'Send and fetch now, and answer when it is done',
  }),
  'sync.conflicts': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({
      conflicts: z.array(
        z.object({
          id: z.string(),
          type: z.string(),
          resource: fhirId,
          patient: z.string().optional(),
          patientName: z.string().optional(),
          at: instant,
          fields: z.array(z.object({ path: z.string(), base: z.unknown(), mine: z.unknown(), theirs: z.unknown() })),
        }),
      ),
    }),
    permission: 'sync.settle',
    audit: 'R',
    summary: 'Where two people changed the same thing',
  }),
  'sync.settle': procedure({
    kind: 'command',
    input: z.object({ conflict: z.string(), choices: z.record(z.string(), z.enum(['mine', 'theirs'])) }),
    output: done,
    permission: 'sync.settle',
    audit: 'U',
    summary: 'Settle a conflict, field by field',
  }),
};
