/** Dates with the month in letters, in the order of the locale: 22 Nov 2026. */
import i18next from 'i18next';

const YEAR_ONLY = /^\d{4}$/;
const MONTH_ONLY = /^\d{4}-\d{2}$/;
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** A date as precise as its source: 1984, Mar 1984, 17 Mar 1984. */
export function day(at: string): string {
  if (YEAR_ONLY.test(at)) return at;
  // A date without a time belongs to no time zone.
  if (MONTH_ONLY.test(at))
    return formatter({ month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${at}-01T00:00:00Z`));
  if (DAY_ONLY.test(at))
    return formatter({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${at}T00:00:00Z`));
  const parsed = new Date(at);
  return Number.isNaN(parsed.valueOf()) ? at : formatter({ day: 'numeric', month: 'short', year: 'numeric' }).format(parsed);
}

/** Day and minute: 22 Nov 2026, 14:05. A date without a time stays a date. */
export function moment(at: string): string {
  const parsed = new Date(at);
  if (at.length <= 10 || Number.isNaN(parsed.valueOf())) return day(at);
  return formatter({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false }).format(
    parsed,
  );
}

/** The minute alone: 14:05. */
export function clock(at: string): string {
  return formatter({ hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(at));
}

/** How old somebody is: whole years, from two years on; months below; days below one month. */
export function age(birthDate: string, now: Date): { unit: 'years' | 'months' | 'days'; count: number } {
  const born = new Date(`${birthDate.padEnd(10, '-01').slice(0, 10)}T00:00:00Z`);
  const months =
    (now.getUTCFullYear() - born.getUTCFullYear()) * 12 +
    now.getUTCMonth() -
    born.getUTCMonth() -
    (now.getUTCDate() < born.getUTCDate() ? 1 : 0);
  if (months >= 24) return { unit: 'years', count: Math.floor(months / 12) };
  if (months >= 1) return { unit: 'months', count: months };
  return { unit: 'days', count: Math.max(0, Math.floor((now.valueOf() - born.valueOf()) / DAY_MS)) };
}

/** Today in the calendar of this machine, as 2026-11-22. */
export function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English without a country reads as in most of the world: day before month.
  const locale = i18next.language === 'en' ? 'en-GB' : i18next.language;
  const key = `${locale}${JSON.stringify(options)}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formatters.set(key, known);
  return known;
}
