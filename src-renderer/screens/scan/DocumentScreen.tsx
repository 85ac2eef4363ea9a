import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';

export function DocumentScreen() {
  const { t } = useTranslation();
  return <Screen title={t('scan.title')}>{null}</Screen>;
}
