/** What is typed and chosen above the list, and what is asked of the core for it. */
import type { Input } from '../../../src-shared/contract/index.ts';
import { type PatientId, patientId } from '../../../src-shared/contract/types.ts';

export const outcomes = ['ok', 'denied', 'failed'] as const;

export interface Filter {
  person?: string;
  procedure?: string;
  outcome?: (typeof outcomes)[number];
  /** How many days back, today counted. */
  days?: number;
  patient?: string;
}

export type Wanted = Pick<Input<'audit.list'>, 'person' | 'procedure' | 'outcome' | 'since'> & { patient?: PatientId };

export function inputOf({ person, procedure, outcome, days, patient }: Filter): Wanted {
  return {
    person: person || undefined,
    procedure: procedure || undefined,
    outcome,
    since: days === undefined ? undefined : morning(days),
    // Half-typed numbers ask for nothing yet.
    patient: patientId.safeParse(patient?.trim()).data,
  };
}

/** Midnight on this machine's calendar; the same all day long, so that the question stays the same. */
function morning(days: number): string {
  const begin = new Date();
  begin.setHours(0, 0, 0, 0);
  begin.setDate(begin.getDate() - days + 1);
  return begin.toISOString();
}
