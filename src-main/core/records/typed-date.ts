/** Dates as people type them, in any order of day, month and year. */
import { daysIn } from '../../../src-shared/fhir/dates.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Every date that the text can mean, as the beginning of an ISO date ("1984-03-17", "1984-03"), likeliest first; none where it is no date.
 * @param thisYear for two-digit years: the last one that is not in the future
 */
export function typedDates(text: string, thisYear: number): string[] {
  const fields = text
    .trim()
    .toLowerCase()
    .split(/[\s./,-]+/)
    .filter(Boolean);
  const [one = '', two = '', three = ''] = fields;
  if (fields.length === 1) return together(one, thisYear);
  if (fields.length === 2) return unique([monthYear(one, two), monthYear(two, one)]);
  if (fields.length > 3) return [];
  return unique([day(three, two, one, thisYear), day(one, two, three, thisYear), day(two, one, three, thisYear)]);
}

/** 17031984, 19840317, 170384. */
function together(text: string, thisYear: number): string[] {
  if (!/^\d+$/.test(text)) return [];
  const cut = (...lengths: number[]) =>
    lengths.map((length, index) => text.slice(sum(lengths.slice(0, index)), sum(lengths.slice(0, index)) + length));
  if (text.length === 8) {
    const [a = '', b = '', c = ''] = cut(2, 2, 4);
    const [y = '', m = '', d = ''] = cut(4, 2, 2);
    return unique([day(d, m, y, thisYear), day(a, b, c, thisYear), day(b, a, c, thisYear)]);
  }
  if (text.length !== 6) return [];
  const [a = '', b = '', c = ''] = cut(2, 2, 2);
  return unique([day(a, b, c, thisYear), day(b, a, c, thisYear), day(c, b, a, thisYear)]);
}

function monthYear(month: string, year: string): string | undefined {
  const m = monthOf(month);
  return m === undefined || !/^(18|19|20|21)\d\d$/.test(year) ? undefined : `${year}-${two(m)}`;
}

function day(dayText: string, monthText: string, yearText: string, thisYear: number): string | undefined {
  const d = /^\d{1,2}(st|nd|rd|th)?$/.test(dayText) ? Number.parseInt(dayText, 10) : undefined;
  const m = monthOf(monthText);
  const y = yearOf(yearText, thisYear);
  if (d === undefined || m === undefined || y === undefined || d < 1 || d > daysIn(y, m)) return undefined;
  return `${y}-${two(m)}-${two(d)}`;
}

function monthOf(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= 12 ? Number(text) : undefined;
  const index = text.length < 3 ? -1 : months.indexOf(text.slice(0, 3));
  return index === -1 ? undefined : index + 1;
}

function yearOf(text: string, thisYear: number): number | undefined {
  if (/^(18|19|20|21)\d\d$/.test(text)) return Number(text);
  if (!/^\d\d$/.test(text)) return undefined;
  const inThisCentury = Math.floor(thisYear / 100) * 100 + Number(text);
  return inThisCentury > thisYear ? inThisCentury - 100 : inThisCentury;
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const two = (value: number) => String(value).padStart(2, '0');
const unique = (dates: (string | undefined)[]) => [...new Set(dates.filter((date) => date !== undefined))];
