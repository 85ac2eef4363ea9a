/** Patients and their records. */
import type { Entry } from './entry.ts';

export const records = {
  'legal-hold': {
    message: 'A legal hold lies on this record.',
    action: 'Nothing of it may be destroyed. Whoever set the hold, or the compliance officer, can lift it with a reason.',
    status: 409,
  },
  'name-not-confirmed': {
    message: 'The name that was typed is not the name of this patient.',
    action: 'Type given and family name as they stand in the record. Nothing was changed.',
    status: 400,
  },
  'not-due': { message: 'This can still be brought back until {date}.', action: 'Wait until then, or let it be.', status: 409 },
  'patient-erased': {
    message: 'This patient was erased here.',
    action: 'What others still send of them is set aside. Register the person again if they come back.',
    status: 410,
  },
  'look-alike': {
    message: 'Somebody who may be the same person is registered already.',
    action: 'Look at the candidates; choose one of them, or say that this is another person.',
    status: 409,
  },
  'not-json': { message: 'The file is not JSON: {what}.', action: 'Export it again from the sending system.', status: 400 },
  'not-fhir': {
    message: 'The file is JSON but not a FHIR R4 resource or Bundle: {what}.',
    action: 'Export it as FHIR R4 and send it again.',
    status: 400,
  },
  'not-records': {
    message: 'This is {kind}, not a file of records.',
    action: 'Drop pictures and letters on the chart of their patient. Records are taken as FHIR R4 (JSON or NDJSON).',
    status: 415,
  },
  'fhir-invalid': {
    message: 'The FHIR content is not valid: {what}.',
    action: 'Give this sentence to the sender of the file.',
    status: 422,
  },
  'fhir-dangling': {
    message: 'The bundle refers to something that is neither in it nor here: {what}.',
    action: 'Ask the sender for a complete bundle.',
    status: 422,
  },
  'fhir-version': { message: 'The content is FHIR {found}; Lamplight takes R4.', action: 'Export it as FHIR R4.', status: 422 },
} as const satisfies Record<string, Entry>;
