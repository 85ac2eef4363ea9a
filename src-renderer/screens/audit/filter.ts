/** What is typed and chosen above the list, and what is asked of the core for it. */
import type { Input } from '../../../src-shared/contract/index.ts';
import { type PatientId, patientId } from '../../../src-shared/contract/types.ts';

export const outcomes = ['ok', 'denied', 'failed'] as const;
export const actions = ['C', 'R', 'U', 'D', 'E'] as const;

export interface Filter {
  person?: string;
  procedure?: string;
  action?: (typeof actions)[number];
  outcome?: (typeof outcomes)[number];
  /** First and last day by the calendar of this machine, both counted: 2026-11-22. */
  from?: string;
  to?: string;
  patient?: string;
  breakGlass?: boolean;
  ai?: boolean;
}

export type Wanted = Omit<Input<'audit.list'>, 'limit' | 'before' | 'patient'> & { patient?: PatientId };

export function inputOf({ person, procedure, action, outcome, from, to, patient, breakGlass, ai }: Filter): Wanted {
  return {
    person: person || undefined,
    procedure: procedure || undefined,
    action,
    outcome,
    since: morning(from, 0),
    until: morning(to, 1),
    // Half-typed numbers ask for nothing yet.
    patient: patientId.safeParse(patient?.trim()).data,
    breakGlass: breakGlass || undefined,
    ai: ai || undefined,
  };
}

/** Midnight of a day on this machine's calendar, so many days later; undefined while the day is half typed. */
function morning(day: string | undefined, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? [];
  if (!year) return undefined;
  const begin = new Date(Number(year), Number(month) - 1, Number(date) + later);
  return Number.isNaN(begin.getTime()) ? undefined : begin.toISOString();
}
