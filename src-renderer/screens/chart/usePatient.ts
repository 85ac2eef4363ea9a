import { useParams } from '@tanstack/react-router';
import { type PatientId, patientId } from '../../../src-shared/contract/types.ts';

/** The patient of the chart that is open. */
export function usePatient(): PatientId {
  return patientId.parse(useParams({ from: '/patient/$id' }).id);
}
