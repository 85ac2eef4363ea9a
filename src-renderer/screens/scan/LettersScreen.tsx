import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';

export function LettersScreen() {
  const { t } = useTranslation();
  return <Screen title={t('scan.lettersTitle')}>{null}</Screen>;
}
