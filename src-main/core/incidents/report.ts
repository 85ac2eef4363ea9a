/** The breach report: what 45 CFR 164.404(c) and GDPR art. 33(3) ask for, as far as the log and the people who looked into it know. Text first; the PDF is drawn from the same sections. */
import type { AffectedPatient } from '../../../src-shared/contract/incidents.ts';
import { rules } from '../../../src-shared/incidents/rules.ts';
import { deadlines, type IncidentState } from '../../../src-shared/incidents/states.ts';
import { nameOfIncident, type Step, type StoredIncident } from './store.ts';

export interface ReportFacts {
  clinic: string;
  incident: StoredIncident;
  patients: readonly AffectedPatient[];
  /** How many there are; of very many not all are named. */
  total: number;
  steps: readonly Step[];
  measures: string;
  by: string;
  at: string;
  device: string;
  /** The log that all this is taken from. */
  log: { entries: number; sealedTo: number; receiptTo: number; publicKey: string };
}

export interface Section {
  heading: string;
  /** Paragraphs. */
  lines: string[];
  /** With a head of its own. */
  table?: { heads: string[]; rows: string[][] };
}

export interface Report {
  title: string;
  under: string;
  sections: Section[];
}

const stateWords: Record<IncidentState, string> = {
  open: 'Nobody has looked into it yet.',
  investigating: 'It is being looked into; whether it is a breach is not decided.',
  'not-a-breach': 'It was looked into and found to be no breach.',
  'breach-confirmed': 'It was looked into and confirmed as a breach.',
  closed: 'It was looked into and is closed.',
};

export function breachReport(facts: ReportFacts): Report {
  const { incident, patients, steps } = facts;
  const rule = rules[incident.rule];
  const due = deadlines(incident.discovered_at);
  const kinds = [...new Set(patients.flatMap((patient) => patient.kinds))];
  return {
    title: `Incident ${nameOfIncident(incident)}: ${rule.title}`,
    under: `${facts.clinic}. Report made by ${facts.by} on ${when(facts.at)}.`,
    sections: [
      {
        heading: 'What happened',
        lines: [rule.words, incident.facts, `It happened between ${when(incident.begins_at)} and ${when(incident.ends_at)}.`],
      },
      {
        heading: 'When it was discovered, and by when others must know',
        lines: [
          `Discovered: ${when(incident.discovered_at)}.`,
          `To the supervisory authority within 72 hours (GDPR art. 33): by ${when(due.authority)}.`,
          `To the individuals within 60 days (45 CFR 164.404), from 500 of them on also to the Secretary and the media (164.406, 164.408): by ${when(due.individuals)}.`,
        ],
      },
      { heading: 'Where it stands', lines: [stateWords[incident.state], `Assigned to: ${incident.assigned_name ?? 'nobody'}.`] },
      {
        heading: 'Who',
        lines: [
          incident.person === null
            ? 'Nobody was signed in.'
            : `${incident.person_name ?? 'A person who is no longer in this vault'} (person ${incident.person}), on workstation ${facts.device}.`,
        ],
      },
      {
        heading: 'What kinds of data',
        lines: kinds.length > 0 ? kinds.map((kind) => `- ${kind}`) : ['The log names no data of patients.'],
      },
      {
        heading: `Which patients (${facts.total})`,
        lines: patients.length === 0 ? ['The log names none.'] : [],
        table:
          patients.length === 0
            ? undefined
            : {
                heads: ['Patient', 'Born', 'First', 'Last', 'Times'],
                rows: patients.map((one) => [
                  one.name ?? one.id,
                  one.birthDate ?? '',
                  when(one.first),
                  when(one.last),
                  String(one.times),
                ]),
              },
      },
      {
        heading: 'Measures taken and proposed',
        lines:
          facts.measures.trim() === ''
            ? ['None were entered for this report; see what was noted below.']
            : facts.measures.trim().split('\n'),
      },
      { heading: 'What was noted and decided', lines: steps.map((step) => `${when(step.at)}, ${step.byName}: ${step.text}`) },
      {
        heading: 'Where this is taken from',
        lines: [
          ...(incident.origin === null
            ? []
            : [
                `Raised at another workstation (${facts.device}), whose access log stays there: whom it concerns is as that workstation has told in signed notices. The log of the workstation that made this report:`,
              ]),
          `The access log${incident.origin === null ? ` of workstation ${facts.device}` : ''}: ${facts.log.entries} entries, sealed up to entry ${facts.log.sealedTo}, confirmed by the server up to entry ${facts.log.receiptTo}.`,
          `Public key of its seals: ${facts.log.publicKey}.`,
          'The report names patients: treat it as the record itself.',
        ],
      },
    ],
  };
}

export function reportText({ title, under, sections }: Report): string {
  const parts = [`${title}\n${'='.repeat(title.length)}\n\n${under}\n`];
  for (const { heading, lines, table } of sections) {
    parts.push(`\n${heading}\n${'-'.repeat(heading.length)}\n`);
    for (const line of lines) parts.push(`${line}\n`);
    if (table) for (const row of [table.heads, ...table.rows]) parts.push(`${row.join('\t')}\n`);
  }
  return parts.join('');
}

/** 22 Nov 2026, 14:05 UTC: a report is read in other zones than it was made in. */
function when(iso: string): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}
