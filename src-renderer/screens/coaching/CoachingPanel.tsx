/** The coach beside a chart. */
import { useTranslation } from 'react-i18next';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Panel } from '../../components/Panel.tsx';
import { Coach } from './Coach.tsx';

export function CoachingPanel({ patient }: { patient?: PatientId }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('coaching.title')}>
      <Coach patient={patient} />
    </Panel>
  );
}
