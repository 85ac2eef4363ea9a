/** How a procedure is declared: once, here; client types, dispatch, permission matrix, audit and documentation come from it. */
import type { z } from 'zod';
import type { Permission } from '../access/permissions.ts';
import type { ChainEntry } from '../audit/entry.ts';

/** What the audit log calls the act. */
export type AuditAction = ChainEntry['action'];

export interface Procedure<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  /** A query only reads; a command changes something in one transaction; a job starts long work and answers with its id. */
  kind: 'query' | 'command' | 'job';
  input: Input;
  output: Output;
  /** `public` needs nobody, `signed-in` anybody; anything else is looked up in the table of src-shared/access. */
  permission: Permission | 'public' | 'signed-in';
  /** The patient whom the call is about: then care team and labels count too. */
  patient?: (input: z.output<Input>) => string | undefined;
  /** Why it is done, as the person gave it: it stands in the log. */
  reason?: (input: z.output<Input>) => string | undefined;
  /** The act as the log records it, or null where nothing of a patient or of the configuration is touched. */
  audit: AuditAction | null;
  /** One line for `--help` and the documentation. */
  summary: string;
}

export function procedure<Input extends z.ZodType, Output extends z.ZodType>(
  declared: Procedure<Input, Output>,
): Procedure<Input, Output> {
  return declared;
}

export type InputOf<P> = P extends Procedure<infer Input, z.ZodType> ? z.input<Input> : never;
export type ParsedInputOf<P> = P extends Procedure<infer Input, z.ZodType> ? z.output<Input> : never;
export type OutputOf<P> = P extends Procedure<z.ZodType, infer Output> ? z.output<Output> : never;
