import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';

export function ImageScreen() {
  const { t } = useTranslation();
  return <Screen title={t('reading.title')}>{null}</Screen>;
}
