import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/Panel.tsx';

export function CoachingPanel({ patient }: { patient?: string }) {
  const { t } = useTranslation();
  return <Panel title={t('coaching.title')}>{patient}</Panel>;
}
