import type { Context } from './context.ts';
import { headingDate } from './context.ts';
import { placeBetween } from './entity.ts';
import { editDistance } from './fold.ts';
import { fuzzyKeys, judge, keyOf, type Measured, measuredBy } from './measure.ts';
import { buildMeasurement, type Measurement } from './measurement.ts';
import { abbreviations, names, pressure, pressureReading, reading } from './reading-patterns.ts';
import { numberPattern, tidyUnit, unitPattern } from './units.ts';
import { notCurrent } from './vital-signs.ts';

/** Measurements of the running text outside `taken`. */
export function measurementsInText(context: Context, taken: [number, number][]): Measurement[] {
  const { text, folded } = context.letter;
  const free = (start: number, end: number) => !taken.some(([a, b]) => start < b && end > a);
  const matches = [
    ...[...folded.matchAll(names)].map((m) => ({ start: m.index, end: m.index + m[0].length, short: false })),
    ...[...text.matchAll(abbreviations)].map((m) => ({ start: m.index, end: m.index + m[0].length, short: true })),
  ].sort((a, b) => a.start - b.start || b.end - a.end);
  const found: { start: number; one: Measurement }[] = [];
  let lastEnd = 0;
  for (const match of matches) {
    if (match.start < lastEnd || !free(match.start, match.end)) continue;
    const printed = text.slice(match.start, match.end);
    const measured = measuredBy(printed);
    const before = folded.slice(Math.max(0, match.start - 60), match.start);
    if (!measured || notCurrent.test(before) || isConditional(before)) continue;
    const read = readAt(context, match.end, measured, match.short);
    if (!read || !free(match.start, read.end)) continue;
    // "Glucose (fasting) 5.1": brackets behind a name belong to it.
    const bracket = /^\s*\([^()\n]{1,40}\)/.exec(text.slice(match.end, read.numberStart));
    const nameEnd = match.end + (bracket ? bracket[0].length : 0);
    const carrying: [number, number][] = [
      [match.start, match.end],
      [read.numberStart, read.end],
    ];
    const nameStart = withSpecimen(folded, match.start);
    const specified = nameStart < match.start ? undefined : measured;
    found.push({
      start: match.start,
      one: buildMeasurement(context, {
        name: text.slice(nameStart, nameEnd),
        measured: measured.kind === 'vital' ? measured : specified,
        value: text.slice(read.numberStart, read.numberEnd),
        unit: tidyUnit(read.unit),
        place: placeBetween(context.letter, nameStart, read.end, carrying),
        flag: read.flag,
        range: read.range,
        date: measured.kind === 'lab' ? sentenceDate(context, match.start, read.end) : undefined,
      }),
    });
    lastEnd = read.end;
  }
  return [
    ...found,
    ...fuzzyInText(
      context,
      taken,
      found.map((f) => f.one),
    ),
  ]
    .sort((a, b) => a.start - b.start)
    .map((f) => f.one);
}

interface Read {
  numberStart: number;
  numberEnd: number;
  end: number;
  unit: string;
  flag?: string;
  range?: string;
}

function readAt(context: Context, at: number, measured: Measured, short: boolean): Read | undefined {
  const { text, folded } = context.letter;
  const isPressure = measured.kind === 'vital' && measured.sign.type === 'blood pressure';
  const pattern = isPressure ? pressureReading : reading;
  pattern.lastIndex = at;
  const match = pattern.exec(folded);
  const groups = match?.groups;
  if (!match || !groups?.number) return undefined;
  const number = groups.number;
  const numberStart = at + match[0].indexOf(number, firstDigit(folded.slice(at, at + match[0].length), number));
  const numberEnd = numberStart + number.length;
  const unitAt = groups.unit ? folded.indexOf(groups.unit, numberEnd) : -1;
  let unit = groups.unit ? text.slice(unitAt, unitAt + groups.unit.length) : '';
  let end = groups.unit ? unitAt + unit.length : numberEnd;
  const degrees =
    unit === '' && measured.kind === 'vital' && measured.sign.type === 'temperature'
      ? /^\s?[*'"o]?[CF](?![\p{L}])/u.exec(text.slice(numberEnd, numberEnd + 4))
      : null;
  if (degrees) {
    unit = degrees[0].trim().replace(/^[*'"o]/, '°');
    end = numberEnd + degrees[0].length;
  }
  const sameLine = !folded.slice(at, numberStart).includes('\n');
  const next = folded.slice(numberEnd, numberEnd + 12);
  // A date, a time, a list number, an age or a dose is no measurement.
  if (/^[/-]\d|^:\d\d|^\s?(?:years?|yrs?|anos|ans|days?|dias?|jours?|weeks?|months?|hours?|heures?|horas?)\b/.test(next))
    return undefined;
  if (unit !== '' && measured.kind === 'lab' && !unitFits(measured, unit, context)) {
    if (/^(?:s|m|g|u|l|mg|ml|kg|cm|mm)$/i.test(unit)) return undefined;
  }
  if (
    unit !== '' &&
    measured.kind === 'vital' &&
    judge(measured, '1', unit, false).ucum &&
    !measured.sign.units.some((u) => u.ucum === judge(measured, '1', unit, false).ucum)
  ) {
    // "pulse 72 kg" cannot be: the unit is another value's.
    unit = '';
    end = numberEnd;
    if (!measured.sign.unitOptional) return undefined;
  }
  if (unit === '') {
    // "P 214" is more often an address than a pulse.
    if (short && at - startOfWord(folded, at) === 1 && measured.kind === 'vital' && !amongVitals(folded, at, number))
      return undefined;
    const unitless =
      measured.kind === 'lab'
        ? measured.analytes.some((a) => a.unitless) || (short && judge(measured, number, '', context.decimalComma).plausible)
        : measured.sign.unitOptional;
    if (
      !unitless ||
      !sameLine ||
      (/^\.\s+\p{Lu}/u.test(text.slice(numberEnd, numberEnd + 4)) &&
        /\n\s*$/.test(folded.slice(Math.max(0, numberStart - 2), numberStart)))
    )
      return undefined;
  }
  const flag = groups.flag ?? groups.later;
  return { numberStart, numberEnd, end, unit, flag, range: groups.range ?? groups.bare };
}

/** "T 38.9, P 112" counts among other vital signs of its line only. */
function amongVitals(folded: string, at: number, number: string): boolean {
  const line = folded.slice(
    folded.lastIndexOf('\n', at) + 1,
    folded.indexOf('\n', at) < 0 ? undefined : folded.indexOf('\n', at),
  );
  return (
    /^\d+(?:[.,]\d)?$/.test(number) &&
    (line.match(/(?<!\p{L})(?:bp|hr|rr|pr|ta|pa|fc|fr|spo2|sats?|temp\p{L}*|pulse)(?!\p{L})/gu)?.length ?? 0) >= 2
  );
}

const startOfWord = (folded: string, end: number): number =>
  end - (/[\p{L}°\d]+$/u.exec(folded.slice(Math.max(0, end - 12), end))?.[0].length ?? 0);

/** A number may be found inside the words between name and number ("on 2 L"): it begins behind them. */
function firstDigit(stretch: string, number: string): number {
  const bare = stretch.replace(/\([^()]*\)/, (bracket) => ' '.repeat(bracket.length));
  return Math.max(0, bare.indexOf(number));
}

function unitFits(measured: Measured, unit: string, context: Context): boolean {
  const judged = judge(measured, '1', unit, context.decimalComma);
  return measured.kind === 'lab' && measured.analytes.some((a) => a.units.some((u) => u.ucum === judged.ucum));
}

/** "if the pulse is above", "si la creatinina": a condition, not a finding. */
function isConditional(before: string): boolean {
  const clause = before.split(/[.;:\n]\s*/).at(-1) ?? '';
  return /\b(?:if|unless|until|when|once|should|target|aim(?:ing)? for|keep|maintain|goal|ikiwa|kama|objetivo|objectif|meta|alvo)\b(?!.*\bwas\b)|(?:^|\s)(?:si)\s|यदि|अगर/.test(
    clause,
  );
}

function withSpecimen(folded: string, start: number): number {
  const prefix = /(?:urine|urinary|csf|pleural fluid|ascitic fluid)\s+$/.exec(folded.slice(Math.max(0, start - 20), start));
  return prefix ? start - prefix[0].length : start;
}

/** "Blood tests on 17 February 2026: CRP 34": the date that opens the sentence, else the heading's. */
function sentenceDate(context: Context, position: number, end: number): string | undefined {
  const behind = context.dates.find(
    (d) =>
      d.start >= end &&
      d.start - end < 12 &&
      /^\s+(?:\(|on|el|le|em|tarehe|del?|du|dated)?\s*$/.test(context.letter.folded.slice(end, d.start)),
  );
  if (behind) return behind.value.iso;
  const opening = context.dates.filter((d) => d.end <= position && position - d.end < 600).at(-1);
  if (
    opening &&
    !/[.;]\s+\p{Lu}/u.test(context.letter.text.slice(opening.end, position)) &&
    /^[^\n]{0,12}[:,(]/.test(context.letter.folded.slice(opening.end, opening.end + 14))
  )
    return opening.value.iso;
  return headingDate(context, position);
}

/** Names with a letter wrong that stand before a number with a unit of measurement. */
function fuzzyInText(context: Context, taken: [number, number][], known: Measurement[]): { start: number; one: Measurement }[] {
  const { text, folded } = context.letter;
  const found: { start: number; one: Measurement }[] = [];
  const pattern = new RegExp(
    `(?<name>[\\p{L}\\p{M}][\\p{L}\\p{M}\\d-]{4,}(?:[ ][\\p{L}\\p{M}][\\p{L}\\p{M}\\d-]+){0,3})[\\s:=]+(?<number>${pressure}|${numberPattern})\\s*(?<unit>${unitPattern})`,
    'gu',
  );
  for (const match of folded.matchAll(pattern)) {
    const { name, number, unit } = match.groups ?? {};
    if (!name || !number || !unit || taken.some(([a, b]) => match.index < b && match.index + match[0].length > a)) continue;
    const words = name.split(' ');
    for (let skip = 0; skip < words.length; skip++) {
      const tail = words.slice(skip).join(' ');
      const key = keyOf(tail);
      const near = key.length >= 6 ? fuzzyKeys.find((known) => editDistance(known, key, 1) === 1) : undefined;
      const measured = near ? measuredBy(near) : undefined;
      if (!near || !measured) continue;
      const start = match.index + name.length - tail.length;
      const end = match.index + match[0].length;
      const before = folded.slice(Math.max(0, start - 60), start);
      const numberAt = folded.indexOf(number, start + tail.length);
      const value = text.slice(numberAt, numberAt + number.length);
      const fits =
        measured.kind === 'vital'
          ? measured.sign.units.some((u) => u.ucum === judge(measured, '1', unit, false).ucum)
          : unitFits(measured, unit, context);
      if (
        !fits ||
        notCurrent.test(before) ||
        isConditional(before) ||
        known.some((k) => k.text.includes(value) && k.text.includes(text.slice(start, start + tail.length)))
      )
        break;
      found.push({
        start,
        one: buildMeasurement(context, {
          name: text.slice(start, start + tail.length),
          measured,
          fuzzy: true,
          value,
          unit: tidyUnit(text.slice(end - unit.length, end)),
          place: placeBetween(context.letter, start, end),
        }),
      });
      break;
    }
  }
  return found;
}
