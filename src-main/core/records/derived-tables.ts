/** Writes and removes what is derived from a resource. */
import type { Db } from '../context.ts';
import type { Derived, PatientFacts } from './derived.ts';
import { sql } from './statements.ts';

export interface DerivedKey {
  type: string;
  id: string;
  patient: string | null;
  origin: string;
  file: string | null;
}

/** @param showPatient false while an import is under way: the row that makes a patient findable comes with its last commit */
export function writeDerived(db: Db, key: DerivedKey, derived: Derived, showPatient = true): void {
  if (key.patient !== null) {
    const chart = sql(
      db,
      `INSERT INTO chart_row (type, id, part, patient, list, at, at_ms, title, title_ref, detail, status, weight, origin, by, by_ref, file,
      code, value, printed, unit, low, high, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const row of derived.chart) {
      chart.run(
        key.type,
        key.id,
        row.part,
        key.patient,
        row.list,
        row.at,
        row.atMs,
        row.title,
        row.titleRef,
        row.detail,
        row.status,
        row.weight,
        key.origin,
        row.by,
        row.byRef,
        key.file,
        row.code,
        row.value,
        row.printed,
        row.unit,
        row.low,
        row.high,
        row.flag,
      );
    }
  }
  writeCodes(db, key, derived.sensitive);
  const reference = sql(db, 'INSERT INTO reference (type, id, target_type, target_id) VALUES (?, ?, ?, ?)');
  for (const target of derived.references) reference.run(key.type, key.id, target.type, target.id);
  const token = sql(db, 'INSERT OR IGNORE INTO token (type, id, system, code) VALUES (?, ?, ?, ?)');
  for (const { system, code } of derived.tokens) token.run(key.type, key.id, system, code);
  if (derived.label !== null) sql(db, 'INSERT INTO label (type, id, name) VALUES (?, ?, ?)').run(key.type, key.id, derived.label);
  if (derived.person !== null && showPatient) writePatient(db, key.id, derived.person);
}

export function writeCodes(
  db: Db,
  { type, id, patient }: Pick<DerivedKey, 'type' | 'id' | 'patient'>,
  codes: readonly string[],
): void {
  if (patient === null) return;
  const insert = sql(db, 'INSERT OR IGNORE INTO sensitive (patient, type, id, code) VALUES (?, ?, ?, ?)');
  for (const code of codes) insert.run(patient, type, id, code);
}

/**
 * The labels that keep an entry from somebody: its own, those of what it refers to, and for a value those of its report. They stay with it when it is removed, or
 * what remains (its Provenance) would tell of it.
 */
export function codesAround(db: Db, { type, id }: Pick<DerivedKey, 'type' | 'id'>): string[] {
  if (type === 'Patient') return [];
  return sql<{ code: string }>(
    db,
    `WITH report AS (SELECT type, id FROM reference WHERE target_type = @type AND target_id = @id AND @type = 'Observation' AND type = 'DiagnosticReport'),
      near AS (SELECT @type AS type, @id AS id UNION SELECT type, id FROM report
        UNION SELECT f.target_type, f.target_id FROM reference f WHERE f.target_type <> 'Patient'
          AND ((f.type = @type AND f.id = @id) OR (f.type, f.id) IN (SELECT type, id FROM report)))
      SELECT DISTINCT s.code FROM near JOIN sensitive s ON s.type = near.type AND s.id = near.id ORDER BY s.code`,
  )
    .all({ type, id })
    .map(({ code }) => code);
}

export function removeDerived(db: Db, type: string, id: string): void {
  for (const table of ['chart_row', 'reference', 'token', 'label', 'sensitive'] as const)
    sql(db, `DELETE FROM ${table} WHERE type = ? AND id = ?`).run(type, id);
  if (type === 'Patient') removePatient(db, id);
}

export function writePatient(db: Db, id: string, facts: PatientFacts): void {
  sql(
    db,
    `INSERT INTO patient_row (id, name, family, given, birth_date, sex, deceased, deceased_at, phone, address, identifiers, sample)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    facts.name,
    facts.family,
    facts.given,
    facts.birthDate,
    facts.sex,
    facts.deceased ? 1 : 0,
    facts.deceasedAt,
    facts.phone,
    facts.address,
    facts.identifiers,
    facts.sample ? 1 : 0,
  );
  for (const token of facts.tokens) {
    sql(db, 'INSERT INTO name_token (token, patient) VALUES (?, ?)').run(token, id);
    const word = sql(db, 'INSERT OR IGNORE INTO name_word (word) VALUES (?)').run(token);
    if (word.changes > 0) sql(db, 'INSERT INTO name_trigram (rowid, word) VALUES (?, ?)').run(word.lastInsertRowid, token);
  }
  const keys = sql(db, 'INSERT OR IGNORE INTO person_key (kind, key, patient) VALUES (?, ?, ?)');
  for (const { kind, key } of facts.keys) keys.run(kind, key, id);
}

function removePatient(db: Db, id: string): void {
  const tokens = sql<{ token: string }>(db, 'SELECT token FROM name_token WHERE patient = ?').all(id);
  sql(db, 'DELETE FROM name_token WHERE patient = ?').run(id);
  sql(db, 'DELETE FROM person_key WHERE patient = ?').run(id);
  sql(db, 'DELETE FROM patient_row WHERE id = ?').run(id);
  for (const { token } of tokens) {
    const word = sql<{ n: number }>(
      db,
      'SELECT n FROM name_word WHERE word = ? AND NOT EXISTS (SELECT 1 FROM name_token t WHERE t.token = name_word.word)',
    ).get(token);
    if (word === undefined) continue;
    sql(db, "INSERT INTO name_trigram (name_trigram, rowid, word) VALUES ('delete', ?, ?)").run(word.n, token);
    sql(db, 'DELETE FROM name_word WHERE n = ?').run(word.n);
  }
}
