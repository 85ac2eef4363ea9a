/** One entry of the access log, as it is chained, exported and shown. Values of records are never copied into it: references, versions and hashes are. */
import { z } from 'zod';

const auditActions = ['C', 'R', 'U', 'D', 'E'] as const;
const auditOutcomes = ['ok', 'denied', 'failed'] as const;

/** What a model said, or what a person decided on it. */
export const aiPart = z.object({
  model: z.string(),
  version: z.string(),
  /** In words: `grade 2, referable`, `accepted`, `refused: blurred`. Missing in entries that only name the model. */
  outcome: z.string().optional(),
});
export type AiPart = z.output<typeof aiPart>;

const logId = z.string().regex(/^[\w.:-]{1,128}$/);

/** A vault that came back from a backup or a copy begins a further log: which one it goes on from, and up to where it has that one. */
const goesOnPart = z.object({
  log: logId,
  former: logId,
  /** The last entry of the former log that is here, and its hash. */
  last: z.number().int().min(1),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  /** The backup that it came from. */
  backup: z.string().max(100).optional(),
  backupAt: z.string().max(40).optional(),
});
export type GoesOnPart = z.output<typeof goesOnPart>;

export const entryShape = z.object({
  /** Counts from 1 without a gap. */
  n: z.number().int().min(1),
  /** UTC, ISO 8601. */
  at: z.string(),
  person: z.string().optional(),
  roles: z.array(z.string()),
  device: z.string(),
  /** FHIR AuditEvent.action: create, read, update, delete, execute. */
  action: z.enum(auditActions),
  procedure: z.string(),
  patient: z.string().optional(),
  resources: z.array(z.object({ type: z.string(), id: z.string(), before: z.number().optional(), after: z.number().optional() })),
  outcome: z.enum(auditOutcomes),
  reason: z.string().optional(),
  ai: aiPart.optional(),
  /** How logs before `ai` named a model: `id version`. */
  model: z.string().optional(),
  /** In the first entry: the public key (hex) that the log's seals are made with, so that no other can take its place. */
  key: z.string().optional(),
  goesOn: goesOnPart.optional(),
});
export type ChainEntry = z.output<typeof entryShape>;

/**
 * The canonical text of an entry (RFC 8785), as `canonicalize` would make it, several times faster: the keys are known, so they are written in order here.
 * Texts must be well-formed (no lone surrogates), numbers are whole.
 */
export function canonicalEntry(entry: ChainEntry): string {
  const { ai, goesOn } = entry;
  return JSON.stringify({
    action: entry.action,
    ai: ai && { model: ai.model, outcome: ai.outcome, version: ai.version },
    at: entry.at,
    device: entry.device,
    goesOn: goesOn && {
      backup: goesOn.backup,
      backupAt: goesOn.backupAt,
      former: goesOn.former,
      head: goesOn.head,
      last: goesOn.last,
      log: goesOn.log,
    },
    key: entry.key,
    model: entry.model,
    n: entry.n,
    outcome: entry.outcome,
    patient: entry.patient,
    person: entry.person,
    procedure: entry.procedure,
    reason: entry.reason,
    resources: entry.resources.map(({ after, before, id, type }) => ({ after, before, id, type })),
    roles: entry.roles,
  });
}
