/** Registered patients who resemble one about to be registered: weights of agreement after Fellegi and Sunter (1969), log2(m/u), shown with reasons, never merged. */
import type { z } from 'zod';
import type { registration } from '../../../src-shared/contract/patients.ts';
import type { PatientRow } from '../../../src-shared/contract/types.ts';
import type { Db } from '../context.ts';
import { editDistance, folded, identifierKey, nameTokens, phoneKeys } from './normal.ts';
import { asPatientRow, type PatientRecord, patientColumns } from './patient-record.ts';
import { sql } from './statements.ts';

type Registration = Partial<z.output<typeof registration>>;
export type LookAlike = PatientRow & { reasons: string[] };

/** Bits. m: how often two records of one person agree; u: how often those of two people do. */
const weights = {
  family: { same: 6.6, similar: 3.5, other: -4.3 }, // m 0.95, u 0.01
  given: { same: 5.5, similar: 2.8, other: -3.3 }, // m 0.90, u 0.02
  birth: { same: 13, swapped: 9, slip: 6, other: -4.3 }, // m 0.95, u 1 in 10,000
  sex: { same: 1, other: -4.6 }, // m 0.98, u 0.5
  phone: { same: 8 },
  identifier: { same: 14 },
} as const;
/** Bits from which somebody is shown; at the second one the chance is even. */
const SHOWN_FROM = 8;
const EVEN_AT = 10;
const BLOCK_MAX = 300;
const SHOWN_MAX = 10;

export function lookAlikes(db: Db, person: Registration): LookAlike[] {
  const found: (LookAlike & { bits: number })[] = [];
  for (const id of block(db, person)) {
    const record = sql<PatientRecord>(db, `SELECT ${patientColumns} FROM patient_row WHERE id = ?`).get(id);
    if (record === undefined) continue;
    const { bits, reasons } = compare(db, person, record);
    if (bits >= SHOWN_FROM) found.push({ ...asPatientRow(record, probability(bits)), reasons, bits });
  }
  return found
    .sort((one, other) => other.bits - one.bits)
    .slice(0, SHOWN_MAX)
    .map(({ bits: _, ...alike }) => alike);
}

const probability = (bits: number) => Math.round(1000 / (1 + 2 ** (EVEN_AT - bits))) / 1000;

/** People who share anything worth a closer look. */
function block(db: Db, person: Registration): Set<string> {
  const ids = new Set<string>();
  const add = (rows: { patient: string }[]) => {
    for (const { patient } of rows) ids.add(patient);
  };
  const byKey = sql<{ patient: string }>(db, `SELECT patient FROM person_key WHERE kind = ? AND key = ? LIMIT ${BLOCK_MAX}`);
  for (const date of person.birthDate === undefined ? [] : [person.birthDate, swapped(person.birthDate)])
    add(byKey.all('birth', date));
  for (const { kind, key } of phoneKeys(person.phone ?? '').slice(0, 1)) add(byKey.all(kind, key));
  if (person.identifier !== undefined) add(byKey.all('id', identifierKey(person.identifier.value)));
  const family = nameTokens(person.family ?? '');
  const given = nameTokens(person.given ?? '');
  const both = sql<{ patient: string }>(
    db,
    `SELECT f.patient FROM name_token f JOIN name_token g ON g.patient = f.patient WHERE f.token = ? AND g.token >= ? AND g.token < ? LIMIT ${BLOCK_MAX}`,
  );
  for (const word of family) for (const other of given) add(both.all(word, other.slice(0, 2), `${other.slice(0, 2)}\u{10ffff}`));
  return ids;
}

function compare(db: Db, person: Registration, record: PatientRecord): { bits: number; reasons: string[] } {
  const reasons: string[] = [];
  let bits = 0;
  const add = (weight: number, reason?: string) => {
    bits += weight;
    if (reason !== undefined) reasons.push(reason);
  };
  for (const field of ['family', 'given'] as const) {
    const mine = folded(person[field] ?? '').trim();
    const theirs = folded(record[field]).trim();
    if (mine === '' || theirs === '') continue;
    if (mine === theirs) add(weights[field].same, `same ${field} name`);
    else if (
      editDistance(mine, theirs, 2) <= (mine.length < 5 ? 1 : 2) ||
      nameTokens(mine).some((word) => nameTokens(theirs).includes(word))
    )
      add(weights[field].similar, `similar ${field} name`);
    else add(weights[field].other);
  }
  if (person.birthDate !== undefined && record.birth_date !== null) {
    if (person.birthDate === record.birth_date) add(weights.birth.same, 'same birth date');
    else if (swapped(person.birthDate) === record.birth_date)
      add(weights.birth.swapped, 'birth date with day and month exchanged');
    else if (editDistance(person.birthDate, record.birth_date, 1) <= 1)
      add(weights.birth.slip, 'birth date differs by one digit');
    else add(weights.birth.other);
  }
  if (person.sex !== undefined && record.sex !== null && person.sex !== 'unknown' && record.sex !== 'unknown') {
    if (person.sex === record.sex) add(weights.sex.same);
    else add(weights.sex.other);
  }
  const has = (kind: string, key: string) =>
    sql(db, 'SELECT 1 FROM person_key WHERE kind = ? AND key = ? AND patient = ?').get(kind, key, record.id) !== undefined;
  const phone = phoneKeys(person.phone ?? '')[0];
  if (phone !== undefined && has(phone.kind, phone.key)) add(weights.phone.same, 'same phone number');
  if (person.identifier !== undefined && has('id', identifierKey(person.identifier.value)))
    add(weights.identifier.same, 'same identifier');
  return { bits, reasons };
}

/** 1984-03-07 as 1984-07-03. */
function swapped(date: string): string {
  const [year, month, day] = date.split('-');
  return day === undefined ? date : `${year}-${day}-${month}`;
}
