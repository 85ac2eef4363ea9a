/**
 * The steps of every call, on workstation and server alike: parse, may they, do it, check the answer, note what was refused or failed.
 * Who asks is known before, by a session there and by a signature here; each side gives its own parts.
 */
import type { z } from 'zod';
import { AppError, type ErrorCode } from '../src-shared/errors/index.ts';

export interface Declared<Input extends z.ZodType, Output extends z.ZodType> {
  name: string;
  input: Input;
  output: Output;
}

/** What a side does in its own way. */
export interface Parts<Out> {
  /** Throws where whoever asks may not. */
  authorise?(): void;
  /** The effect. `checked` holds an answer against the contract; within a transaction, one that does not fit rolls back. */
  run(checked: (output: unknown) => Out): Promise<Out>;
  /** Logs what changed nothing. Where a denial cannot be logged, that is what the caller hears of. */
  note?(outcome: 'denied' | 'failed', reason: ErrorCode): void;
}

/** Runs one call; throws what the parts throw, or `invalid-input`. */
export async function dispatch<Input extends z.ZodType, Output extends z.ZodType>(
  declared: Declared<Input, Output>,
  raw: unknown,
  partsOf: (input: z.output<Input>) => Parts<z.output<Output>>,
): Promise<z.output<Output>> {
  const parts = partsOf(parse(declared.input, raw));
  try {
    parts.authorise?.();
  } catch (denied) {
    parts.note?.('denied', codeOf(denied));
    throw denied;
  }
  try {
    return await parts.run((output) => checked(declared, output));
  } catch (failed) {
    try {
      parts.note?.('failed', codeOf(failed));
    } catch {
      // A full disk cannot take the entry either; the failure itself is what the person must hear of.
    }
    throw failed;
  }
}

export function parse<Input extends z.ZodType>(schema: Input, raw: unknown): z.output<Input> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('invalid-input', { what: `${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'wrong'}` });
}

/** Where a bug is, without what it was about: messages may carry values. */
export function describeBug(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const frames = (thrown.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .join(' | ');
  const code = 'code' in thrown ? String(thrown.code) : '';
  return `${thrown.name} ${code} ${thrown instanceof MisfitOutput ? thrown.message : ''} ${frames}`;
}

/** An output that does not fit the contract is a bug. The message names paths and codes, no values. */
class MisfitOutput extends Error {}

function checked<Output extends z.ZodType>(declared: Declared<z.ZodType, Output>, output: unknown): z.output<Output> {
  const parsed = declared.output.safeParse(output);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; ');
  throw new MisfitOutput(`output of ${declared.name} does not fit the contract: ${paths}`);
}

function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof AppError ? thrown.code : 'internal';
}
