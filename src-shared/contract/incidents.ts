import { z } from 'zod';
import { ruleIds } from '../incidents/rules.ts';
import { incidentStates } from '../incidents/states.ts';
import { procedure } from './procedure.ts';
import { done, fhirId, instant, job } from './types.ts';

const state = z.enum(incidentStates);
const rule = z.enum(ruleIds);

const incidentRow = z.object({
  id: z.string(),
  /** Counts from 1: what people call it. */
  number: z.number(),
  /** What it is called at every workstation, where there are several. */
  label: z.string().optional(),
  /** The other workstation that raised it. */
  workstation: z.string().optional(),
  /** Two verdicts were given without knowing of each other: the graver stands. */
  disputed: z.boolean().optional(),
  rule,
  severity: z.enum(['note', 'review', 'alarm']),
  state,
  /** Whose acts they were. */
  person: z.string().optional(),
  personName: z.string().optional(),
  /** What the rule saw, in a sentence without names of patients. */
  said: z.string(),
  begins: instant,
  ends: instant,
  discovered: instant,
  deadlines: z.object({ authority: instant, individuals: instant }),
  assigned: z.string().optional(),
  assignedName: z.string().optional(),
});
export type IncidentRow = z.output<typeof incidentRow>;

const affected = z.object({
  id: fhirId,
  name: z.string().optional(),
  birthDate: z.string().optional(),
  first: instant,
  last: instant,
  times: z.number(),
  /** What was touched, in words: chart, letters, images ... */
  kinds: z.array(z.string()),
});
export type AffectedPatient = z.output<typeof affected>;

const step = z.object({
  at: instant,
  byName: z.string(),
  kind: z.enum(['raised', 'note', 'state', 'assigned', 'period', 'report']),
  text: z.string(),
});
const incident = incidentRow.extend({
  steps: z.array(step),
  patientCount: z.number(),
  /** Left out for those who see incidents without patients. */
  patients: z.array(affected).optional(),
  next: z.array(state),
});
export type Incident = z.output<typeof incident>;

const onIncident = z.object({ incident: z.string() });
const ruleSetting = z.object({ off: z.boolean(), thresholds: z.record(z.string(), z.number()) });

export const incidents = {
  'incidents.list': procedure({
    kind: 'query',
    input: z.object({
      show: z.enum(['waiting', 'all']).default('waiting'),
      limit: z.number().int().min(1).max(500).default(200),
    }),
    output: z.object({ incidents: z.array(incidentRow), waiting: z.number(), total: z.number() }),
    permission: 'incident.read',
    audit: 'R',
    summary: 'What watching over the log has raised, most urgent first',
  }),
  'incidents.waiting': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ waiting: z.number(), alarms: z.number() }),
    permission: 'incident.read',
    audit: null,
    summary: 'How many incidents wait for somebody',
  }),
  'incidents.get': procedure({
    kind: 'query',
    input: onIncident,
    output: incident,
    permission: 'incident.read',
    audit: 'R',
    summary: 'One incident with its notes, its clocks and the patients concerned',
  }),
  'incidents.note': procedure({
    kind: 'command',
    input: onIncident.extend({ text: z.string().trim().min(1).max(10_000) }),
    output: done,
    permission: 'incident.write',
    audit: 'U',
    summary: 'Note something on an incident',
  }),
  'incidents.assign': procedure({
    kind: 'command',
    input: onIncident.extend({ person: z.string().nullable() }),
    output: done,
    permission: 'incident.write',
    audit: 'U',
    summary: 'Say who looks into an incident',
  }),
  'incidents.move': procedure({
    kind: 'command',
    input: onIncident.extend({ to: state, why: z.string().trim().max(10_000).default('') }),
    output: done,
    permission: 'incident.write',
    audit: 'U',
    summary: 'Bring an incident into another state; a verdict needs its reason',
  }),
  'incidents.period': procedure({
    kind: 'command',
    input: onIncident.extend({ begins: instant, ends: instant }),
    output: done,
    permission: 'incident.write',
    audit: 'U',
    summary: 'Say from when to when the acts count to an incident',
  }),
  'incidents.report': procedure({
    kind: 'job',
    input: onIncident.extend({ format: z.enum(['pdf', 'text']).default('pdf'), measures: z.string().max(10_000).default('') }),
    output: job,
    permission: 'incident.write',
    audit: 'R',
    summary: 'Make the breach report; the job answers with a document for handouts.read',
  }),
  'incidents.rules': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ rules: z.record(z.string(), ruleSetting) }),
    permission: 'incident.read',
    audit: null,
    summary: 'The rules of watching and their thresholds',
  }),
  'incidents.setRule': procedure({
    kind: 'command',
    input: ruleSetting.extend({ rule }),
    output: done,
    permission: 'incident.write',
    audit: 'U',
    summary: 'Set the thresholds of a rule',
  }),
};
