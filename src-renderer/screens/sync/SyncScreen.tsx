import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';

export function SyncScreen() {
  const { t } = useTranslation();
  return <Screen title={t('sync.title')}>{null}</Screen>;
}
