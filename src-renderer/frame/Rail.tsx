/** The screens, always at hand. */
import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '../core/queries.ts';
import { count } from '../format/numbers.ts';
import classes from './Frame.module.css';
import { useVisiblePlaces } from './places.ts';

export function Rail() {
  const { t } = useTranslation();
  const visible = useVisiblePlaces();
  const address = useLocation({ select: ({ pathname }) => pathname });
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
            aria-current={place.holds?.some((held) => address.startsWith(held)) || undefined}
          >
            <place.icon size={20} strokeWidth={1.75} aria-hidden />
            <span>{t(place.title)}</span>
            {place.to === '/incidents' && <IncidentCount />}
          </Link>
        ))}
    </nav>
  );
}

/** How many wait, as soon as they do. */
function IncidentCount() {
  const { t } = useTranslation();
  const { data } = useRead('incidents.waiting', {});
  if (!data?.waiting) return null;
  return (
    <span className={classes.count} data-alarm={data.alarms > 0 || undefined}>
      <span aria-hidden>{count(data.waiting)}</span>
      <span className={classes.spoken}>{t('incidents.rail', { count: data.waiting })}</span>
    </span>
  );
}
