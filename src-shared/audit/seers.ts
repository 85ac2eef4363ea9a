/** The entries of one record put together by person. */
import { z } from 'zod';
import { roles } from '../access/permissions.ts';
import { type ChainEntry, entryShape } from './entry.ts';

export const seerShape = z.object({
  person: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  /** What they did, each once. */
  actions: z.array(entryShape.shape.action),
  times: z.number(),
  /** The reason with which the glass was broken, the newest. */
  glass: z.string().optional(),
  first: z.string(),
  last: z.string(),
});
export type Seer = z.output<typeof seerShape>;

/**
 * Who really saw or changed the record, whoever was there last first. Attempts that were denied or failed showed nothing, and the program itself is nobody.
 * @param entries newest first
 */
export function seersIn(entries: Iterable<ChainEntry>, nameOf: (person: string) => string | undefined): Seer[] {
  const seers = new Map<string, Seer>();
  for (const { person, roles: held, action, outcome, at, procedure, reason } of entries) {
    if (!person || person === 'system' || outcome !== 'ok') continue;
    const known = seers.get(person);
    seers.set(person, {
      person,
      name: nameOf(person) ?? person,
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
