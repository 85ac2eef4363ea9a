/** The log as a table (RFC 4180) that a spreadsheet opens without running anything in it. */
import type { ChainEntry } from '../../../src-shared/audit/entry.ts';

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
  return line(Object.keys(columns));
}

export function tableRow(entry: ChainEntry, nameOf: (person: string) => string | undefined): string {
  return line(Object.values(columns).map((column) => column(entry, nameOf) ?? ''));
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** A leading sign that a spreadsheet would run as a formula is made harmless with an apostrophe (OWASP, CSV Injection). */
function cell(text: string): string {
  const harmless = /^[\s]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
