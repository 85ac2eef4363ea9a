/** Who cares for whom, and who has opened a record in an emergency. */
import type { Db, Tx } from '../context.ts';
import { sql } from './statements.ts';

/** Whoever registers or brings a patient cares for them from then on. */
export function joinCareTeam(tx: Tx, patient: string): void {
  sql(tx.db, 'INSERT OR IGNORE INTO care_team (patient, person, since) VALUES (?, ?, ?)').run(patient, tx.author, tx.at);
}

/** In the care team, or has broken the glass and the hour is not over: dispatch asks it of each call, calls that touch many patients of each patient. */
export function hasAccess(db: Db, patient: string, person: string, at: string): boolean {
  const found = access(db, patient, person, at);
  return found.inCareTeam || found.glassBrokenUntil !== undefined;
}

/** Has this person opened the record in an emergency, and is the hour not over? */
export function glassIsBroken(db: Db, patient: string, person: string, at: string): boolean {
  return access(db, patient, person, at).glassBrokenUntil !== undefined;
}

export function access(
  db: Db,
  patient: string,
  person: string,
  at: string,
): { inCareTeam: boolean; glassBrokenUntil: string | undefined } {
  // Not before it began either: a clock that was set back must not open what was over. In an emergency the glass can be broken again.
  const until = sql<{ until: string }>(
    db,
    'SELECT until FROM glass_broken WHERE person = ? AND patient = ? AND at <= ? AND until > ? ORDER BY until DESC LIMIT 1',
  ).get(person, patient, at, at)?.until;
  return {
    inCareTeam: sql(db, 'SELECT 1 FROM care_team WHERE patient = ? AND person = ?').get(patient, person) !== undefined,
    glassBrokenUntil: until,
  };
}
