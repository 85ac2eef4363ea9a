/** The one choke point: who, may they, prepare, commit, answer. Every call of page, terminal and tests goes through here. */
import { dispatch as inSteps } from '../../src-node/dispatch.ts';
import { needsFresh } from '../../src-shared/access/fresh.ts';
import { decide, type Permission } from '../../src-shared/access/permissions.ts';
import type { Procedure } from '../../src-shared/contract/procedure.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Handler, Speaks } from './bind.ts';
import type { Act, Context } from './context.ts';
import { isoTime } from './ports.ts';
import { hasAccess } from './records/access.ts';
import { refuseHidden } from './records/sensitivity.ts';
import type { Transactions } from './transactions.ts';

export interface Call {
  name: string;
  procedure: Procedure;
  handler: Handler<unknown, unknown>;
  input: unknown;
  /** Whether the person typed their password a short while ago. */
  fresh: boolean;
}

/** Runs a call of a signed-in person on the open vault. */
export function dispatch(call: Call, context: Context, transactions: Transactions): Promise<unknown> {
  const { name, procedure, handler } = call;
  const { person } = context;
  return inSteps({ name, ...procedure }, call.input, (input) => {
    const patient = procedure.patient?.(input);
    const why = procedure.reason?.(input);
    const act: Act | null = procedure.audit && { action: procedure.audit, procedure: name, patient, ...(why && { reason: why }) };
    return {
      authorise() {
        authorise(procedure.permission, context, patient);
        if (patient !== undefined) refuseHidden(context, patient, input);
        if (!call.fresh && needsFresh(name, procedure, input)) throw new AppError('password-needed');
      },
      async run(checked) {
        if ('query' in handler) {
          const said: Pick<Act, 'model' | 'modelOutcome'> = {};
          const speaks: Speaks = (model, modelOutcome) => Object.assign(said, { model, modelOutcome });
          const output = checked(await handler.query(context, input, speaks));
          if (act) await transactions.noteRead({ ...act, ...said }, person);
          return output;
        }
        if ('start' in handler) {
          // First: a job whose start cannot be logged must not run.
          if (act) transactions.note(act, person, 'ok');
          return checked(await handler.start(context, input));
        }
        const prepared = await handler.prepare(context, input);
        return transactions.write(act, person, (tx) => checked(handler.commit(context, tx, input, prepared)));
      },
      note(outcome, reason) {
        // Who was refused is logged also where the act itself would not be.
        if (act || outcome === 'denied')
          transactions.note({ action: procedure.audit ?? 'E', procedure: name, patient, reason }, person, outcome);
      },
    };
  });
}

/** Role, care team, and what rests. Throws `forbidden`, `not-in-care-team`, `roles-resting`. */
export function authorise(permission: Permission | 'public' | 'signed-in', context: Context, patient: string | undefined): void {
  const { person, vault, clock } = context;
  const cares = patient === undefined || hasAccess(vault.db, patient, person.id, isoTime(clock));
  if (permission === 'public' || permission === 'signed-in') {
    if (!cares) throw new AppError('not-in-care-team');
    return;
  }
  const answer = decide(permission, person.roles, cares);
  if (answer === 'allowed') return;
  const resting = person.resting ?? [];
  throw new AppError(
    answer === 'forbidden' && resting.length > 0 && decide(permission, resting, true) === 'allowed' ? 'roles-resting' : answer,
  );
}
