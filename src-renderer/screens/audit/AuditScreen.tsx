import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';

export function AuditScreen() {
  const { t } = useTranslation();
  return <Screen title={t('audit.title')}>{null}</Screen>;
}
