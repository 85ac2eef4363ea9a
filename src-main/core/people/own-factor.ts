/** One's own second factor, and the one that an administrator hands to somebody. */
import { decide } from '../../../src-shared/access/permissions.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Context, Tx } from '../context.ts';
import { whoHash } from '../vault/index.ts';
import { personByName } from './person.ts';
import {
  beginFactor,
  codesLeft,
  confirmFactor,
  factorDue,
  factorIsOn,
  giveFactor,
  passFactor,
  removeFactor,
  renewCodes,
} from './second-factor.ts';
import { openTries } from './tries.ts';

export const factorProcedures: Handlers = {
  'secondFactor.state': query(({ person, vault: { db } }) => ({
    on: factorIsOn(db, person.id),
    codesLeft: codesLeft(db, person.id),
    ...factorDue(db, person.id),
  })),
  'secondFactor.begin': command((context, tx, { code }) => {
    // Whoever finds an open screen must not put their own phone in the place of the one that guards it.
    if (factorIsOn(tx.db, context.person.id)) needCode(context, tx, code || '0');
    const made = beginFactor(tx, context.person);
    told(tx, context.person.id);
    return made;
  }),
  'secondFactor.confirm': command((context, tx, { code }) => {
    const recoveryCodes = confirmFactor(tx, context.vault.id, context.person.id, code);
    told(tx, context.person.id);
    return { recoveryCodes };
  }),
  'secondFactor.renewCodes': command((context, tx, { code }) => {
    needCode(context, tx, code || '0');
    told(tx, context.person.id);
    return { recoveryCodes: renewCodes(tx, context.vault.id, context.person.id) };
  }),
  'secondFactor.off': command((context, tx, { code }) => {
    if (factorDue(tx.db, context.person.id).required) throw new AppError('second-factor-mandatory');
    needCode(context, tx, code || '0');
    removeFactor(tx, context.person.id);
    told(tx, context.person.id);
    return { ok: true as const };
  }),
  'secondFactor.give': command((context, tx, { userName }) => {
    const whose = personByName(tx.db, userName);
    const mayOthers = decide('users.write', context.person.roles, true) === 'allowed';
    if (!mayOthers && whose?.id !== context.person.id)
      throw new AppError((context.person.resting ?? []).length > 0 ? 'roles-resting' : 'forbidden');
    if (!whose) throw new AppError('not-found', { what: 'user' });
    if (whose.id === context.person.id && factorIsOn(tx.db, whose.id))
      throw new AppError('invalid-input', { what: 'your second factor is on already' });
    const made = giveFactor(tx, context.vault.id, whose);
    told(tx, whose.id);
    return made;
  }),
};

/**
 * Throws `second-factor-code-wrong` unless the second factor is on and this is a code of it; with no code at all `second-factor-required`. Wrong codes count like
 * wrong sign-ins, so that an open screen is no place to guess at.
 */
export function needCode(context: Context, tx: Tx, code: string | undefined): void {
  if (!factorIsOn(tx.db, context.person.id)) throw new AppError('second-factor-code-wrong');
  const tries = openTries(context.vault.dir, context.clock);
  const who = whoHash(context.vault.id, context.person.userName);
  tries.check(who);
  try {
    passFactor(tx, context.vault.id, context.person.id, code);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'sign-in-failed') throw thrown;
    tries.failed(who);
    throw new AppError('second-factor-code-wrong', {}, { cause: thrown });
  }
  tries.succeeded(who);
}

function told(tx: Tx, id: string): void {
  tx.touched({ type: 'Person', id });
  tx.changed(['users']);
}
