import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';

export type Conflict = Output<'sync.conflicts'>['conflicts'][number];

/** What it is and whose. */
export function useWhat({ type, patientName }: Conflict): string {
  const { t } = useTranslation();
  return patientName ? t('sync.conflicts.of', { type, patient: patientName }) : type;
}
