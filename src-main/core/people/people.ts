/** The people of a vault. */
import { z } from 'zod';
import type { Person } from '../../../src-shared/contract/session.ts';
import { role } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, command, preparedCommand, query } from '../bind.ts';
import type { Db } from '../context.ts';
import { type OpenVault, checkPassword, whoHash } from '../vault/index.ts';
import type { Tries } from './tries.ts';

interface UserRow {
  id: string;
  user_name: string;
  display_name: string;
  roles: string;
  state: 'active' | 'disabled';
  last_sign_in: string | null;
  totp_secret: Uint8Array | null;
}

/** The person behind an id. Throws `account-disabled` where they were switched off. */
export function activePerson(db: Db, id: string): Person {
  const row = db.prepare<[string], UserRow>('SELECT * FROM user WHERE id = ?').get(id);
  if (!row) throw new AppError('sign-in-failed');
  if (row.state !== 'active') throw new AppError('account-disabled');
  return personOf(row);
}

export function personByName(db: Db, userName: string): Person | null {
  const row = db.prepare<[string], UserRow>('SELECT * FROM user WHERE user_name = ?').get(userName);
  return row ? personOf(row) : null;
}

function personOf(row: UserRow): Person {
  return { id: row.id, userName: row.user_name, displayName: row.display_name, roles: z.array(role).parse(JSON.parse(row.roles)) };
}

export function peopleProcedures(vault: OpenVault, tries: Tries): Handlers {
  const nameTaken = (db: Db, userName: string) => db.prepare('SELECT 1 FROM user WHERE user_name = ?').get(userName) !== undefined;
  return {
    'users.list': query((context) => {
      const rows = context.vault.db.prepare<[], UserRow>('SELECT * FROM user ORDER BY display_name').all();
      return {
        users: rows.map((row) => ({
          ...personOf(row),
          state: row.state === 'active' && tries.locked(whoHash(vault.id, row.user_name)) ? ('locked' as const) : row.state,
          lastSignIn: row.last_sign_in ?? undefined,
          secondFactor: row.totp_secret !== null,
        })),
      };
    }),
    'users.add': preparedCommand(
      async (context, input) => {
        checkPassword(input.password, input.userName, vault.deviceKey);
        if (nameTaken(context.vault.db, input.userName)) throw new AppError('user-exists');
        const id = context.chance.id();
        // A slot without a row opens nothing: signing in needs both. So the slot may come first.
        await vault.addUserSlot({ id, userName: input.userName, password: input.password });
        return id;
      },
      (_context, tx, input, id) => {
        if (nameTaken(tx.db, input.userName)) throw new AppError('user-exists');
        const displayName = input.displayName ?? input.userName;
        tx.db
          .prepare("INSERT INTO user (id, user_name, display_name, roles, state, created_at) VALUES (?, ?, ?, ?, 'active', ?)")
          .run(id, input.userName, displayName, JSON.stringify(input.roles), tx.at);
        tx.touched({ type: 'Person', id });
        tx.changed(['users']);
        return { id, userName: input.userName, displayName, roles: input.roles };
      },
    ),
    'users.disable': command((context, tx, input) => {
      const person = personByName(tx.db, input.userName);
      if (!person) throw new AppError('not-found', { what: 'user' });
      if (person.id === context.person.id) throw new AppError('invalid-input', { what: 'nobody can switch themselves off' });
      tx.db.prepare("UPDATE user SET state = 'disabled' WHERE id = ?").run(person.id);
      tx.touched({ type: 'Person', id: person.id });
      tx.changed(['users']);
      return { ok: true as const };
    }),
  };
}
