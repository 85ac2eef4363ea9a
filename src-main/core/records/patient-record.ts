/** The narrow row of a patient as lists and the banner show it. */

import { z } from 'zod';
import { decide } from '../../../src-shared/access/permissions.ts';
import { identifier, type PatientRow, patientId, sex } from '../../../src-shared/contract/types.ts';
import type { Context } from '../context.ts';
import { isoTime } from '../ports.ts';
import { hasAccess } from './access.ts';
import { identifierKey } from './normal.ts';

export interface PatientRecord {
  id: string;
  name: string;
  family: string;
  given: string;
  birth_date: string | null;
  sex: string | null;
  deceased: 0 | 1;
  deceased_at: string | null;
  phone: string | null;
  address: string | null;
  identifiers: string;
  sample: 0 | 1;
}

export const patientColumns =
  'id, name, family, given, birth_date, sex, deceased, deceased_at, phone, address, identifiers, sample';

const identifiers = z.array(identifier);

/** Enough to tell apart two people of one name and birthday. */
const LAST_SHOWN = 4;

/** Whose numbers this person may know: of those whose banner shows them, by role or by a care relation. */
export function knowsNumbers({
  vault,
  person,
  clock,
}: Pick<Context, 'vault' | 'person' | 'clock'>): (patient: string) => boolean {
  const at = isoTime(clock);
  return (patient) =>
    decide('patient.banner', person.roles, false) === 'allowed' ||
    decide('patient.banner', person.roles, hasAccess(vault.db, patient, person.id, at)) === 'allowed';
}

/**
 * The row as somebody may see it who only looks for a patient (45 CFR 164.514(d), decision 0020): of each number that they may not know the end alone.
 * @param typed numbers that they know already
 */
export function leastNeeded<Row extends PatientRow>(
  row: Row,
  knows: (patient: string) => boolean,
  typed: readonly string[] = [],
): Row {
  if (knows(row.id)) return row;
  const known = typed.map(identifierKey);
  return {
    ...row,
    identifiers: row.identifiers.map((one) =>
      known.includes(identifierKey(one.value)) ? one : { ...one, value: endOf(one.value), masked: true as const },
    ),
  };
}

/** Never more than half of it. */
function endOf(value: string): string {
  const letters = [...value];
  return `…${letters.slice(letters.length - Math.min(LAST_SHOWN, Math.floor(letters.length / 2))).join('')}`;
}

export function asPatientRow(record: PatientRecord, score = 1): PatientRow {
  return {
    id: patientId.parse(record.id),
    name: record.name,
    birthDate: record.birth_date ?? undefined,
    deceased: record.deceased === 1 ? true : undefined,
    sex: record.sex === null ? undefined : sex.parse(record.sex),
    identifiers: identifiers.parse(JSON.parse(record.identifiers)),
    sample: record.sample === 1 ? true : undefined,
    score,
  };
}
