/** The entries of one record put together by person. */
import { type Role, roles } from '../../../src-shared/access/permissions.ts';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';

export interface Seer {
  person: string;
  name: string;
  roles: readonly Role[];
  /** What they did, each once. */
  actions: readonly AuditEntry['action'][];
  times: number;
  /** The reason with which the glass was broken, the newest. */
  glass?: string;
  first: string;
  last: string;
}

/**
 * Who really saw or changed the record, whoever was there last first. Attempts that were denied or failed showed nothing, and the program itself is nobody.
 * @param entries newest first
 */
export function seersIn(entries: readonly AuditEntry[]): Seer[] {
  const seers = new Map<string, Seer>();
  for (const { person, personName, roles: held, action, outcome, at, procedure, reason } of entries) {
    if (!person || person === 'system' || outcome !== 'ok') continue;
    const known = seers.get(person);
    seers.set(person, {
      person,
      name: personName ?? person,
      roles: roles.filter((role) => held.includes(role) || known?.roles.includes(role)),
      actions: [...new Set([...(known?.actions ?? []), action])],
      times: (known?.times ?? 0) + 1,
      glass: known?.glass ?? (procedure === 'patients.breakGlass' ? reason : undefined),
      first: at,
      last: known?.last ?? at,
    });
  }
  return [...seers.values()];
}
