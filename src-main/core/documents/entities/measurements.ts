import type { Context } from './context.ts';
import { type Place, placeBetween, placeOf, squeeze } from './entity.ts';
import { editDistance, fold, wordPattern } from './fold.ts';
import type { Token } from './layout.ts';
import { flagOf, fuzzyKeys, judge, judgePressure, type Measured, measuredAbbreviations, measuredBy, measuredNames } from './measure.ts';
import { sectionAt } from './sections.ts';
import type { Column, Row, Table } from './tables.ts';
import type { LabEntity, VitalEntity } from './types.ts';
import { numberPattern, tidyUnit, unitPattern } from './units.ts';
import { notCurrent, vitalSigns } from './vital-signs.ts';

type Measurement = VitalEntity | LabEntity;

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const names = new RegExp(wordPattern(measuredNames), 'gu');
const abbreviations = new RegExp(`(?<![\\p{L}\\p{M}\\p{N}/-])(?:${[...measuredAbbreviations].sort((a, b) => b.length - a.length).map(escape).join('|')})(?![\\p{L}\\p{M}/])`, 'gu');

// Words that may stand between a name and its number. "above", "below" and "target" are not among them: such numbers are limits, not measurements.
const between =
  '(?:\\s*\\([^()\\n]{1,40}\\))?(?:[\\s:=.|\\-]*|\\s*,\\s*)(?:(?:is|was|were|of|at|today|now|level|count|rate|result|reading|measured|recorded|approximately|about|came\\s+back\\s+at|on\\s+(?:room\\s+)?air|on\\s+(?:admission|arrival|discharge|examination)|at\\s+(?:rest|discharge|admission)|in\\s+clinic|regular|irregular|resting|sitting|standing|random|fasting|es|era|fue|del?|a|la|el|hoy|al\\s+(?:ingreso|alta)|est|etait|aujourd\'hui|ce\\s+jour|e|foi|hoje|com|ya|ni|ilikuwa|kwa|leo|है|था|थी|का|की)[\\s:=]+){0,4}';
const flagPattern = '(?:H{1,2}|L{1,2}|↑+|↓+|\\*+|high|low)';
const rangePattern = '[<>]=?\\s?\\d+(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)?\\s*(?:-|to|a)\\s*\\d+(?:[.,]\\d+)?';
const pressure = '\\d{2,3}\\s?[/x]\\s?\\d{1,3}';
const bracketedRange = `\\s*[\\[(]\\s*(?:ref(?:erence)?\\.?(?:\\s+range)?|normal(?:\\s+range)?|nr|rr|n|vn|vr)?\\s*:?\\s*(?<range>${rangePattern})[^)\\]]{0,20}[\\])]`;
const bareRange = `[\\s\\t]+(?<bare>${rangePattern})(?=\\s*(?:\\n|$))`;

const reading = new RegExp(
  `${between}(?<number>${numberPattern})(?![\\d]|[.,]\\d|\\s?/\\s?\\d{2,3}(?!\\d))(?:\\s*(?<flag>${flagPattern})(?=\\s))?(?:\\s*(?<unit>${unitPattern}))?(?:\\s*\\(?(?<later>${flagPattern})\\)?(?=[\\s,;.)]))?(?:${bracketedRange}|${bareRange})?`,
  'uyi',
);
const pressureReading = new RegExp(`${between}(?<number>${pressure})(?!\\s?/|\\d)(?:\\s*(?<unit>mm\\s?hg|cm\\s?hg))?`, 'uyi');

/** Vital signs and laboratory values: first from tables, then from running text. */
export function findMeasurements(context: Context): Measurement[] {
  const found: Measurement[] = [];
  const taken: [number, number][] = [];
  for (const table of context.tables) {
    const rows = fromTable(context, table);
    if (rows.length > 0) for (const line of table.lines) taken.push([line.start, line.end]);
    found.push(...rows);
  }
  const inText = fromText(context, taken);
  return withoutRepeats([...found, ...inText]);
}

function withoutRepeats(found: Measurement[]): Measurement[] {
  const kept: Measurement[] = [];
  for (const one of found) {
    const repeats = kept.some((k) => nameKey(k) === nameKey(one) && k.value.value === one.value.value && k.value.unit === one.value.unit && (!one.value.date || k.value.date === one.value.date));
    if (!repeats) kept.push(one);
  }
  return kept;
}

const nameKey = (one: Measurement): string => (one.kind === 'vital' ? one.value.type : one.value.loinc ?? fold(one.value.name));

interface Parts {
  name: string;
  measured: Measured | undefined;
  value: string;
  unit: string;
  place: Place;
  flag?: string;
  range?: string;
  date?: string;
  /** Recognised with a letter wrong. */
  fuzzy?: boolean;
}

function build(context: Context, parts: Parts): Measurement {
  const { measured, unit } = parts;
  const value = squeeze(parts.value).replace(/\s?([/x])\s?/, '$1').replace(/^([<>]=?)\s/, '$1');
  const judged = judge(measured, value, unit, context.decimalComma, context.adult);
  const common = { value, unit, ucum: judged.ucum, loinc: judged.loinc, date: parts.date, referenceRange: parts.range ? squeeze(parts.range) : undefined };
  if (measured?.kind === 'vital') {
    const type = measured.sign.type;
    const blood = type === 'blood pressure' ? judgePressure(value) : undefined;
    const doubtful = parts.place.doubtful || parts.fuzzy === true || !(blood ?? judged).plausible;
    const name = context.language === 'en' ? type : squeeze(parts.name);
    return {
      kind: 'vital', ...parts.place, doubtful,
      value: dropEmpty({ name, type, ...common, valueNumber: blood ? undefined : judged.valueNumber, systolic: blood?.systolic, diastolic: blood?.diastolic }),
    };
  }
  const doubtful = parts.place.doubtful || parts.fuzzy === true || !judged.plausible || judged.valueNumber === undefined;
  return {
    kind: 'lab', ...parts.place, doubtful,
    value: dropEmpty({ name: squeeze(parts.name), ...common, valueNumber: judged.valueNumber, flag: flagOf(parts.flag, judged.valueNumber, parts.range, context.decimalComma) }),
  };
}

function dropEmpty<T extends object>(value: T): T {
  for (const key of Object.keys(value)) if (Reflect.get(value, key) === undefined) Reflect.deleteProperty(value, key);
  return value;
}

// ---- tables

const cellValue = new RegExp(`^(?<flagBefore>${flagPattern}\\s)?(?<number>${pressure}|${numberPattern})(?:\\s*(?<unit>${unitPattern}))?(?:\\s*\\(?(?<flag>${flagPattern})\\)?)?(?![\\d+])`, 'ui');
const nameUnit = new RegExp(`[(\\[,]\\s*(${unitPattern})\\s*[)\\]]?$`, 'u');

function fromTable(context: Context, table: Table): Measurement[] {
  const { columns } = table;
  const nameAt = columns.findIndex((c) => c.kind === 'name');
  if (nameAt < 0) return [];
  const dated = headingDate(context, table.header.start);
  return table.rows.flatMap((row) => fromRow(context, columns, row, nameAt, dated));
}

function fromRow(context: Context, columns: Column[], row: Row, nameAt: number, dated: string | undefined): Measurement[] {
  const cell = (kind: Column['kind']): Token[] => row.cells[columns.findIndex((c) => c.kind === kind)] ?? [];
  const nameTokens = row.cells[nameAt] ?? [];
  const printed = nameTokens.map((t) => t.text).join(' ').replace(/[:.]$/, '');
  if (printed === '' || notCurrent.test(`${fold(printed).split(' ')[0]} `)) return [];
  const named = nameInCell(printed);
  const found: Measurement[] = [];
  for (const [i, column] of columns.entries()) {
    if (column.kind !== 'value' && column.kind !== 'date') continue;
    const tokens = row.cells[i] ?? [];
    const folded = tokens.map((t) => t.folded).join(' ');
    const match = cellValue.exec(folded);
    if (!match?.groups) continue;
    const { number, unit: inCell, flag, flagBefore } = match.groups;
    const unitTokens = cell('unit');
    const unit = unitTokens.length > 0 ? unitTokens.map((t) => t.text).join(' ') : inCell ? folded.slice(folded.indexOf(inCell), folded.indexOf(inCell) + inCell.length) : nameUnit.exec(fold(printed))?.[1] ?? '';
    const printedCell = tokens.map((t) => t.text).join(' ');
    const numberAt = folded.indexOf(number ?? '');
    const unitAt = inCell ? folded.indexOf(inCell, numberAt) : -1;
    const range = cell('reference').map((t) => t.text).join(' ');
    const flagText = cell('flag').map((t) => t.text).join(' ') || flag || flagBefore;
    // A row that is neither a known measurement nor has a unit or range is prose between rows.
    if (!named.measured && unit === '' && range === '') continue;
    const all = [...nameTokens, ...tokens, ...unitTokens];
    found.push(
      build(context, {
        name: printed,
        measured: named.measured,
        fuzzy: named.fuzzy,
        value: printedCell.slice(numberAt, numberAt + (number?.length ?? 0)),
        unit: tidyUnit(unitTokens.length > 0 || !inCell ? unit : printedCell.slice(unitAt, unitAt + inCell.length)),
        place: placeOf(all),
        flag: flagText,
        range: range === '' ? undefined : range,
        date: column.kind === 'date' ? dateAt(context, column.start) : dated,
      }),
    );
  }
  return found;
}

/** What a name cell measures: the longest known name in it, or one with a letter wrong. */
function nameInCell(printed: string): { measured: Measured | undefined; fuzzy?: boolean } {
  const bare = printed.replace(/\s*[([].*$/, '').trim();
  const whole = measuredBy(printed) ?? measuredBy(bare) ?? measuredBy(bare.replace(/[*,]+$/, ''));
  if (whole) return { measured: whole };
  const inside = [...fold(printed).matchAll(names)].sort((a, b) => b[0].length - a[0].length)[0];
  const short = [...printed.matchAll(abbreviations)][0];
  const known = inside ? measuredBy(inside[0]) : short ? measuredBy(short[0]) : undefined;
  // "Urine sodium" is not serum sodium: known as a lab value, but without its code and range.
  if (known) return { measured: /\b(?:urine|urinary|csf|pleural|ascitic|orina|lcr|urinaire|urina|mkojo)\b|मूत्र/.test(fold(printed)) ? undefined : known };
  const key = fold(bare);
  const near = key.length >= 6 ? fuzzyKeys.find((k) => editDistance(k, key, 1) <= 1) : undefined;
  return near ? { measured: measuredBy(near), fuzzy: true } : { measured: undefined };
}

const dateAt = (context: Context, start: number): string | undefined => context.dates.find((d) => d.start >= start - 1 && d.start <= start + 1)?.value.iso;

/** Date in the heading above, or the day of collection of a laboratory report. */
function headingDate(context: Context, position: number): string | undefined {
  const section = sectionAt(context.sections, position);
  const inHeading = section ? context.dates.find((d) => d.start >= section.heading[0] && d.end <= section.heading[1] + 1) : undefined;
  return (inHeading ?? context.dates.find((d) => d.value.kind === 'collected'))?.value.iso;
}

// ---- running text

function fromText(context: Context, taken: [number, number][]): Measurement[] {
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
    const carrying: [number, number][] = [[match.start, match.end], [read.numberStart, read.end]];
    const nameStart = withSpecimen(folded, match.start);
    const specified = nameStart < match.start ? undefined : measured;
    found.push({
      start: match.start,
      one: build(context, {
        name: text.slice(nameStart, nameEnd), measured: measured.kind === 'vital' ? measured : specified,
        value: text.slice(read.numberStart, read.numberEnd), unit: tidyUnit(read.unit), place: placeBetween(context.letter, nameStart, read.end, carrying), flag: read.flag, range: read.range,
        date: measured.kind === 'lab' ? sentenceDate(context, match.start, read.end) : undefined,
      }),
    });
    lastEnd = read.end;
  }
  return [...found, ...fuzzyInText(context, taken, found.map((f) => f.one))].sort((a, b) => a.start - b.start).map((f) => f.one);
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
  if (!match || !groups?.['number']) return undefined;
  const number = groups['number'];
  const numberStart = at + match[0].indexOf(number, firstDigit(folded.slice(at, at + match[0].length), number));
  const numberEnd = numberStart + number.length;
  const unitAt = groups['unit'] ? folded.indexOf(groups['unit'], numberEnd) : -1;
  let unit = groups['unit'] ? text.slice(unitAt, unitAt + groups['unit'].length) : '';
  let end = groups['unit'] ? unitAt + unit.length : numberEnd;
  const degrees = unit === '' && measured.kind === 'vital' && measured.sign.type === 'temperature' ? /^\s?[CF](?![\p{L}])/u.exec(text.slice(numberEnd, numberEnd + 3)) : null;
  if (degrees) {
    unit = degrees[0].trim();
    end = numberEnd + degrees[0].length;
  }
  const sameLine = !folded.slice(at, numberStart).includes('\n');
  const next = folded.slice(numberEnd, numberEnd + 12);
  // A date, a time, a list number, an age or a dose is no measurement.
  if (/^[/-]\d|^:\d\d|^\s?(?:years?|yrs?|anos|ans|days?|dias?|jours?|weeks?|months?|hours?|heures?|horas?)\b/.test(next)) return undefined;
  if (unit !== '' && measured.kind === 'lab' && !unitFits(measured, unit, context)) {
    if (/^(?:s|m|g|u|l|mg|ml|kg|cm|mm)$/i.test(unit)) return undefined;
  }
  if (unit !== '' && measured.kind === 'vital' && judge(measured, '1', unit, false).ucum && !measured.sign.units.some((u) => u.ucum === judge(measured, '1', unit, false).ucum)) {
    // "pulse 72 kg" cannot be: the unit is another value's.
    unit = '';
    end = numberEnd;
    if (!measured.sign.unitOptional) return undefined;
  }
  if (unit === '') {
    // "P 214" is more often an address than a pulse.
    if (short && measured.kind === 'vital' && at - startOfWord(folded, at) === 1) return undefined;
    const unitless = measured.kind === 'lab' ? measured.analytes.some((a) => a.unitless) || (short && judge(measured, number, '', context.decimalComma).plausible) : measured.sign.unitOptional;
    if (!unitless || !sameLine || /^\.\s+\p{Lu}/u.test(text.slice(numberEnd, numberEnd + 4)) && /\n\s*$/.test(folded.slice(Math.max(0, numberStart - 2), numberStart))) return undefined;
  }
  const flag = groups['flag'] ?? groups['later'];
  return { numberStart, numberEnd, end, unit, flag: flag ? text.slice(0, 0) + flag : undefined, range: groups['range'] ?? groups['bare'] };
}

const startOfWord = (folded: string, end: number): number => end - (/[\p{L}°\d]+$/u.exec(folded.slice(Math.max(0, end - 12), end))?.[0].length ?? 0);

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
  const clause = before.split(/[.;:\n]\s*(?=\S)/).at(-1) ?? '';
  return /\b(?:if|unless|until|when|once|should|target|aim(?:ing)? for|keep|maintain|goal|ikiwa|kama|objetivo|objectif|meta|alvo)\b(?!.*\bwas\b)|(?:^|\s)(?:si)\s|यदि|अगर/.test(clause);
}

function withSpecimen(folded: string, start: number): number {
  const prefix = /(?:urine|urinary|csf|pleural fluid|ascitic fluid)\s+$/.exec(folded.slice(Math.max(0, start - 20), start));
  return prefix ? start - prefix[0].length : start;
}

/** "Blood tests on 17 February 2026: CRP 34": the date that opens the sentence, else the heading's. */
function sentenceDate(context: Context, position: number, end: number): string | undefined {
  const behind = context.dates.find((d) => d.start >= end && d.start - end < 12 && /^\s+(?:\(|on|el|le|em|tarehe|del?|du|dated)?\s*$/.test(context.letter.folded.slice(end, d.start)));
  if (behind) return behind.value.iso;
  const opening = context.dates.filter((d) => d.end <= position && position - d.end < 600).at(-1);
  if (opening && !/[.;]\s+\p{Lu}/u.test(context.letter.text.slice(opening.end, position)) && /^[^\n]{0,12}[:,(]/.test(context.letter.folded.slice(opening.end, opening.end + 14))) return opening.value.iso;
  return headingDate(context, position);
}

/** Names with a letter wrong that stand before a number with a unit of measurement. */
function fuzzyInText(context: Context, taken: [number, number][], known: Measurement[]): { start: number; one: Measurement }[] {
  const { text, folded } = context.letter;
  const found: { start: number; one: Measurement }[] = [];
  const pattern = new RegExp(`(?<name>[\\p{L}\\p{M}][\\p{L}\\p{M}\\d-]{4,}(?:[ ][\\p{L}\\p{M}][\\p{L}\\p{M}\\d-]+){0,3})[\\s:=]+(?<number>${pressure}|${numberPattern})\\s*(?<unit>${unitPattern})`, 'gu');
  for (const match of folded.matchAll(pattern)) {
    const { name, number, unit } = match.groups ?? {};
    if (!name || !number || !unit || taken.some(([a, b]) => match.index < b && match.index + match[0].length > a)) continue;
    const words = name.split(' ');
    for (let skip = 0; skip < words.length; skip++) {
      const tail = words.slice(skip).join(' ');
      const near = tail.length >= 6 ? fuzzyKeys.find((key) => editDistance(key, tail, 1) === 1) : undefined;
      const measured = near ? measuredBy(near) : undefined;
      if (!near || !measured) continue;
      const start = match.index + name.length - tail.length;
      const end = match.index + match[0].length;
      const before = folded.slice(Math.max(0, start - 60), start);
      const numberAt = folded.indexOf(number, start + tail.length);
      const value = text.slice(numberAt, numberAt + number.length);
      const fits = measured.kind === 'vital' ? measured.sign.units.some((u) => u.ucum === judge(measured, '1', unit, false).ucum) : unitFits(measured, unit, context);
      if (!fits || notCurrent.test(before) || isConditional(before) || known.some((k) => k.text.includes(value) && k.text.includes(text.slice(start, start + tail.length)))) break;
      found.push({ start, one: build(context, { name: text.slice(start, start + tail.length), measured, fuzzy: true, value, unit: tidyUnit(text.slice(end - unit.length, end)), place: placeBetween(context.letter, start, end) }) });
      break;
    }
  }
  return found;
}

/** Names of vital signs, for headings and tests. */
export const vitalTypes: string[] = vitalSigns.map((s) => s.type);
