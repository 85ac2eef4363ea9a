/** Erasure with its proof, and what a patient is given of their record. */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done, fhirDate, fhirId, instant, job, ofPatient, onPatient, reason } from './types.ts';

export const erasureGrounds = ['subject-request', 'retention-ended', 'test-record', 'duplicate', 'court-order', 'other'] as const;

const erasure = z.object({
  id: z.string(),
  /** The pseudonym that the log keeps; nothing else in the vault says who it was. */
  patient: fhirId,
  /** While it is only asked for. */
  patientName: z.string().optional(),
  /** held: another workstation has erased it, and a legal hold keeps it here. */
  state: z.enum(['requested', 'withdrawn', 'rows-gone', 'done', 'held']),
  ground: z.enum(erasureGrounds),
  requestedBy: z.string(),
  requestedAt: instant,
  confirmedBy: z.string().optional(),
  erasedAt: instant.optional(),
});
export type Erasure = z.output<typeof erasure>;

/** Another workstation, or the server: what it has destroyed; without a time nothing was heard from it yet. */
const echo = z.object({
  name: z.string(),
  at: instant.optional(),
  versions: z.number().int().optional(),
  files: z.number().int().optional(),
  /** As it was signed there. */
  notice: z.object({ text: z.string(), signature: z.string(), publicKey: z.string() }).optional(),
});
export type ErasureEcho = z.output<typeof echo>;

const who = z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()), at: instant });

/** Signed as canonical JSON (RFC 8785) without `signature`. It names the patient by pseudonym alone. */
export const erasureProof = z.object({
  kind: z.literal('lamplight-erasure-proof'),
  format: z.literal(1),
  id: z.string(),
  vault: z.string(),
  device: z.string(),
  clinic: z.string(),
  patient: fhirId,
  ground: z.enum(erasureGrounds),
  reason: z.string(),
  requestedBy: who,
  confirmedBy: who,
  erasedAt: instant,
  finishedAt: instant,
  destroyed: z.object({
    resources: z.number().int(),
    versions: z.number().int(),
    /** Rows by table. */
    rows: z.record(z.string(), z.number().int()),
    files: z.object({ count: z.number().int(), bytes: z.number().int() }),
    /** SHA-256 of the wrapped key that opened the patient's files, or null where there was none: the key itself is nowhere any more. */
    fileKey: z.string().nullable(),
    /** SHA-256 over `type/id/version hash` of every version, one a line, sorted: whoever holds a copy can show that it is of this record. */
    contents: z.string(),
    /** Copies of the database from before an update, removed with it. */
    olderCopies: z.number().int(),
  }),
  database: z.object({ rewritten: z.boolean(), freePages: z.number().int(), writeAheadBytes: z.number().int() }),
  consequences: z.object({
    backups: z.object({ known: z.number().int(), lastExpires: instant.nullable(), say: z.string() }),
    server: z.object({ paired: z.boolean(), deletionsToSend: z.number().int(), files: z.number().int(), say: z.string() }),
    otherRecords: z.object({ count: z.number().int(), say: z.string() }),
    /** `naming`: entries in which somebody wrote the name into a reason. */
    log: z.object({ entries: z.number().int(), naming: z.number().int(), say: z.string() }),
    disk: z.string(),
  }),
  publicKey: z.string(),
  signature: z.string(),
});
export type ErasureProof = z.output<typeof erasureProof>;

export const erasures = {
  'erasure.preview': procedure({
    kind: 'query',
    input: onPatient,
    output: z.object({
      /** As it must be typed. */
      name: z.string(),
      birthDate: fhirDate.optional(),
      resources: z.number().int(),
      versions: z.number().int(),
      files: z.number().int(),
      fileBytes: z.number().int(),
      holds: z.number().int(),
      /** Somebody asked for it and a second person must confirm. */
      requested: erasure.optional(),
      secondPerson: z.boolean(),
      /** Whether this person may be the one who confirms. */
      mayConfirm: z.boolean(),
      backups: z.string(),
      server: z.string(),
    }),
    permission: 'lifetime.decide',
    patient: ofPatient,
    audit: 'R',
    summary: 'What an erasure would destroy and what it cannot reach',
  }),
  'erasure.erase': procedure({
    kind: 'job',
    input: onPatient.extend({
      ground: z.enum(erasureGrounds),
      reason,
      /** The patient's name, typed. */ confirm: z.string().min(1).max(300),
    }),
    output: z.object({
      job: z.string().optional(),
      /** Set where a second person must confirm first. */ requested: z.string().optional(),
    }),
    permission: 'lifetime.decide',
    patient: ofPatient,
    audit: 'D',
    summary: 'Erase a patient for good; the job result is the proof. Asks for a second person first where the policy says so',
  }),
  'erasure.withdraw': procedure({
    kind: 'command',
    input: onPatient.extend({ id: z.string() }),
    output: done,
    permission: 'lifetime.decide',
    patient: ofPatient,
    audit: 'U',
    summary: 'Withdraw a wish to erase that nobody has confirmed yet',
  }),
  'erasure.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ erasures: z.array(erasure) }),
    permission: 'lifetime.read',
    audit: 'R',
    summary: 'Erasures, asked for and done',
  }),
  'erasure.proof': procedure({
    kind: 'query',
    input: z.object({ id: z.string() }),
    output: z.object({ proof: erasureProof, genuine: z.boolean(), elsewhere: z.array(echo) }),
    permission: 'lifetime.read',
    audit: 'R',
    summary: 'The signed proof of an erasure',
  }),

  'erasure.saveProof': procedure({
    kind: 'command',
    input: z.object({ id: z.string(), place: z.string().max(64) }),
    output: done,
    permission: 'lifetime.read',
    audit: 'R',
    summary: 'Write the signed proof into a file that the person chose',
  }),

  'subjectAccess.make': procedure({
    kind: 'job',
    input: onPatient,
    output: job,
    permission: 'record.subject-access',
    patient: ofPatient,
    audit: 'R',
    summary:
      'Everything about one patient as a zip, encrypted until it is fetched; the job result is a handout with `size` and `files`',
  }),
  'subjectAccess.save': procedure({
    kind: 'command',
    input: onPatient.extend({
      handout: z.string().max(64),
      /** A file that the person chose in a dialog. */ place: z.string().max(64),
    }),
    output: z.object({ bytes: z.number().int() }),
    permission: 'record.subject-access',
    patient: ofPatient,
    audit: 'R',
    summary: 'Write what was put together into a file that the person chose',
  }),
};
