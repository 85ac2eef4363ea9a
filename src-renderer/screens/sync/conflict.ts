import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { useTypeName } from './useTypeName.ts';

export type Conflict = Output<'sync.conflicts'>['conflicts'][number];

/** What it is and whose. */
export function useWhat({ type, patientName }: Conflict): string {
  const { t } = useTranslation();
  const typeName = useTypeName();
  return patientName ? t('sync.conflicts.of', { type: typeName(type), patient: patientName }) : typeName(type);
}
