import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';

export function CoachScreen() {
  const { t } = useTranslation();
  return <Screen title={t('coaching.title')}>{null}</Screen>;
}
