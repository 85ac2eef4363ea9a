import { decide } from '../../../src-shared/access/permissions.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { toHex } from '../../../src-shared/hex.ts';
import { type RuleSettings, ruleIds, rules, type Threshold, thresholdsOf } from '../../../src-shared/incidents/rules.ts';
import { type IncidentState, nextStates } from '../../../src-shared/incidents/states.ts';
import { type AuditLog, extentOf } from '../audit/index.ts';
import { command, type Handlers, query, startJob } from '../bind.ts';
import type { Context, Db, Tx } from '../context.ts';
import type { Handouts } from '../handouts/index.ts';
import { isoTime } from '../ports.ts';
import { affectedPatients } from './affected.ts';
import { extentOfElsewhere, headsOf, putTogether } from './elsewhere.ts';
import { readRuleSettings, writeRuleSettings } from './known.ts';
import { breachReport, reportText } from './report.ts';
import { reportPdf } from './report-pdf.ts';
import {
  addStep,
  asRow,
  countIncidents,
  listIncidents,
  memberOf,
  nameOfIncident,
  readIncident,
  type Step,
  type StoredIncident,
  stepsOf,
} from './store.ts';
import type { Watch } from './watch.ts';

const stateSteps: Record<IncidentState, string> = {
  open: 'Opened again',
  investigating: 'Being looked into',
  'not-a-breach': 'Found to be no breach',
  'breach-confirmed': 'Confirmed as a breach',
  closed: 'Closed',
};

export function incidentProcedures(watch: Watch, log: AuditLog, handouts: Handouts): Handlers {
  const touch = (tx: Tx, id: string) => {
    tx.touched({ type: 'Incident', id });
    tx.changed(['incidents']);
  };
  return {
    'incidents.list': query(async (context, { show, limit }) => {
      await watch.ready();
      const { vault } = context;
      const shown = maySeePatients(context);
      const { waiting, total } = countIncidents(vault.db);
      return { incidents: listIncidents(vault.db, show, limit).map((stored) => asRow(stored, shown)), waiting, total };
    }),
    'incidents.waiting': query(async ({ vault }) => {
      await watch.ready();
      const { waiting, alarms } = countIncidents(vault.db);
      return { waiting, alarms };
    }),
    'incidents.get': query(async (context, input) => {
      await watch.ready();
      const { db } = context.vault;
      const stored = readIncident(db, input.incident);
      const shown = maySeePatients(context);
      const { patients, total } = concerned(db, stored, shown);
      return {
        ...asRow(stored, shown),
        steps: shown ? stepsOf(db, stored.id) : stepsOf(db, stored.id).flatMap(withoutWords),
        patientCount: total,
        patients: shown ? patients : undefined,
        next: [...nextStates[stored.state]],
      };
    }),
    'incidents.note': command((_context, tx, { incident, text }) => {
      const { id } = readIncident(tx.db, incident);
      addStep(tx, id, 'note', text);
      touch(tx, id);
      return { ok: true as const };
    }),
    'incidents.assign': command((_context, tx, { incident, person }) => {
      const { id } = readIncident(tx.db, incident);
      const name =
        person === null
          ? null
          : tx.db.prepare<[string], { name: string }>('SELECT display_name AS name FROM user WHERE id = ?').get(person)?.name;
      if (name === undefined) throw new AppError('not-found', { what: 'user' });
      addStep(tx, id, 'assigned', name === null ? 'Assigned to nobody' : `Assigned to ${name}`, {
        assigned: memberOf(tx.db, person) ?? null,
      });
      putTogether(tx.db, id);
      touch(tx, id);
      return { ok: true as const };
    }),
    'incidents.move': command((context, tx, { incident, to, why }) => {
      const { id, state, person, person_user } = readIncident(tx.db, incident);
      const own = person === context.person.id || person_user?.toLowerCase() === context.person.userName.toLowerCase();
      if (own && to !== 'investigating') throw new AppError('invalid-input', { what: 'nobody decides about their own acts' });
      if (!nextStates[state].includes(to))
        throw new AppError('invalid-input', { what: `an incident that is "${state}" cannot become "${to}"` });
      if ((to === 'not-a-breach' || to === 'breach-confirmed') && why === '')
        throw new AppError('invalid-input', { what: 'a verdict needs its reason' });
      const after = headsOf(tx.db, id);
      addStep(tx, id, 'state', why === '' ? stateSteps[to] : `${stateSteps[to]}: ${why}`, { to, after });
      putTogether(tx.db, id);
      touch(tx, id);
      return { ok: true as const };
    }),
    'incidents.period': command((_context, tx, { incident, begins, ends }) => {
      const { id } = readIncident(tx.db, incident);
      const [from, to] = [Date.parse(begins), Date.parse(ends)];
      if (Number.isNaN(from) || Number.isNaN(to) || from > to)
        throw new AppError('invalid-input', { what: 'the period must begin before it ends' });
      const period = { begins: new Date(from).toISOString(), ends: new Date(to).toISOString() };
      addStep(tx, id, 'period', `Counts from ${period.begins} to ${period.ends}`, period);
      putTogether(tx.db, id);
      touch(tx, id);
      return { ok: true as const };
    }),
    'incidents.report': startJob(async (context, input) => {
      const stored = readIncident(context.vault.db, input.incident);
      const { id } = stored;
      const number = nameOfIncident(stored);
      return {
        job: context.jobs.start({
          kind: 'report',
          title: `Report on incident ${number}`,
          unit: 'steps',
          run: async (job) => {
            job.progress(0, 2);
            const report = breachReport(factsOf(context, log, id, input.measures));
            const at = isoTime(context.clock);
            job.progress(1, 2);
            const content = input.format === 'text' ? reportText(report) : await reportPdf(report, at);
            context.write({ action: 'U', procedure: 'incidents.report' }, (tx) => {
              addStep(tx, id, 'report', `Report made (${input.format})`);
              touch(tx, id);
            });
            job.progress(2, 2);
            const ending =
              input.format === 'text'
                ? { name: 'txt', mediaType: 'text/plain; charset=utf-8' }
                : { name: 'pdf', mediaType: 'application/pdf' };
            return handouts.offer(context.person.id, {
              name: `incident-${number}-report.${ending.name}`,
              mediaType: ending.mediaType,
              parts: [content],
            });
          },
        }),
      };
    }),
    'incidents.rules': query(({ vault }) => {
      const set = readRuleSettings(vault.db);
      return {
        rules: Object.fromEntries(ruleIds.map((id) => [id, { off: set[id]?.off ?? false, thresholds: thresholdsOf(id, set) }])),
      };
    }),
    'incidents.setRule': command((_context, tx, { rule, off, thresholds }) => {
      const declared: Readonly<Record<string, Threshold>> = rules[rule].thresholds;
      for (const [name, value] of Object.entries(thresholds)) {
        const limits = declared[name];
        if (!limits) throw new AppError('invalid-input', { what: `the rule has no threshold called ${name}` });
        if (!Number.isInteger(value) || value < limits.min || value > limits.max)
          throw new AppError('invalid-input', { what: `${name} goes from ${limits.min} to ${limits.max}` });
      }
      const settings: RuleSettings = { ...readRuleSettings(tx.db), [rule]: { off, thresholds } };
      writeRuleSettings(tx.db, settings);
      watch.settingsChanged();
      tx.touched({ type: 'Setting', id: `watch-rules.${rule}` });
      tx.changed(['incidents', 'settings']);
      return { ok: true as const };
    }),
  };
}

/** From the own log, or from what the workstation has told that raised it. */
function concerned(db: Db, stored: StoredIncident, names: boolean) {
  if (stored.origin !== null) return extentOfElsewhere(db, stored, names);
  const patients = affectedPatients(db, stored, names);
  return { patients, total: patients.length };
}

/** Whoever answers for data protection must tell the patients; who runs the machine need not know them. */
function maySeePatients(context: Context): boolean {
  return decide('incident.patients', context.person.roles, true) === 'allowed';
}

/** Where it stands, without what people wrote: that may name patients. */
function withoutWords(step: Step): Step[] {
  if (step.kind === 'note') return [];
  return [{ ...step, text: step.kind === 'raised' ? 'Raised' : (step.text.split(':')[0] ?? '') }];
}

function factsOf(context: Context, log: AuditLog, id: string, measures: string) {
  const { db } = context.vault;
  const incident = readIncident(db, id);
  return {
    clinic: clinicName(db),
    incident,
    ...concerned(db, incident, maySeePatients(context)),
    steps: stepsOf(db, id),
    measures,
    by: context.person.displayName,
    at: isoTime(context.clock),
    device: incident.origin ?? context.device,
    log: { ...extentOf(db), publicKey: toHex(log.publicKey) },
  };
}

function clinicName(db: Db): string {
  const row = db.prepare<[], { value: string }>("SELECT value FROM setting WHERE key = 'clinic'").get();
  return row ? String(JSON.parse(row.value)) : 'Clinic';
}
