import { type Analyte, analytes } from './analytes.ts';
import { fold } from './fold.ts';
import { toNumber, ucumOf } from './units.ts';
import { type VitalSign, vitalSigns } from './vital-signs.ts';

export type Measured = { kind: 'vital'; sign: VitalSign } | { kind: 'lab'; analytes: Analyte[] };

/** Key under which a printed name is looked up: folded, single blanks, without Devanagari vowel signs. */
export const keyOf = (printed: string): string =>
  fold(printed.normalize('NFC'))
    .replace(/\p{M}/gu, '')
    .replace(/\s*\/\s*/g, '/')
    .replace(/\s+/g, ' ')
    .trim();

const byName = new Map<string, Measured>();
const byAbbreviation = new Map<string, Measured>();

function addAnalyte(map: Map<string, Measured>, key: string, analyte: Analyte): void {
  const known = map.get(key);
  // One short form for two analytes (PCR): the unit decides later.
  if (known?.kind === 'lab') known.analytes.push(analyte);
  else if (!known) map.set(key, { kind: 'lab', analytes: [analyte] });
}

for (const sign of vitalSigns) {
  for (const name of sign.names) byName.set(keyOf(name), { kind: 'vital', sign });
  for (const short of sign.abbreviations ?? []) byAbbreviation.set(short, { kind: 'vital', sign });
}
for (const analyte of analytes) {
  for (const name of analyte.names) addAnalyte(byName, keyOf(name), analyte);
  for (const short of analyte.abbreviations) addAnalyte(byAbbreviation, short, analyte);
}

export const measuredNames: string[] = [...vitalSigns.flatMap((s) => s.names), ...analytes.flatMap((a) => a.names)];
export const measuredAbbreviations: string[] = [...byAbbreviation.keys()];

/** What a printed name measures. */
export function measuredBy(printed: string): Measured | undefined {
  return byName.get(keyOf(printed)) ?? byAbbreviation.get(printed.trim());
}

/** Keys of the names long enough to be recognised with one letter wrong. */
export const fuzzyKeys: string[] = [...byName.keys()].filter((key) => key.length >= 6);

export interface Judged {
  ucum?: string;
  loinc?: string;
  valueNumber?: number;
  /** False when no living patient has this value in this unit, or the unit does not belong to the analyte. */
  plausible: boolean;
}

const sameUnit = (a: string, b: string): boolean => canonical(a) === canonical(b);

// Units that are the same amount, written in two ways.
const synonyms: Record<string, string> = {
  '[IU]/L': 'U/L',
  'u[IU]/mL': 'm[IU]/L',
  'k[IU]/L': 'U/mL',
  '[IU]/mL': 'U/mL',
  'pg/mL': 'ng/L',
  'ng/mL': 'ug/L',
  '10*3/uL': '10*9/L',
  '10*6/uL': '10*12/L',
  '{cells}/uL': '/uL',
  '{cells}/mm3': '/uL',
  '/mm3': '/uL',
  'm[IU]/mL': '[IU]/L',
};
const canonical = (ucum: string): string => synonyms[ucum] ?? ucum;

/** Looks a number and its printed unit up in the plausible ranges. */
export function judge(
  measured: Measured | undefined,
  value: string,
  unit: string,
  decimalComma: boolean,
  adult?: boolean,
): Judged {
  const valueNumber = toNumber(value, decimalComma);
  const ucum = unit === '' ? undefined : (countUnit(measured, unit) ?? ucumOf(fold(unit)));
  if (!measured) return { ucum, valueNumber, plausible: true };
  if (measured.kind === 'vital')
    return {
      ucum: ucum ?? usualUnit(measured.sign, valueNumber),
      loinc: measured.sign.loinc,
      valueNumber,
      plausible: vitalPlausible(measured.sign, valueNumber, ucum, adult),
    };
  const all = measured.analytes.flatMap((a) => a.units);
  const range = ucum ? (all.find((u) => u.ucum === ucum) ?? all.find((u) => sameUnit(u.ucum, ucum))) : unitless(measured);
  if (valueNumber === undefined) return { ucum, loinc: range?.loinc, plausible: false };
  if (ucum || unit !== '')
    return { ucum, loinc: range?.loinc, valueNumber, plausible: range !== undefined && within(valueNumber, range) };
  if (range) return { loinc: range.loinc, valueNumber, plausible: within(valueNumber, range) };
  return { valueNumber, plausible: all.some((u) => within(valueNumber, u)) };
}

/** The unit that is meant where none is printed: the first in which the value is plausible. */
function usualUnit(sign: VitalSign, value: number | undefined): string | undefined {
  return (sign.units.find((u) => value !== undefined && within(value, u)) ?? sign.units[0])?.ucum;
}

/** Misreadings of a unit that its analyte does not have: the unit meant, when the value is plausible in it. Such a one stays doubtful. */
export function repairUnit(
  measured: Measured | undefined,
  value: string,
  unit: string,
  decimalComma: boolean,
): string | undefined {
  if (measured?.kind !== 'lab' || unit === '' || judge(measured, value, unit, decimalComma).plausible) return undefined;
  const micro = /^[pjyh](mol|g)\/L$/.exec(unit);
  const power = /^[x*]?\s?10.{0,2}(9|12)[^\d]?[1Il|/.]{0,3}$/.exec(unit);
  const meant = micro ? `µ${micro[1]}/L` : power ? `10^${power[1]}/L` : undefined;
  return meant && judge(measured, value, meant, decimalComma).plausible ? meant : undefined;
}

/** Units that mean something of their own for one measurement: G/L and T/L count cells in French reports, a bare C or F is a temperature. */
function countUnit(measured: Measured | undefined, unit: string): string | undefined {
  if (measured?.kind === 'lab' && /^[GT]\/L$/.test(unit)) {
    const power = unit.startsWith('G') ? '10*9/L' : '10*12/L';
    return measured.analytes.some((a) => a.units.some((u) => u.ucum === power)) ? power : undefined;
  }
  if (measured?.kind === 'vital' && measured.sign.type === 'temperature') return { C: 'Cel', F: '[degF]' }[unit];
  return undefined;
}

function unitless(measured: { analytes: Analyte[] }): Analyte['units'][number] | undefined {
  return measured.analytes.find((a) => a.unitless)?.units[0];
}

const within = (value: number, range: { low: number; high: number }): boolean => value >= range.low && value <= range.high;

function vitalPlausible(
  sign: VitalSign,
  value: number | undefined,
  ucum: string | undefined,
  adult: boolean | undefined,
): boolean {
  if (value === undefined) return false;
  const range = ucum ? sign.units.find((u) => u.ucum === ucum) : sign.units.find((u) => within(value, u));
  if (!range || !within(value, range)) return false;
  if (adult && sign.type === 'weight' && ucum === 'kg') return value >= 25;
  if (adult && sign.type === 'height' && ucum === 'cm') return value >= 100;
  if (adult && sign.type === 'pulse') return value <= 230;
  return true;
}

/** Systolic and diastolic pressure of a printed "148/92", and whether a living patient can have them. */
export function judgePressure(value: string): { systolic?: number; diastolic?: number; plausible: boolean } {
  const match = /^(\d+)\s?[/x]\s?(\d+)$/.exec(value);
  if (!match) return { plausible: false };
  const printed = [Number(match[1]), Number(match[2])] as const;
  // French letters give centimetres of mercury: 13/8.
  const centimetres = printed[0] >= 6 && printed[0] <= 27 && printed[1] >= 3 && printed[1] <= 16;
  const [systolic, diastolic] = centimetres ? [10 * printed[0], 10 * printed[1]] : printed;
  return {
    systolic,
    diastolic,
    plausible: systolic >= 45 && systolic <= 290 && diastolic >= 20 && diastolic <= 180 && systolic - diastolic >= 8,
  };
}

/** H or L from the printed flag, else from the printed reference range. */
export function flagOf(
  printedFlag: string | undefined,
  valueNumber: number | undefined,
  range: string | undefined,
  decimalComma: boolean,
): 'H' | 'L' | undefined {
  const flag = fold(printedFlag ?? '').trim();
  if (/^(?:h+|hh|high|alto|eleve|haut|a|↑+)\b|↑/.test(flag)) return 'H';
  if (/^(?:l+|low|bajo|bas|baixo|b|↓+)\b|↓/.test(flag)) return 'L';
  if (!range || valueNumber === undefined) return undefined;
  const folded = fold(range);
  const bounds = /(\d+(?:[.,]\d+)?)\s*(?:-|a|to|ate)\s*(\d+(?:[.,]\d+)?)/.exec(folded);
  if (bounds) {
    const low = toNumber(bounds[1] ?? '', decimalComma);
    const high = toNumber(bounds[2] ?? '', decimalComma);
    if (low !== undefined && valueNumber < low) return 'L';
    return high !== undefined && valueNumber > high ? 'H' : undefined;
  }
  const limit = /([<>])\s*=?\s*(\d+(?:[.,]\d+)?)/.exec(folded);
  const edge = limit ? toNumber(limit[2] ?? '', decimalComma) : undefined;
  if (edge === undefined) return undefined;
  if (limit?.[1] === '<') return valueNumber >= edge ? 'H' : undefined;
  return valueNumber <= edge ? 'L' : undefined;
}
