/** The one choke point: parse, who, may they, prepare, commit, answer. Every call of page, terminal and tests goes through here. */
import { decide, type Permission } from '../../src-shared/access/permissions.ts';
import type { Procedure } from '../../src-shared/contract/procedure.ts';
import { AppError, type ErrorDetails } from '../../src-shared/errors/index.ts';
import type { Handler } from './bind.ts';
import type { Act, Context, Db } from './context.ts';
import { isoTime } from './ports.ts';
import { refuseHidden } from './records/sensitivity.ts';
import type { Transactions } from './transactions.ts';

export interface Call {
  name: string;
  procedure: Procedure;
  handler: Handler<unknown, unknown>;
  input: unknown;
}

/** Runs a call of a signed-in person on the open vault. */
export async function dispatch(call: Call, context: Context, transactions: Transactions): Promise<unknown> {
  const input = parse(call.procedure, call.input);
  const patient = call.procedure.patient?.(input);
  const why = call.procedure.reason?.(input);
  const act: Act | null = call.procedure.audit && {
    action: call.procedure.audit,
    procedure: call.name,
    patient,
    ...(why && { reason: why }),
  };
  const { person } = context;
  try {
    authorise(call.procedure.permission, context, patient);
    if (patient !== undefined) refuseHidden(context, patient, input);
  } catch (denied) {
    transactions.note(
      {
        action: call.procedure.audit ?? 'E',
        procedure: call.name,
        patient,
        reason: denied instanceof AppError ? denied.code : undefined,
      },
      person,
      'denied',
    );
    throw denied;
  }
  try {
    if ('query' in call.handler) {
      const output = checked(call, await call.handler.query(context, input));
      if (act) await transactions.noteRead(act, person);
      return output;
    }
    if ('start' in call.handler) {
      // First: a job whose start cannot be logged must not run.
      if (act) transactions.note(act, person, 'ok');
      return checked(call, await call.handler.start(context, input));
    }
    const { commit } = call.handler;
    const prepared = await call.handler.prepare(context, input);
    return transactions.write(act, person, (tx) => checked(call, commit(context, tx, input, prepared)));
  } catch (failed) {
    if (act) noteFailure(transactions, act, context, failed);
    throw failed;
  }
}

export function parse(procedure: Procedure, input: unknown): unknown {
  const parsed = procedure.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const details: ErrorDetails = { what: `${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'wrong'}` };
  throw new AppError('invalid-input', details);
}

/** An output that does not fit the contract is a bug; thrown inside the transaction it rolls back. */
function checked(call: Call, output: unknown): unknown {
  const parsed = call.procedure.output.safeParse(output);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; ');
  throw new Error(`output of ${call.name} does not fit the contract: ${paths}`);
}

/** Role, care team, and what rests. Throws `forbidden`, `not-in-care-team`, `roles-resting`. */
export function authorise(permission: Permission | 'public' | 'signed-in', context: Context, patient: string | undefined): void {
  if (permission === 'public' || permission === 'signed-in') {
    if (patient !== undefined && !cares(context.vault.db, context, patient)) throw new AppError('not-in-care-team');
    return;
  }
  const answer = decide(permission, context.person.roles, patient === undefined || cares(context.vault.db, context, patient));
  if (answer === 'allowed') return;
  const resting = context.person.resting ?? [];
  throw new AppError(
    answer === 'forbidden' && resting.length > 0 && decide(permission, resting, true) === 'allowed' ? 'roles-resting' : answer,
  );
}

/** In the care team, or has broken the glass and the hour is not over. */
export function cares(db: Db, context: Pick<Context, 'person' | 'clock'>, patient: string): boolean {
  if (db.prepare('SELECT 1 FROM care_team WHERE person = ? AND patient = ?').get(context.person.id, patient)) return true;
  return (
    db
      .prepare('SELECT 1 FROM glass_broken WHERE person = ? AND patient = ? AND until > ?')
      .get(context.person.id, patient, isoTime(context.clock)) !== undefined
  );
}

function noteFailure(transactions: Transactions, act: Act, context: Context, failed: unknown): void {
  try {
    transactions.note({ ...act, reason: failed instanceof AppError ? failed.code : 'internal' }, context.person, 'failed');
  } catch {
    // A full disk cannot take the entry either; the failure itself is what the person must hear of.
  }
}
