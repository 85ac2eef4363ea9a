import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';

export function SettingsScreen() {
  const { t } = useTranslation();
  return <Screen title={t('settings.title')}>{null}</Screen>;
}
