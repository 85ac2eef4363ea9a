/** The log as a table, a line an entry. */
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';
import { csvLine } from '../csv.ts';

const columns = {
  n: (entry) => String(entry.n),
  at: (entry) => entry.at,
  person: (entry) => entry.person,
  personName: (entry, nameOf) => entry.person && nameOf(entry.person),
  roles: (entry) => entry.roles.join(' '),
  device: (entry) => entry.device,
  action: (entry) => entry.action,
  procedure: (entry) => entry.procedure,
  patient: (entry) => entry.patient,
  resources: (entry) =>
    entry.resources.map(({ type, id, after }) => `${type}/${id}${after === undefined ? '' : `/_history/${after}`}`).join(' '),
  outcome: (entry) => entry.outcome,
  reason: (entry) => entry.reason,
  model: (entry) => entry.ai?.model ?? entry.model,
  modelVersion: (entry) => entry.ai?.version,
  modelOutcome: (entry) => entry.ai?.outcome,
} satisfies Record<string, (entry: ChainEntry, nameOf: (person: string) => string | undefined) => string | undefined>;

export function tableHead(): string {
  return csvLine(Object.keys(columns));
}

export function tableRow(entry: ChainEntry, nameOf: (person: string) => string | undefined): string {
  return csvLine(Object.values(columns).map((column) => column(entry, nameOf)));
}
