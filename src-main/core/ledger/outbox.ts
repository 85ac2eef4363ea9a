/** What this workstation still has to tell. It is written in the transaction of what it tells of. */
import { type ItemOf, type NoticeItem, noticeItem } from '../../../src-shared/ledger/event.ts';
import type { Db } from '../context.ts';
import { sql } from '../records/index.ts';
import { endsOf, keepCare } from './keep-care.ts';

/** Puts something into words for the others; nothing leaves before the vault is paired. */
export function tell(db: Db, item: NoticeItem): void {
  const said = noticeItem.parse(item);
  sql(db, 'INSERT INTO ledger_outbox (id, kind, patient, item) VALUES (?, ?, ?, ?)').run(
    said.id,
    said.kind,
    // An erasure outlives what it is about.
    'patient' in said && said.kind !== 'erasure' ? said.patient : null,
    JSON.stringify(said),
  );
}

/** How much is waiting, and the last of it. */
export function waitingNotices(db: Db): { waiting: number; last: number } {
  const row = sql<{ waiting: number; last: number | null }>(
    db,
    'SELECT count(*) AS waiting, max(n) AS last FROM ledger_outbox',
  ).get();
  return { waiting: row?.waiting ?? 0, last: row?.last ?? 0 };
}

interface CareRow {
  n: number;
  id: string;
  kind: 'care-grant' | 'care-end';
  patient: string;
  at: string | null;
  by: string | null;
  reason: string | null;
  user_name: string | null;
  display_name: string | null;
}

/**
 * Puts changes of care teams into words. Before anything from elsewhere is taken in: what is given here was given without knowing of it.
 * @param at now, ISO 8601
 */
export function settleOutbox(db: Db, at: string): void {
  const rows = sql<CareRow>(
    db,
    `SELECT o.n, o.id, o.kind, o.patient, o.at, coalesce(b.display_name, o.by) AS by, o.reason, u.user_name, u.display_name
      FROM ledger_outbox o LEFT JOIN user u ON u.id = o.person LEFT JOIN user b ON b.id = o.by WHERE o.item IS NULL ORDER BY o.n`,
  ).all();
  const keep = sql(db, 'UPDATE ledger_outbox SET item = ? WHERE n = ?');
  const drop = sql(db, 'DELETE FROM ledger_outbox WHERE n = ?');
  for (const row of rows) {
    const item = careItem(db, row, at);
    if (item === null) {
      drop.run(row.n);
      continue;
    }
    keepCare(db, item);
    keep.run(JSON.stringify(item), row.n);
  }
}

/** Null where nobody of this vault is meant: the program itself cares for nobody. */
function careItem(db: Db, row: CareRow, at: string): ItemOf<'care-grant'> | ItemOf<'care-end'> | null {
  const { id, patient, user_name: userName, display_name: displayName } = row;
  if (userName === null || displayName === null) return null;
  const member = { userName, displayName };
  const said = { id, patient, member, ...(row.by ? { by: row.by } : {}), ...(row.reason ? { reason: row.reason } : {}) };
  if (row.kind === 'care-end') return { kind: 'care-end', ...said, at };
  return { kind: 'care-grant', ...said, since: row.at ?? at, after: endsOf(db, patient, userName).map((end) => end.id) };
}
