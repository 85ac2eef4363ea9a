/** Times and births as they are shown everywhere. */
import { useTranslation } from 'react-i18next';
import { age, day, moment } from '../format/dates.ts';

/** 22 Nov 2026, 14:05 (or the day alone where the source says no more, or `dayOnly`). */
export function When({ at, dayOnly = false }: { at: string; dayOnly?: boolean }) {
  return <time dateTime={at}>{dayOnly ? day(at) : moment(at)}</time>;
}

/** 17 Mar 1984 (42 years). */
export function Born({ date, deceased = false }: { date: string; deceased?: boolean }) {
  const { t } = useTranslation();
  const now = age(date, new Date());
  // Somebody who has died has no age today.
  if (deceased) return <time dateTime={date}>{day(date)}</time>;
  return <time dateTime={date}>{t('born', { date: day(date), age: t(`age.${now.unit}`, { count: now.count }) })}</time>;
}
