/** How long data live: what was removed and comes back, what must be kept, what is due. Erasure has a file of its own. */
import { z } from 'zod';
import { erasures } from './erasure.ts';
import { procedure } from './procedure.ts';
import { done, fhirDate, fhirId, instant, job, ofPatient, onPatient, patientId, reason } from './types.ts';

export * from './erasure.ts';

export const removalGrounds = ['entered-in-error', 'wrong-patient', 'duplicate', 'test', 'other'] as const;
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

const removedPatient = removed.extend({ patient: patientId, birthDate: fhirDate.optional() });
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

  ...erasures,
};
