/** What is typed behind a command, checked: wrong usage ends with exit status 2. */
import { type Command, InvalidArgumentError } from 'commander';
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

/** A group that another file may have made already. */
export function group(program: Command, name: string, description: string): Command {
  const there = program.commands.find((command) => command.name() === name);
  if (there) return description === '' ? there : there.description(description);
  return program.command(name).description(description);
}

/** One of a list. Throws `invalid-input` with all of it. @param what the option or argument, for the sentence */
export function oneOf<const Value extends string>(values: readonly Value[], text: string, what: string): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw usage(`${what} takes ${values.join(', ')}`);
  return found;
}
