import { findAllergies } from './allergies.ts';
import { type Context, readContext } from './context.ts';
import { findDiagnoses } from './diagnoses.ts';
import { placeBetween } from './entity.ts';
import { findMeasurements } from './measurements.ts';
import { findMedications } from './medications.ts';
import type { DateEntity, Entity, ExtractOptions, PageText } from './types.ts';

export { type ResourceDraft, toResourceDraft } from './resource-draft.ts';
export type * from './types.ts';

/**
 * Finds medicines, vital signs, laboratory values, diagnoses, allergies and dates in the recognised pages of one letter, in English,
 * Spanish, French, Portuguese, Swahili or Hindi.
 *
 * An entity is doubtful when a word that carries its name or number is doubtful, when its name was recognised only with a letter wrong,
 * or when its number is not plausible in its unit; such a one must be offered marked. Pure: no clock, no files.
 *
 * @param pages Pages in order; boxes in any unit, y downwards.
 */
export function extractEntities(pages: PageText[], options: ExtractOptions = {}): Entity[] {
  const context = readContext(pages, options);
  return [
    ...findMedications(context),
    ...findMeasurements(context),
    ...findDiagnoses(context),
    ...findAllergies(context),
    ...findDateEntities(context),
  ];
}

/** Each day once, where it stands first; what it dates is taken from where the letter says it. */
function findDateEntities(context: Context): DateEntity[] {
  const byDay = new Map<string, DateEntity>();
  for (const { start, end, value } of context.dates) {
    const known = byDay.get(value.iso);
    if (known) known.value.kind ??= value.kind;
    else
      byDay.set(value.iso, {
        kind: 'date',
        ...placeBetween(context.letter, start, end),
        value: value.kind ? value : { iso: value.iso, printed: value.printed },
      });
  }
  return [...byDay.values()];
}
