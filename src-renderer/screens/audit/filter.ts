/** What is typed and chosen above the list, and what is asked of the core for it. */
import type { Input } from '../../../src-shared/contract/index.ts';
import { type PatientId, patientId } from '../../../src-shared/contract/types.ts';

export const outcomes = ['ok', 'denied', 'failed'] as const;

export interface Filter {
  person?: string;
  procedure?: string;
  outcome?: (typeof outcomes)[number];
  /** A day on this machine's calendar: 2026-11-22. */
  since?: string;
  patient?: string;
}

export type Wanted = Pick<Input<'audit.list'>, 'person' | 'procedure' | 'outcome' | 'since'> & { patient?: PatientId };

export function inputOf({ person, procedure, outcome, since, patient }: Filter): Wanted {
  const begin = since ? new Date(`${since}T00:00:00`) : undefined;
  return {
    person: person || undefined,
    procedure: procedure || undefined,
    outcome,
    since: begin && !Number.isNaN(begin.valueOf()) ? begin.toISOString() : undefined,
    // Half-typed numbers ask for nothing yet.
    patient: patientId.safeParse(patient?.trim()).data,
  };
}
