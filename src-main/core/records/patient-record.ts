/** The narrow row of a patient as lists and the banner show it. */

import { z } from 'zod';
import { identifier, type PatientRow, patientId, sex } from '../../../src-shared/contract/types.ts';

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
