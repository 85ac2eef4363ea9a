/** Who cares for a patient: kept in the chart, each change with its reason. */
import { decide, type Role } from '../../../src-shared/access/permissions.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Context, Db, Tx } from '../context.ts';
import { endElsewhere, membersElsewhere } from '../ledger/index.ts';
import { personOf, rowByName, type UserRow } from './person.ts';

interface MemberRow extends UserRow {
  since: string;
  reason: string | null;
  added_by_name: string | null;
}

const OPENS = ['patients', 'chart', 'documents', 'images', 'readings', 'audit'] as const;

export const careTeamProcedures: Handlers = {
  'careTeam.list': query(({ person, vault: { db } }, { patient }) => {
    const members = db
      .prepare<[string], MemberRow>(
        `SELECT u.*, c.since, c.reason, coalesce(b.display_name, c.added_by) AS added_by_name FROM care_team c JOIN user u ON u.id = c.person LEFT JOIN user b ON b.id = c.added_by
         WHERE c.patient = ? ORDER BY u.display_name`,
      )
      .all(patient);
    const inTeam = new Set(members.map((row) => row.id));
    // Reached only by whoever may read this team; those of them who may also change it are shown whom they could add.
    const mayAdd = decide('care-team.write', person.roles, true) === 'allowed';
    const others = mayAdd ? db.prepare<[], UserRow>("SELECT * FROM user WHERE state = 'active' ORDER BY display_name").all() : [];
    return {
      members: [
        ...members.map((row) => ({
          ...personOf(row),
          since: row.since,
          addedBy: row.added_by_name ?? undefined,
          reason: row.reason ?? undefined,
          active: row.state === 'active',
        })),
        ...membersElsewhere(db, patient).map((one) => ({
          ...one,
          id: `elsewhere:${one.userName}`,
          roles: [],
          active: true,
          elsewhere: true,
        })),
      ],
      candidates: others.map(personOf).filter((other) => other.id !== person.id && !inTeam.has(other.id) && cares(other.roles)),
    };
  }),
  'careTeam.add': command((context, tx, { patient, userName, reason }) => {
    mayChange(context, tx.db, patient);
    const added = member(tx.db, userName);
    // Whoever opened the record in an emergency, or administers, must not make themselves a member for good.
    if (added.id === context.person.id) throw new AppError('invalid-input', { what: 'somebody else of the care team adds you' });
    if (added.state !== 'active' || !cares(personOf(added).roles))
      throw new AppError('invalid-input', { what: 'this person has no part in the care of patients' });
    if (!tx.db.prepare('SELECT 1 FROM patient_row WHERE id = ?').get(patient))
      throw new AppError('not-found', { what: 'patient' });
    tx.db
      .prepare('INSERT OR IGNORE INTO care_team (patient, person, since, added_by, reason) VALUES (?, ?, ?, ?, ?)')
      .run(patient, added.id, tx.at, context.person.id, reason);
    told(tx, patient, added.id);
    return { ok: true as const };
  }),
  'careTeam.remove': command((context, tx, { patient, userName, reason }) => {
    mayChange(context, tx.db, patient);
    // Somebody of this name who works at another workstation alone.
    const away = membersElsewhere(tx.db, patient).filter((one) => one.userName.toLowerCase() === userName.toLowerCase());
    for (const one of away) endElsewhere(tx, patient, one, context.person.displayName, reason);
    if (away.length > 0 && !rowByName(tx.db, userName)) {
      tx.touched({ type: 'Patient', id: patient });
      tx.changed(OPENS, patient);
      return { ok: true as const };
    }
    const removed = member(tx.db, userName);
    const { changes } = tx.db.prepare('DELETE FROM care_team WHERE patient = ? AND person = ?').run(patient, removed.id);
    if (changes === 0 && away.length > 0) return { ok: true as const };
    if (changes === 0) throw new AppError('not-found', { what: 'member of the care team' });
    if (!tx.db.prepare('SELECT 1 FROM care_team WHERE patient = ?').get(patient))
      throw new AppError('invalid-input', { what: 'somebody must stay in the care team' });
    told(tx, patient, removed.id);
    return { ok: true as const };
  }),
};

/** A broken glass opens the record, not the team. Throws `not-in-care-team`. */
function mayChange({ person }: Context, db: Db, patient: string): void {
  const isMember = db.prepare('SELECT 1 FROM care_team WHERE patient = ? AND person = ?').get(patient, person.id) !== undefined;
  const answer = decide('care-team.write', person.roles, isMember);
  if (answer !== 'allowed') throw new AppError(answer);
}

function member(db: Db, userName: string): UserRow {
  const row = rowByName(db, userName);
  if (!row) throw new AppError('not-found', { what: 'user' });
  return row;
}

/** Has any role that a care team opens something to. */
function cares(roles: readonly Role[]): boolean {
  return decide('patient.banner', roles, true) === 'allowed';
}

function told(tx: Tx, patient: string, person: string): void {
  tx.touched({ type: 'Patient', id: patient });
  tx.touched({ type: 'Person', id: person });
  tx.changed(OPENS, patient);
}
