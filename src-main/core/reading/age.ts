/** How old somebody was when a picture was made. */
import type { Db } from '../context.ts';

/** As the chart has it: 1984, 1984-03 or 1984-03-17. */
export function birthDateOf(db: Db, patient: string): string | null {
  return (
    db.prepare<[string], { birth_date: string | null }>('SELECT birth_date FROM patient_row WHERE id = ?').get(patient)
      ?.birth_date ?? null
  );
}

/**
 * Whole years; undefined where it is not known. A birth date without day or month counts as the middle of what it leaves open.
 * @param at the day of the picture, ISO 8601
 */
export function ageYears(birthDate: string | null, at: string): number | undefined {
  const [, year, month = '07', day = '01'] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(birthDate ?? '') ?? [];
  if (year === undefined) return undefined;
  const had = at.slice(5, 10) >= `${month}-${day}` ? 0 : 1;
  const age = Number(at.slice(0, 4)) - Number(year) - had;
  return age >= 0 && age < 130 ? age : undefined;
}
