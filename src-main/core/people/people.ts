/** The people of a vault, as an administrator looks after them. */
import type { Role } from '../../../src-shared/access/permissions.ts';
import type { Person } from '../../../src-shared/contract/people.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, preparedCommand, query } from '../bind.ts';
import type { Context, Db, Tx } from '../context.ts';
import { checkPassword, type OpenVault, whoHash } from '../vault/index.ts';
import { makeCode, ONE_TIME_GROUPS } from './codes.ts';
import { needCode, needPassword } from './own-factor.ts';
import { codeWaits, personByName, personOf, rowByName, type UserRow } from './person.ts';
import { factorIsOn, removeFactor } from './second-factor.ts';
import type { Tries } from './tries.ts';

/** How long a one-time code waits. */
const ONE_TIME_MS = 24 * 60 * 60_000;

/**
 * `vault.keys` follows the database: what the transaction says holds, and the slot is put or removed right behind it. A power cut between the two leaves everybody the
 * password that they had; `settleSlots` sees to the rest when the vault is opened again.
 */
export function peopleProcedures(vault: OpenVault, tries: Tries): Handlers {
  const who = (userName: string) => whoHash(vault.id, userName);
  const oneTime = (context: Pick<Context, 'chance' | 'clock'>) => ({
    code: makeCode(context.chance, ONE_TIME_GROUPS),
    until: new Date(context.clock.now() + ONE_TIME_MS).toISOString(),
  });
  /** A one-time code and the slot that it opens. */
  const newCode = async (context: Context, { id, userName }: Pick<Person, 'id' | 'userName'>) => {
    const given = oneTime(context);
    return { given, slot: await vault.newUserSlot({ id, userName, password: given.code }) };
  };
  return {
    'users.list': query((context) => {
      const rows = context.vault.db.prepare<[], UserRow>('SELECT * FROM user ORDER BY display_name').all();
      const slots = vault.userSlots();
      return {
        users: rows.map((row) => ({
          ...personOf(row),
          state: row.state === 'active' && tries.locked(who(row.user_name)) ? ('locked' as const) : row.state,
          lastSignIn: row.last_sign_in ?? undefined,
          secondFactor: row.totp_secret !== null,
          oneTimeUntil: codeWaits(row, slots) ? (row.one_time_until ?? undefined) : undefined,
          noPassword: row.state === 'active' && !slots.some((slot) => slot.user === row.id && slot.here),
        })),
      };
    }),
    'users.add': preparedCommand(
      async (context, input) => {
        if (input.password !== undefined) checkPassword(input.password, input.userName, vault.deviceKey);
        if (rowByName(context.vault.db, input.userName)) throw new AppError('user-exists');
        const id = context.chance.id();
        const { userName, password } = input;
        if (password === undefined) return { id, ...(await newCode(context, { id, userName })) };
        return { id, given: undefined, slot: await vault.newUserSlot({ id, userName, password }) };
      },
      (_context, tx, input, { id, given, slot }) => {
        if (rowByName(tx.db, input.userName)) throw new AppError('user-exists');
        const displayName = input.displayName ?? input.userName;
        const roles = withoutTwins(input.roles);
        tx.db
          .prepare("INSERT INTO user (id, user_name, display_name, roles, state, created_at) VALUES (?, ?, ?, ?, 'active', ?)")
          .run(id, input.userName, displayName, JSON.stringify(roles), tx.at);
        if (given) codeIs(tx, id, given.until, slot.mark);
        tx.afterwards(slot.put);
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
      tx.afterwards(() => vault.removeUserSlot(person.id));
      return { ok: true as const };
    }),
    'users.enable': preparedCommand(
      async (context, input) => {
        const person = named(context.vault.db, input.userName);
        const opens = vault.userSlots().some((slot) => slot.user === person.id && slot.here);
        return { person, made: opens ? undefined : await newCode(context, person) };
      },
      (_context, tx, _input, { person, made }) => {
        tx.db.prepare("UPDATE user SET state = 'active' WHERE id = ?").run(person.id);
        if (made) {
          codeIs(tx, person.id, made.given.until, made.slot.mark);
          tx.afterwards(made.slot.put);
        }
        told(tx, person.id);
        return { ok: true as const, oneTime: made?.given };
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
        return { person, ...(await newCode(context, person)) };
      },
      (_context, tx, _input, { person, given, slot }) => {
        codeIs(tx, person.id, given.until, slot.mark);
        tx.afterwards(() => {
          slot.put();
          tries.succeeded(who(person.userName));
        });
        told(tx, person.id);
        return given;
      },
    ),
    'users.resetSecondFactor': preparedCommand(
      async (context, input) => {
        const person = named(context.vault.db, input.userName);
        await needPassword(context, vault, tries, input.password);
        return person;
      },
      (context, tx, input, person) => {
        // Whoever finds an administrator's open screen must not take the factor away that guards it.
        if (person.id === context.person.id && factorIsOn(tx.db, person.id)) needCode(context, tx, tries, input.code);
        removeFactor(tx, person.id);
        told(tx, person.id);
        return { ok: true as const };
      },
    ),
  };
}

function named(db: Db, userName: string): Person {
  const person = personByName(db, userName);
  if (!person) throw new AppError('not-found', { what: 'user' });
  return person;
}

function codeIs(tx: Tx, person: string, until: string, slot: string): void {
  tx.db.prepare('UPDATE user SET one_time_until = ?, one_time_slot = ? WHERE id = ?').run(until, slot, person);
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
