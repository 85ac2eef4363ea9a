/**
 * Who cares for whom, over all workstations. People are local to a vault; the same user name is the same person, unless the names contradict each other. Whoever was taken out
 * of a team stays out of it, whatever was given at the same time elsewhere, until somebody who knows of it gives it again.
 */
import { isGiven, type Member } from '../../../src-shared/ledger/event.ts';
import type { Db, Tx } from '../context.ts';
import { sql } from '../records/index.ts';
import { type CareItem, endsOf, keepCare } from './keep-care.ts';
import { tell } from './outbox.ts';

/** Takes in what another workstation says, and gives or ends the access of people of this vault by it. */
export function takeCare(tx: Tx, item: CareItem): void {
  if (isErased(tx.db, item.patient)) return;
  keepCare(tx.db, item);
  // Who cares is shown with the patient, also where nobody's access here changes.
  if (followCare(tx.db, item.patient, item.member.userName)) tx.touched({ type: 'Patient', id: item.patient });
  tx.changed(['patients', 'chart', 'documents', 'images', 'readings'], item.patient);
}

/** Is anybody known to care for this patient? Then nobody joins just because the record arrived. */
export function knowsTeam(db: Db, patient: string): boolean {
  return sql(db, 'SELECT 1 FROM care_grant WHERE patient = ? LIMIT 1').get(patient) !== undefined;
}

/**
 * Names that contradict each other are different people. An account without a name of its own shows its user name, and contradicts nobody.
 * `u` is a user of this vault, `g` a grant.
 */
const SAME_PERSON =
  '(u.user_name = g.user_name AND (u.display_name = g.display_name OR u.display_name = u.user_name OR g.display_name = g.user_name))';

/** People who came into this vault after their patients did. */
export function followEverybody(db: Db): void {
  const missing = sql<{ patient: string; userName: string }>(
    db,
    `SELECT DISTINCT g.patient, g.user_name AS userName FROM user u JOIN care_grant g ON ${SAME_PERSON}
      WHERE NOT EXISTS (SELECT 1 FROM care_team c WHERE c.patient = g.patient AND c.person = u.id)`,
  ).all();
  for (const { patient, userName } of missing) followCare(db, patient, userName);
}

/** Brings care_team in line with what all workstations say together. @returns whether anybody's access changed */
function followCare(db: Db, patient: string, userName: string): boolean {
  const user = sql<{ id: string }>(db, 'SELECT id FROM user WHERE user_name = ?').get(userName);
  if (user === undefined) return false;
  const grants = readGrants(
    sql<GrantRow>(
      db,
      `SELECT g.* FROM care_grant g JOIN user u ON ${SAME_PERSON} WHERE g.patient = ? AND u.id = ? ORDER BY g.since, g.id`,
    ).all(patient, user.id),
  );
  const ends = endsOf(db, patient, userName);
  const given = grants.find((grant) => isGiven([grant], ends));
  if (given)
    return (
      sql(db, 'INSERT OR IGNORE INTO care_team (patient, person, since, added_by, reason, told) VALUES (?, ?, ?, ?, ?, 1)').run(
        patient,
        user.id,
        given.since,
        given.by,
        given.reason,
      ).changes > 0
    );
  // Whoever was never given it by anybody of theirs keeps what this vault has given.
  if (grants.length === 0) return false;
  const last = sql<{ n: number | null }>(db, 'SELECT max(n) AS n FROM ledger_outbox').get()?.n ?? 0;
  const ended = sql(db, 'DELETE FROM care_team WHERE patient = ? AND person = ?').run(patient, user.id).changes > 0;
  // It is told already: by those who said it.
  sql(db, "DELETE FROM ledger_outbox WHERE n > ? AND kind = 'care-end' AND item IS NULL").run(last);
  return ended;
}

/** Who cares for the patient and has no account in this vault. */
export function membersElsewhere(
  db: Db,
  patient: string,
): (Member & { since: string; addedBy: string | undefined; reason: string | undefined })[] {
  const grants = readGrants(
    sql<GrantRow>(
      db,
      `SELECT g.* FROM care_grant g WHERE g.patient = ? AND NOT EXISTS (SELECT 1 FROM user u WHERE ${SAME_PERSON}) ORDER BY g.display_name, g.since, g.id`,
    ).all(patient),
  );
  const standing = grants.filter((grant) => isGiven([grant], endsOf(db, patient, grant.user_name)));
  return [...new Map(standing.map((grant) => [`${grant.user_name} ${grant.display_name}`, grant])).values()].map((grant) => ({
    userName: grant.user_name,
    displayName: grant.display_name,
    since: grant.since,
    addedBy: grant.by ?? undefined,
    reason: grant.reason ?? undefined,
  }));
}

/** Ends what was given at another workstation to somebody who has no account here. */
export function endElsewhere(tx: Tx, patient: string, { userName, displayName }: Member, by: string, reason: string): void {
  const item = {
    kind: 'care-end' as const,
    id: tx.chance.id(),
    patient,
    member: { userName, displayName },
    at: tx.at,
    by,
    reason,
  };
  keepCare(tx.db, item);
  tell(tx.db, item);
}

interface GrantRow {
  user_name: string;
  display_name: string;
  since: string;
  by: string | null;
  reason: string | null;
  after: string;
}

// Written by `keepCare` from a parsed item.
const readGrants = (rows: readonly GrantRow[]) => rows.map((row) => ({ ...row, after: JSON.parse(row.after) as string[] }));

/** Of a record that was destroyed nobody cares any more; whoever registers the person again begins anew. */
function isErased(db: Db, patient: string): boolean {
  return (
    sql(db, "SELECT 1 FROM erasure WHERE patient = ? AND state IN ('rows-gone', 'done')").get(patient) !== undefined &&
    sql(db, "SELECT 1 FROM resource WHERE type = 'Patient' AND id = ? AND deleted = 0").get(patient) === undefined
  );
}
