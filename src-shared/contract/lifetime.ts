/** How long data live: what was removed and comes back, what must be kept, what is due, and erasure with its proof. */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { done, fhirDate, fhirId, instant, job, patientId } from './types.ts';

const onPatient = z.object({ patient: patientId });
const ofPatient = (input: { patient: string }) => input.patient;
const reason = z.string().trim().min(3).max(500);

export const removalGrounds = ['entered-in-error', 'wrong-patient', 'duplicate', 'test', 'other'] as const;
export const erasureGrounds = ['subject-request', 'retention-ended', 'test-record', 'duplicate', 'court-order', 'other'] as const;
export const retentionRules = ['adult-record', 'child-record', 'removed', 'documentation', 'audit-log'] as const;

const removed = z.object({
  /** Of the removal: several resources that belong together go and come back together. */
  removal: z.string(),
  /** FHIR type of what was removed, as the chart names it. */
  type: z.string(),
  id: fhirId,
  title: z.string(),
  /** How many resources went with it. */
  count: z.number().int(),
  ground: z.enum(removalGrounds),
  reason: z.string(),
  by: z.string(),
  at: instant,
  /** Until then it can be brought back; afterwards it is due to be purged. */
  until: instant,
});
export type Removed = z.output<typeof removed>;

export const removedPatient = removed.extend({ patient: patientId, birthDate: fhirDate.optional() });
export type RemovedPatient = z.output<typeof removedPatient>;

const hold = z.object({
  id: z.string(),
  patient: patientId,
  patientName: z.string().optional(),
  reason: z.string(),
  setBy: z.string(),
  setAt: instant,
  liftedBy: z.string().optional(),
  liftedAt: instant.optional(),
  liftReason: z.string().optional(),
});
export type Hold = z.output<typeof hold>;

const rule = z.object({
  rule: z.enum(retentionRules),
  years: z.number().int(),
  defaultYears: z.number().int(),
  /** From when the years count. */
  since: z.enum(['last-entry', 'birth', 'removal', 'writing']),
  /** Where the default comes from. */
  source: z.string(),
  by: z.string().optional(),
  at: instant.optional(),
});
export type RetentionRuleRow = z.output<typeof rule>;

const due = z.object({
  rule: z.enum(retentionRules),
  /** A patient's record, or what was removed from it. */
  patient: patientId.optional(),
  patientName: z.string().optional(),
  birthDate: fhirDate.optional(),
  removal: z.string().optional(),
  title: z.string().optional(),
  /** Of rows that are nobody's in particular (log entries): how many. */
  count: z.number().int(),
  lastEntry: instant.optional(),
  dueSince: instant,
  hold: z.boolean(),
  /** Somebody decided to keep it until then. */
  keptUntil: instant.optional(),
  keptReason: z.string().optional(),
});
export type Due = z.output<typeof due>;

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

export const lifetime = {
  'records.remove': procedure({
    kind: 'command',
    input: onPatient.extend({
      type: z.string().max(64),
      id: fhirId,
      ground: z.enum(removalGrounds).default('entered-in-error'),
      reason,
    }),
    output: z.object({ removal: z.string() }),
    permission: 'record.remove',
    patient: ofPatient,
    audit: 'D',
    summary: 'Remove a note, a letter, a picture or an entry from the chart; its versions stay and it can be brought back',
  }),
  'records.restore': procedure({
    kind: 'command',
    input: onPatient.extend({ removal: z.string().max(140) }),
    output: z.object({ restored: z.number().int() }),
    permission: 'record.remove',
    patient: ofPatient,
    audit: 'U',
    summary: 'Bring back what was removed from a chart',
  }),
  'records.removed': procedure({
    kind: 'query',
    input: onPatient,
    output: z.object({ items: z.array(removed) }),
    permission: 'chart.read',
    patient: ofPatient,
    audit: 'R',
    summary: 'What was removed from a chart, by whom and why',
  }),
  'patients.remove': procedure({
    kind: 'command',
    input: onPatient.extend({ ground: z.enum(removalGrounds), reason }),
    output: z.object({ removal: z.string() }),
    permission: 'patient.remove',
    patient: ofPatient,
    audit: 'D',
    summary: 'Take a patient out of all lists (a duplicate, a test); everything stays and can be brought back',
  }),
  'patients.restore': procedure({
    kind: 'command',
    input: onPatient,
    output: done,
    permission: 'patient.remove',
    patient: ofPatient,
    audit: 'U',
    summary: 'Bring a removed patient back',
  }),
  'patients.removed': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ patients: z.array(removedPatient) }),
    permission: 'patient.remove',
    audit: 'R',
    summary: 'Removed patients of whom this person may know',
  }),

  'retention.rules': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ rules: z.array(rule), secondPerson: z.boolean() }),
    permission: 'lifetime.read',
    audit: null,
    summary: 'How long what is kept, and why',
  }),
  'retention.setRule': procedure({
    kind: 'command',
    input: z.object({ rule: z.enum(retentionRules), years: z.number().int().min(1).max(150) }),
    output: done,
    permission: 'lifetime.rules',
    audit: 'U',
    summary: 'Keep something for another number of years',
  }),
  'retention.setSecondPerson': procedure({
    kind: 'command',
    input: z.object({ required: z.boolean() }),
    output: done,
    permission: 'lifetime.rules',
    audit: 'U',
    summary: 'Whether an erasure needs a second person',
  }),
  'retention.list': procedure({
    kind: 'query',
    input: z.object({ limit: z.number().int().min(1).max(1000).default(200) }),
    output: z.object({ due: z.array(due), total: z.number().int(), lastCheck: instant.optional() }),
    permission: 'lifetime.read',
    audit: 'R',
    summary: 'What has been kept long enough and waits for a decision',
  }),
  'retention.check': procedure({
    kind: 'job',
    input: z.object({}),
    output: job,
    permission: 'lifetime.read',
    audit: 'E',
    summary: 'Look through all records for what is due; deletes nothing. The job result is { due }',
  }),
  'retention.keep': procedure({
    kind: 'command',
    input: onPatient.extend({ rule: z.enum(retentionRules).default('adult-record'), until: fhirDate, reason }),
    output: done,
    permission: 'lifetime.decide',
    patient: ofPatient,
    audit: 'U',
    summary: 'Keep a record that is due until a later date, with a reason',
  }),
  'retention.purge': procedure({
    kind: 'command',
    input: onPatient.extend({ removal: z.string().max(140), reason }),
    output: z.object({ versions: z.number().int() }),
    permission: 'lifetime.decide',
    patient: ofPatient,
    audit: 'D',
    summary: 'Destroy what was removed from a chart and is due',
  }),

  'holds.list': procedure({
    kind: 'query',
    input: z.object({ patient: patientId.optional(), lifted: z.boolean().default(false) }),
    output: z.object({ holds: z.array(hold) }),
    permission: 'lifetime.read',
    audit: 'R',
    summary: 'Legal holds',
  }),
  'holds.set': procedure({
    kind: 'command',
    input: onPatient.extend({ reason }),
    output: z.object({ id: z.string() }),
    permission: 'lifetime.decide',
    patient: ofPatient,
    audit: 'C',
    summary: 'Put a legal hold on a record: nothing of it is erased until it is lifted',
  }),
  'holds.lift': procedure({
    kind: 'command',
    input: onPatient.extend({ id: z.string(), reason }),
    output: done,
    permission: 'lifetime.decide',
    patient: ofPatient,
    audit: 'U',
    summary: 'Lift a legal hold',
  }),

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
