/** Not in the care team: what stands in place of the chart. */
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId, PatientRow } from '../../../src-shared/contract/types.ts';
import { PatientLine } from '../../components/PatientLine.tsx';
import { Screen } from '../../components/Screen.tsx';
import { queryClient } from '../../core/queries.ts';
import { GlassForm } from './GlassForm.tsx';

export function BreakGlass({ patient }: { patient: PatientId }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const row = foundBefore(patient);
  return (
    <Screen title={t('chart.glass.title')} narrow>
      <GlassForm
        patient={patient}
        intro={t('chart.glass.intro')}
        who={row && <PatientLine row={row} />}
        back={t('chart.glass.back')}
        onBack={() => void navigate({ to: '/patients' })}
      />
    </Screen>
  );
}

/** The line by which the person came here, so that they see whose glass they break. */
function foundBefore(patient: PatientId): PatientRow | undefined {
  const searches = queryClient.getQueriesData<Output<'patients.search'>>({ queryKey: ['patients.search'] });
  return searches.flatMap(([, found]) => found?.results ?? []).find(({ id }) => id === patient);
}
