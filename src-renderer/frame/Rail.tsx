/** The screens, always at hand. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './Frame.module.css';
import { useVisiblePlaces } from './places.ts';

export function Rail() {
  const { t } = useTranslation();
  const visible = useVisiblePlaces();
  return (
    <nav className={classes.rail} aria-label={t('frame.rail')}>
      {visible
        .filter((place) => !place.offRail)
        .map((place) => (
          <Link
            key={place.to}
            to={place.to}
            className={classes.place}
            activeOptions={{ exact: place.to === '/' }}
            activeProps={{ 'aria-current': 'page' }}
          >
            <place.icon size={20} strokeWidth={1.75} aria-hidden />
            <span>{t(place.title)}</span>
          </Link>
        ))}
    </nav>
  );
}
