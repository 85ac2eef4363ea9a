/**
 * Who cares for whom, over all workstations. People are local to a vault; the same user name with the same name shown is the same person. Whoever was taken out
 * of a team stays out of it, whatever was given at the same time elsewhere, until somebody who knows of it gives it again.
 */
import { isGiven, type Member } from '../../../src-shared/ledger/event.ts';
import type { Db, Tx } from '../context.ts';
import { type CareItem, keepCare } from './keep-care.ts';
import { tell } from './outbox.ts';

/** Takes in what another workstation says, and gives or ends the access of people of this vault by it. */
export function takeCare(tx: Tx, item: CareItem): void {
  if (isErased(tx.db, item.patient)) return;
  keepCare(tx.db, item);
  if (!followCare(tx.db, item.patient, item.member)) return;
  tx.touched({ type: 'Patient', id: item.patient });
  tx.changed(['patients', 'chart', 'documents', 'images', 'readings'], item.patient);
}

/** Is anybody known to care for this patient? Then nobody joins just because the record arrived. */
export function knowsTeam(db: Db, patient: string): boolean {
  return db.prepare('SELECT 1 FROM care_grant WHERE patient = ? LIMIT 1').get(patient) !== undefined;
}

/** People who came into this vault after their patients did. */
export function followEverybody(db: Db): void {
  const missing = db
    .prepare<[], { patient: string; userName: string; displayName: string }>(
      `SELECT DISTINCT g.patient, g.user_name AS userName, g.display_name AS displayName FROM user u JOIN care_grant g ON g.user_name = u.user_name AND g.display_name = u.display_name
      WHERE NOT EXISTS (SELECT 1 FROM care_team c WHERE c.patient = g.patient AND c.person = u.id)`,
    )
    .all();
  for (const { patient, ...member } of missing) followCare(db, patient, member);
}

/** Brings care_team in line with what all workstations say together. @returns whether anybody's access changed */
function followCare(db: Db, patient: string, { userName, displayName }: Member): boolean {
  const user = db
    .prepare<[string, string], { id: string }>('SELECT id FROM user WHERE user_name = ? AND display_name = ?')
    .get(userName, displayName);
  if (user === undefined) return false;
  const given = standing(db, patient, { userName, displayName });
  if (given)
    return (
      db
        .prepare('INSERT OR IGNORE INTO care_team (patient, person, since, added_by, reason, told) VALUES (?, ?, ?, ?, ?, 1)')
        .run(patient, user.id, given.since, given.by, given.reason).changes > 0
    );
  const last = db.prepare<[], { n: number | null }>('SELECT max(n) AS n FROM ledger_outbox').get()?.n ?? 0;
  const ended = db.prepare('DELETE FROM care_team WHERE patient = ? AND person = ?').run(patient, user.id).changes > 0;
  // It is told already: by those who said it.
  db.prepare("DELETE FROM ledger_outbox WHERE n > ? AND kind = 'care-end' AND item IS NULL").run(last);
  return ended;
}

/** The grant by which the relation stands, or undefined where it does not. */
function standing(db: Db, patient: string, { userName, displayName }: Member) {
  const of = [patient, userName, displayName] as const;
  const grants = db
    .prepare<[string, string, string], { since: string; by: string | null; reason: string | null; after: string }>(
      'SELECT since, by, reason, after FROM care_grant WHERE patient = ? AND user_name = ? AND display_name = ? ORDER BY since, id',
    )
    .all(...of)
    // Written by `keepCare` from a parsed item.
    .map((row) => ({ ...row, after: JSON.parse(row.after) as string[] }));
  const ends = db
    .prepare<[string, string, string], { id: string }>(
      'SELECT id FROM care_end WHERE patient = ? AND user_name = ? AND display_name = ?',
    )
    .all(...of);
  return grants.find((grant) => isGiven([grant], ends));
}

/** Who cares for the patient and has no account in this vault. */
export function membersElsewhere(
  db: Db,
  patient: string,
): (Member & { since: string; addedBy: string | undefined; reason: string | undefined })[] {
  const names = db
    .prepare<[string], Member>(
      `SELECT DISTINCT g.user_name AS userName, g.display_name AS displayName FROM care_grant g WHERE g.patient = ?
      AND NOT EXISTS (SELECT 1 FROM user u WHERE u.user_name = g.user_name AND u.display_name = g.display_name) ORDER BY 2`,
    )
    .all(patient);
  return names.flatMap((member) => {
    const given = standing(db, patient, member);
    return given ? [{ ...member, since: given.since, addedBy: given.by ?? undefined, reason: given.reason ?? undefined }] : [];
  });
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

/** Of a record that was destroyed nobody cares any more; whoever registers the person again begins anew. */
function isErased(db: Db, patient: string): boolean {
  return (
    db.prepare("SELECT 1 FROM erasure WHERE patient = ? AND state IN ('rows-gone', 'done')").get(patient) !== undefined &&
    db.prepare("SELECT 1 FROM resource WHERE type = 'Patient' AND id = ? AND deleted = 0").get(patient) === undefined
  );
}
