/** Legal holds: nothing of a held record is erased or purged until somebody lifts the hold. */
import type { Hold } from '../../../src-shared/contract/lifetime.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { ItemOf } from '../../../src-shared/ledger/event.ts';
import type { Db, Tx } from '../context.ts';
import { tell } from '../ledger/index.ts';
import { headOf, sql } from '../records/index.ts';

const HOLDS_MAX = 1000;

interface Row {
  id: string;
  patient: string;
  name: string | null;
  reason: string;
  set_by: string;
  set_at: string;
  lifted_by: string | null;
  lifted_at: string | null;
  lift_reason: string | null;
}

/** @param person only of patients whom they care for; null: all */
export function holds(db: Db, wanted: { patient?: string; lifted: boolean; person: string | null }): Hold[] {
  return sql<Row>(
    db,
    `SELECT h.id, h.patient, p.name, h.reason, coalesce(s.display_name, h.set_by) AS set_by, h.set_at, coalesce(l.display_name, h.lifted_by) AS lifted_by, h.lifted_at, h.lift_reason
    FROM legal_hold h LEFT JOIN patient_row p ON p.id = h.patient LEFT JOIN user s ON s.id = h.set_by LEFT JOIN user l ON l.id = h.lifted_by
    WHERE (@patient IS NULL OR h.patient = @patient) AND (@lifted = 1 OR h.lifted_at IS NULL)
      AND (@person IS NULL OR EXISTS (SELECT 1 FROM care_team c WHERE c.patient = h.patient AND c.person = @person)) ORDER BY h.set_at DESC LIMIT @max`,
  )
    .all({ patient: wanted.patient ?? null, lifted: wanted.lifted ? 1 : 0, person: wanted.person, max: HOLDS_MAX })
    .map((row) => ({
      id: row.id,
      patient: patientId.parse(row.patient),
      patientName: row.name ?? undefined,
      reason: row.reason,
      setBy: row.set_by,
      setAt: row.set_at,
      liftedBy: row.lifted_by ?? undefined,
      liftedAt: row.lifted_at ?? undefined,
      liftReason: row.lift_reason ?? undefined,
    }));
}

export function holdCount(db: Db, patient: string): number {
  return (
    sql<{ n: number }>(db, 'SELECT count(*) AS n FROM legal_hold WHERE patient = ? AND lifted_at IS NULL').get(patient)?.n ?? 0
  );
}

/** Throws `legal-hold` where the record is held. */
export function refuseHeld(db: Db, patient: string): void {
  if (holdCount(db, patient) > 0) throw new AppError('legal-hold');
}

export function setHold(tx: Tx, patient: string, reason: string): string {
  if (headOf(tx.db, 'Patient', patient) === undefined) throw new AppError('not-found', { what: 'patient' });
  const id = tx.chance.id();
  sql(tx.db, 'INSERT INTO legal_hold (id, patient, reason, set_by, set_at) VALUES (?, ?, ?, ?, ?)').run(
    id,
    patient,
    reason,
    tx.author,
    tx.at,
  );
  tell(tx.db, { kind: 'hold', id, patient, reason, by: nameOfAuthor(tx), at: tx.at });
  tx.touched({ type: 'LegalHold', id });
  tx.changed(['lifetime'], patient);
  return id;
}

export function liftHold(tx: Tx, patient: string, id: string, reason: string): void {
  const lifted = sql(
    tx.db,
    'UPDATE legal_hold SET lifted_by = ?, lifted_at = ?, lift_reason = ? WHERE id = ? AND patient = ? AND lifted_at IS NULL',
  ).run(tx.author, tx.at, reason, id, patient);
  if (lifted.changes === 0) throw new AppError('not-found', { what: 'hold' });
  tell(tx.db, { kind: 'hold-lift', id: tx.chance.id(), hold: id, patient, reason, by: nameOfAuthor(tx), at: tx.at });
  tx.touched({ type: 'LegalHold', id });
  tx.changed(['lifetime'], patient);
}

/** A hold of another workstation holds here too, also where the patient is not known yet. */
export function takeHold(tx: Tx, item: ItemOf<'hold'> | ItemOf<'hold-lift'>): void {
  if (item.kind === 'hold')
    sql(tx.db, 'INSERT OR IGNORE INTO legal_hold (id, patient, reason, set_by, set_at) VALUES (?, ?, ?, ?, ?)').run(
      item.id,
      item.patient,
      item.reason,
      item.by,
      item.at,
    );
  else
    sql(tx.db, 'UPDATE legal_hold SET lifted_by = ?, lifted_at = ?, lift_reason = ? WHERE id = ? AND lifted_at IS NULL').run(
      item.by,
      item.at,
      item.reason,
      item.hold,
    );
  tx.touched({ type: 'LegalHold', id: item.kind === 'hold' ? item.id : item.hold });
  tx.changed(['lifetime'], item.patient);
}

function nameOfAuthor(tx: Tx): string {
  return sql<{ name: string }>(tx.db, 'SELECT display_name AS name FROM user WHERE id = ?').get(tx.author)?.name ?? 'Lamplight';
}
