/** The people of a vault, as an administrator looks after them. */
import type { Role } from '../../../src-shared/access/permissions.ts';
import type { Person } from '../../../src-shared/contract/people.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, preparedCommand, query } from '../bind.ts';
import type { Context, Db, Tx } from '../context.ts';
import { checkPassword, type OpenVault, whoHash } from '../vault/index.ts';
import { makeCode, ONE_TIME_GROUPS } from './codes.ts';
import { needCode } from './own-factor.ts';
import { personByName, personOf, rowByName, type UserRow } from './person.ts';
import { factorIsOn, removeFactor } from './second-factor.ts';
import type { Tries } from './tries.ts';

/** How long a one-time code waits. */
const ONE_TIME_MS = 24 * 60 * 60_000;

export function peopleProcedures(vault: OpenVault, tries: Tries): Handlers {
  const who = (userName: string) => whoHash(vault.id, userName);
  const oneTime = (context: Pick<Context, 'chance' | 'clock'>) => ({
    code: makeCode(context.chance, ONE_TIME_GROUPS),
    until: new Date(context.clock.now() + ONE_TIME_MS).toISOString(),
  });
  return {
    'users.list': query((context) => {
      const rows = context.vault.db.prepare<[], UserRow>('SELECT * FROM user ORDER BY display_name').all();
      return {
        users: rows.map((row) => ({
          ...personOf(row),
          state: row.state === 'active' && tries.locked(who(row.user_name)) ? ('locked' as const) : row.state,
          lastSignIn: row.last_sign_in ?? undefined,
          secondFactor: row.totp_secret !== null,
          oneTimeUntil: row.one_time_until ?? undefined,
        })),
      };
    }),
    'users.add': preparedCommand(
      async (context, input) => {
        if (input.password !== undefined) checkPassword(input.password, input.userName, vault.deviceKey);
        if (rowByName(context.vault.db, input.userName)) throw new AppError('user-exists');
        const id = context.chance.id();
        const given = input.password === undefined ? oneTime(context) : undefined;
        // A slot without a row opens nothing: signing in needs both. So the slot may come first.
        await vault.addUserSlot({ id, userName: input.userName, password: given?.code ?? input.password ?? '' });
        return { id, given };
      },
      (_context, tx, input, { id, given }) => {
        if (rowByName(tx.db, input.userName)) throw new AppError('user-exists');
        const displayName = input.displayName ?? input.userName;
        const roles = withoutTwins(input.roles);
        tx.db
          .prepare(
            "INSERT INTO user (id, user_name, display_name, roles, state, created_at, one_time_until) VALUES (?, ?, ?, ?, 'active', ?, ?)",
          )
          .run(id, input.userName, displayName, JSON.stringify(roles), tx.at, given?.until ?? null);
        told(tx, id);
        return { id, userName: input.userName, displayName, roles, oneTime: given };
      },
    ),
    'users.disable': command((context, tx, input) => {
      const person = named(tx.db, input.userName);
      if (person.id === context.person.id) throw new AppError('invalid-input', { what: 'nobody can switch themselves off' });
      keepAnAdministrator(tx.db, person, []);
      tx.db.prepare("UPDATE user SET state = 'disabled' WHERE id = ?").run(person.id);
      told(tx, person.id);
      // Whoever is switched on again gets a one-time code.
      vault.removeUserSlot(person.id);
      return { ok: true as const };
    }),
    'users.enable': preparedCommand(
      async (context, input) => {
        const person = named(context.vault.db, input.userName);
        const opens = vault.userSlots().some((slot) => slot.user === person.id && slot.here);
        const given = opens ? undefined : oneTime(context);
        // Switched off until the commit, so the code opens nothing yet.
        if (given) await vault.addUserSlot({ id: person.id, userName: person.userName, password: given.code });
        return { person, given };
      },
      (_context, tx, _input, { person, given }) => {
        tx.db
          .prepare("UPDATE user SET state = 'active', one_time_until = coalesce(?, one_time_until) WHERE id = ?")
          .run(given?.until ?? null, person.id);
        told(tx, person.id);
        return { ok: true as const, oneTime: given };
      },
    ),
    'users.setRoles': command((_context, tx, input) => {
      const person = named(tx.db, input.userName);
      const roles = withoutTwins(input.roles);
      keepAnAdministrator(tx.db, person, roles);
      tx.db.prepare('UPDATE user SET roles = ? WHERE id = ?').run(JSON.stringify(roles), person.id);
      told(tx, person.id);
      return { ...person, roles };
    }),
    'users.unlock': command((_context, tx, input) => {
      const person = named(tx.db, input.userName);
      tries.succeeded(who(person.userName));
      told(tx, person.id);
      return { ok: true as const };
    }),
    'users.reset': preparedCommand(
      async (context, input) => {
        const person = named(context.vault.db, input.userName);
        if (person.id === context.person.id)
          throw new AppError('invalid-input', { what: 'another administrator resets your password' });
        const given = oneTime(context);
        await vault.addUserSlot({ id: person.id, userName: person.userName, password: given.code });
        return { person, given };
      },
      (_context, tx, _input, { person, given }) => {
        tx.db.prepare('UPDATE user SET one_time_until = ? WHERE id = ?').run(given.until, person.id);
        tries.succeeded(who(person.userName));
        told(tx, person.id);
        return given;
      },
    ),
    'users.resetSecondFactor': command((context, tx, input) => {
      const person = named(tx.db, input.userName);
      // Whoever finds an administrator's open screen must not take the factor away that guards it.
      if (person.id === context.person.id && factorIsOn(tx.db, person.id)) needCode(context, tx, input.code);
      removeFactor(tx, person.id);
      told(tx, person.id);
      return { ok: true as const };
    }),
  };
}

function named(db: Db, userName: string): Person {
  const person = personByName(db, userName);
  if (!person) throw new AppError('not-found', { what: 'user' });
  return person;
}

/** Somebody must be able to administer: throws `last-administrator` where nobody else is left after this person has only these roles. */
function keepAnAdministrator(db: Db, leaving: Person, roles: readonly Role[]): void {
  if (roles.includes('it-admin') || !leaving.roles.includes('it-admin')) return;
  const others = db.prepare<[string], UserRow>("SELECT * FROM user WHERE state = 'active' AND id <> ?").all(leaving.id);
  if (!others.some((row) => personOf(row).roles.includes('it-admin'))) throw new AppError('last-administrator');
}

function told(tx: Tx, id: string): void {
  tx.touched({ type: 'Person', id });
  tx.changed(['users']);
}

const withoutTwins = (roles: readonly Role[]): Role[] => [...new Set(roles)];
