/** An address that leads nowhere. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Screen } from '../components/Screen.tsx';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Screen title={t('frame.notFound')}>
      <Link to="/">{t('frame.go.today')}</Link>
    </Screen>
  );
}
