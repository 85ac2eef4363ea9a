/** Numbers as people read them. */
import i18next from 'i18next';

/** A size in bytes: 3.4 MB. */
export function size(bytes: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(steps.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(i18next.language, {
    style: 'unit',
    unit: steps[step],
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

/** A count with the digit groups of the locale: 16,407. */
export function count(value: number): string {
  return new Intl.NumberFormat(i18next.language).format(value);
}

/** A share of one as a percentage: 87 %. */
export function percent(share: number, digits = 0): string {
  return new Intl.NumberFormat(i18next.language, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(share);
}

/** More decimals than this come from a computer's arithmetic, not from a measurement. */
const DECIMALS_MAX = 4;
const SIGNIFICANT = 4;

/** A number as its source printed it; where that has more decimals than any instrument, rounded to four significant digits. */
export function readable(printed: string): string {
  return printed.replace(/-?\d+\.(\d+)/g, (number, decimals: string) => {
    if (decimals.length <= DECIMALS_MAX) return number;
    const value = Number(number);
    const whole = Math.trunc(Math.abs(value));
    if (whole === 0) return String(Number(value.toPrecision(SIGNIFICANT)));
    return String(Number(value.toFixed(Math.max(1, SIGNIFICANT - String(whole).length))));
  });
}

/** A unit as people write it, where its source gave the code of a machine (UCUM): µmol/L, mL/min/1.73 m². */
export function unitShown(unit: string): string {
  return unit
    .replace(/\{([^}]*)\}/g, (_, words: string) => words.replaceAll('_', ' '))
    .replace(/\bu(?=(mol|kat|g|L|U|m|s)\b)/g, 'µ')
    .replace(/\bm2\b/g, 'm²')
    .replaceAll('mm[Hg]', 'mmHg')
    .replaceAll('[degF]', '°F')
    .replace(/\bCel\b/g, '°C');
}

/** H or L where a value lies outside of its reference range. */
export function flagOf(value: number, low: number | undefined, high: number | undefined): 'L' | 'H' | undefined {
  if (low !== undefined && value < low) return 'L';
  if (high !== undefined && value > high) return 'H';
  return undefined;
}
