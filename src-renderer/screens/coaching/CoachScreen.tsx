/** The coach without a patient: for questions that are about nobody. */
import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';
import { Coach } from './Coach.tsx';

export function CoachScreen() {
  const { t } = useTranslation();
  return (
    <Screen title={t('coaching.title')} intro={t('coaching.intro')} ownFocus>
      <Coach wide />
    </Screen>
  );
}
