/** What is typed behind a command, checked: wrong usage ends with exit status 2. */
import { InvalidArgumentError } from 'commander';
import { type PatientId, patientId } from '../../src-shared/contract/types.ts';
import { AppError } from '../../src-shared/errors/index.ts';

/** Wrong usage: what does not fit, as part of a sentence. */
export function usage(what: string, cause?: unknown): AppError {
  return new AppError('invalid-input', { what, usage: true }, { cause });
}

export const isUsage = (thrown: unknown) => thrown instanceof AppError && thrown.details.usage === true;

/** Throws `invalid-input`. */
export function readPatient(text: string): PatientId {
  const parsed = patientId.safeParse(text);
  if (!parsed.success) throw usage('--patient takes the id of a patient, as `patient search` answers it');
  return parsed.data;
}

/** For commander: a whole number from 1 on. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return Number(text);
}
