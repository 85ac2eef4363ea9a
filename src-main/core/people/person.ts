/** Who somebody is at this moment: what they may work as, and what rests until their second factor is on. */
import { z } from 'zod';
import type { Person } from '../../../src-shared/contract/people.ts';
import { role } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db } from '../context.ts';
import { type OpenVault, oneSpelling } from '../vault/index.ts';
import { factorDue } from './second-factor.ts';

export interface UserRow {
  id: string;
  user_name: string;
  display_name: string;
  roles: string;
  state: 'active' | 'disabled';
  last_sign_in: string | null;
  totp_secret: Uint8Array | null;
  one_time_until: string | null;
  one_time_slot: string | null;
}

const roleList = z.array(role);

export function rowById(db: Db, id: string): UserRow | undefined {
  return db.prepare<[string], UserRow>('SELECT * FROM user WHERE id = ?').get(id);
}

/** By the same spelling as the slots of the vault: SQLite knows the case of ASCII alone, and would take ZOË for another person than the slot of Zoë does. */
export function rowByName(db: Db, userName: string): UserRow | undefined {
  const exact = db.prepare<[string], UserRow>('SELECT * FROM user WHERE user_name = ?').get(userName);
  if (exact) return exact;
  const wanted = oneSpelling(userName);
  const names = db.prepare<[], { id: string; name: string }>('SELECT id, user_name AS name FROM user').all();
  const same = names.find(({ name }) => oneSpelling(name) === wanted);
  return same && rowById(db, same.id);
}

export function personOf(row: UserRow): Person {
  return { id: row.id, userName: row.user_name, displayName: row.display_name, roles: roleList.parse(JSON.parse(row.roles)) };
}

/** Is their password a one-time code? A code whose slot never came, because the power went, leaves them the password that they had. */
export function codeWaits(
  row: Pick<UserRow, 'id' | 'one_time_until' | 'one_time_slot'>,
  slots: ReturnType<OpenVault['userSlots']>,
): boolean {
  if (row.one_time_until === null) return false;
  return row.one_time_slot === null || slots.some((slot) => slot.user === row.id && slot.mark === row.one_time_slot);
}

export function personByName(db: Db, userName: string): Person | null {
  const row = rowByName(db, userName);
  return row ? personOf(row) : null;
}

/** The person behind an id. Throws `account-disabled` where they were switched off. */
export function activePerson(db: Db, id: string): Person {
  const row = rowById(db, id);
  if (!row) throw new AppError('sign-in-failed');
  if (row.state !== 'active') throw new AppError('account-disabled');
  return personOf(row);
}

/**
 * The person as they may act now. Where the clinic asks for a second factor and the time to turn it on is over, administration rests; the care of patients
 * never waits for it.
 */
export function actingPerson(db: Db, id: string, nowMs: number): Person {
  const person = activePerson(db, id);
  const { dueAt } = factorDue(db, id);
  if (dueAt === undefined || nowMs < Date.parse(dueAt) || !person.roles.includes('it-admin')) return person;
  return { ...person, roles: person.roles.filter((held) => held !== 'it-admin'), resting: ['it-admin'] };
}
