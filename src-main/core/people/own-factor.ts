/** One's own second factor, and the one that an administrator hands to somebody. Whoever changes one shows first that they are who is signed in. */
import { decide } from '../../../src-shared/access/permissions.ts';
import type { Person } from '../../../src-shared/contract/people.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, preparedCommand, query } from '../bind.ts';
import type { Context, Tx } from '../context.ts';
import { type OpenVault, whoHash } from '../vault/index.ts';
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
import type { Tries } from './tries.ts';

export function factorProcedures(vault: OpenVault, tries: Tries): Handlers {
  const withPassword = <In extends { password: string }>(context: Context, { password }: In) =>
    needPassword(context, vault, tries, password);
  return {
    'secondFactor.state': query(({ person, vault: { db } }) => ({
      on: factorIsOn(db, person.id),
      codesLeft: codesLeft(db, person.id),
      ...factorDue(db, person.id),
    })),
    'secondFactor.begin': preparedCommand(withPassword, (context, tx, { code }) => {
      // Whoever finds an open screen must not put their own phone in the place of the one that guards it.
      if (factorIsOn(tx.db, context.person.id)) needCode(context, tx, tries, code || '0');
      const made = beginFactor(tx, context.person);
      told(tx, context.person.id);
      return made;
    }),
    'secondFactor.confirm': command((context, tx, { code }) => {
      const recoveryCodes = confirmFactor(tx, context.vault.id, context.person.id, code);
      told(tx, context.person.id);
      return { recoveryCodes };
    }),
    'secondFactor.renewCodes': preparedCommand(withPassword, (context, tx, { code }) => {
      needCode(context, tx, tries, code || '0');
      told(tx, context.person.id);
      return { recoveryCodes: renewCodes(tx, context.vault.id, context.person.id) };
    }),
    'secondFactor.off': preparedCommand(withPassword, (context, tx, { code }) => {
      if (factorDue(tx.db, context.person.id).required) throw new AppError('second-factor-mandatory');
      needCode(context, tx, tries, code || '0');
      removeFactor(tx, context.person.id);
      told(tx, context.person.id);
      return { ok: true as const };
    }),
    'secondFactor.give': preparedCommand(
      async (context, input) => {
        const whose = mayGive(context, input.userName);
        await withPassword(context, input);
        return whose;
      },
      (context, tx, _input, whose) => {
        if (whose.id === context.person.id && factorIsOn(tx.db, whose.id))
          throw new AppError('invalid-input', { what: 'your second factor is on already' });
        const made = giveFactor(tx, context.vault.id, whose);
        told(tx, whose.id);
        return made;
      },
    ),
  };
}

/** Oneself, or anybody for whoever administers. Throws `forbidden`, `roles-resting`, `not-found`. */
function mayGive({ person, vault: { db } }: Context, userName: string): Person {
  const whose = personByName(db, userName);
  const mayOthers = decide('users.write', person.roles, true) === 'allowed';
  if (!mayOthers && whose?.id !== person.id)
    throw new AppError((person.resting ?? []).length > 0 ? 'roles-resting' : 'forbidden');
  if (!whose) throw new AppError('not-found', { what: 'user' });
  return whose;
}

/**
 * Throws `password-wrong` unless this is the password of whoever is signed in: an open screen alone is nobody's leave to change what guards the sign-in. Wrong ones
 * count like wrong sign-ins; a right one forgets them only where no second factor has been guessed at beside it.
 */
export async function needPassword(
  { person, vault: { db } }: Context,
  vault: OpenVault,
  tries: Tries,
  password: string,
): Promise<void> {
  const who = whoHash(vault.id, person.userName);
  tries.check(who);
  if (!(await vault.passwordFits(person.userName, password))) {
    tries.failed(who);
    throw new AppError('password-wrong');
  }
  if (!factorIsOn(db, person.id)) tries.succeeded(who);
}

/**
 * Throws `second-factor-code-wrong` unless the second factor is on and this is a code of it; with no code at all `second-factor-required`. Wrong codes count like
 * wrong sign-ins, so that an open screen is no place to guess at.
 */
export function needCode(context: Context, tx: Tx, tries: Tries, code: string | undefined): void {
  if (!factorIsOn(tx.db, context.person.id)) throw new AppError('second-factor-code-wrong');
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
