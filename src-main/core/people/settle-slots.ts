/** After a power cut between the database and `vault.keys`: both say the same again. */
import type { Context } from '../context.ts';
import type { OpenVault } from '../vault/index.ts';
import { codeWaits, type UserRow } from './person.ts';

/**
 * Forgets one-time codes whose slot never came, and removes slots that let nobody in: of people who were never recorded or are switched off. To be called when the
 * vault was opened.
 */
export function settleSlots(vault: OpenVault, context: Pick<Context, 'write'>): void {
  const rows = vault.db.prepare<[], UserRow>('SELECT * FROM user').all();
  const slots = vault.userSlots();
  const lost = rows.filter((row) => row.one_time_until !== null && !codeWaits(row, slots));
  if (lost.length > 0)
    context.write({ action: 'U', procedure: 'users.reset', reason: 'the one-time code no longer waits' }, (tx) => {
      const forget = tx.db.prepare('UPDATE user SET one_time_until = NULL, one_time_slot = NULL WHERE id = ?');
      for (const { id } of lost) {
        forget.run(id);
        tx.touched({ type: 'Person', id });
      }
    });
  const active = new Set(rows.filter((row) => row.state === 'active').map((row) => row.id));
  const useless = slots.filter(({ user }) => !active.has(user));
  // Where it would be all of them, something else is wrong, and nobody is to be kept out over it.
  if (useless.length < slots.length) for (const { user } of useless) vault.removeUserSlot(user);
}
