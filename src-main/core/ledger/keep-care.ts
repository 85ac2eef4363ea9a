import type { ItemOf } from '../../../src-shared/ledger/event.ts';
import type { Db } from '../context.ts';
import { sql } from '../records/index.ts';

export type CareItem = ItemOf<'care-grant'> | ItemOf<'care-end'>;

/** Notes it by name, whether anybody of that name is here or not. */
export function keepCare(db: Db, item: CareItem): void {
  const { id, patient, member, by = null, reason = null } = item;
  if (item.kind === 'care-grant')
    sql(
      db,
      'INSERT OR IGNORE INTO care_grant (id, patient, user_name, display_name, since, by, reason, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(id, patient, member.userName, member.displayName, item.since, by, reason, JSON.stringify(item.after));
  else
    sql(
      db,
      'INSERT OR IGNORE INTO care_end (id, patient, user_name, display_name, at, by, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(id, patient, member.userName, member.displayName, item.at, by, reason);
}

/** Every end of a relation of somebody with this user name: where it is not sure whom it means, it ends. */
export function endsOf(db: Db, patient: string, userName: string): { id: string }[] {
  return sql<{ id: string }>(db, 'SELECT id FROM care_end WHERE patient = ? AND user_name = ? ORDER BY id').all(
    patient,
    userName,
  );
}
