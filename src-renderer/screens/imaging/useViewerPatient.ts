/** Whose pictures they are, as it stands on them. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { useRead } from '../../core/queries.ts';
import type { ViewerPatient } from './Viewer.tsx';

export function useViewerPatient(patient: PatientId) {
  const { t } = useTranslation();
  const banner = useRead('patients.banner', { patient });
  const shown = useMemo((): ViewerPatient | undefined => {
    const who = banner.data;
    if (!who) return undefined;
    const [number] = who.identifiers;
    return { id: patient, name: who.name, birthDate: who.birthDate, sex: who.sex && t(`sex.${who.sex}`), number: number?.value };
  }, [banner.data, patient, t]);
  return { banner, shown };
}
