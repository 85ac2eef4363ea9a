/** Rows of an Observation: vital signs (in parts), laboratory values with range and flag, readings of models, and the rest. */
import {
  amount,
  at,
  choice,
  codeOf,
  conceptText,
  hasCode,
  hasTag,
  type Part,
  part,
  parts,
  quantity,
  text,
} from '../../../src-shared/fhir/read.ts';
import { TAG_SYSTEM, tags } from '../../../src-shared/fhir/types.ts';
import { inOwnUnit, vitalOf } from '../../../src-shared/fhir/vitals.ts';
import { type ChartRow, row } from './chart-row.ts';

const LOINC = 'http://loinc.org';

export function observationRows(resource: Part): ChartRow[] {
  const list = listOf(resource);
  const pieces = [resource, ...parts(resource.component)].filter(
    (piece, index) => index > 0 || hasValue(piece) || parts(resource.component).length === 0,
  );
  if (list === 'labs' && pieces.length === 1 && !hasValue(resource) && parts(resource.hasMember).length > 0) return [];
  return list === 'labs' || list === 'vitals'
    ? pieces.map((piece, index) => measured(list, resource, piece, index))
    : [measured(list, resource, resource, 0)];
}

function listOf(resource: Part): string {
  if (hasTag(resource, TAG_SYSTEM, tags.reading)) return 'readings';
  if (hasCode(resource.category, 'laboratory')) return 'labs';
  const components = parts(resource.component);
  if ([resource, ...components].some((piece) => vitalOf(codeOf(piece.code, LOINC)) !== undefined)) return 'vitals';
  if (hasCode(resource.category, 'vital-signs')) return components.length === 0 && !hasValue(resource) ? 'other' : 'vitals';
  if (hasCode(resource.category, 'social-history', 'survey', 'imaging', 'exam', 'therapy', 'activity', 'procedure'))
    return 'other';
  return quantity(resource.valueQuantity) !== undefined ? 'labs' : 'other';
}

function measured(list: string, resource: Part, piece: Part, index: number): ChartRow {
  const loinc = codeOf(piece.code, LOINC) ?? codeOf(piece.code);
  const value = quantity(piece.valueQuantity);
  const vital = list === 'vitals' ? vitalOf(loinc) : undefined;
  const own = vital === undefined || value === undefined ? undefined : inOwnUnit(vital, value.value, value.code ?? value.unit);
  const same = own !== undefined && value !== undefined && own === value.value;
  const range = rangeOf(piece, value?.unit);
  const flag = value === undefined ? null : (flagOf(piece) ?? outside(value.value, range));
  const converted = vital !== undefined && own !== undefined;
  return row(list, resource, {
    part: index,
    title: vital?.name ?? conceptText(piece.code) ?? 'Observation',
    code: vital?.code ?? loinc ?? null,
    when: resource.effectiveDateTime ?? at(resource.effectivePeriod, 'start') ?? resource.effectiveInstant ?? resource.issued,
    who: resource.performer,
    detail: value === undefined ? valueText(piece) : (text(at(resource.note, 'text')) ?? null),
    weight:
      flag === 'HH' || flag === 'LL'
        ? 'critical'
        : resource.status === 'preliminary' || implausible(vital, own)
          ? 'doubt'
          : 'plain',
    value: value === undefined ? null : converted ? rounded(own) : value.value,
    printed: value === undefined ? null : converted && !same ? String(rounded(own)) : measuredDigits(value),
    unit: value === undefined ? null : converted ? vital.printedUnit : value.unit,
    low: range.low,
    high: range.high,
    flag,
  });
}

/**
 * More than seven digits are the noise of a computation (147.869442424076 mmHg), not of a measurement, and hide the number that matters: shown rounded,
 * kept whole in the resource.
 */
function measuredDigits({ value, printed }: { value: number; printed: string }): string {
  const digits = printed
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '').length;
  if (digits <= 7 || !printed.includes('.')) return printed;
  return Math.abs(value) < 1 ? value.toPrecision(3) : value.toFixed(2);
}

const rounded = (value: number) => Math.round(value * 100) / 100;
const implausible = (vital: ReturnType<typeof vitalOf>, value: number | undefined) =>
  vital !== undefined && value !== undefined && (value < vital.plausible[0] || value > vital.plausible[1]);
const hasValue = (piece: Part) => choice(piece, 'value') !== undefined || piece.dataAbsentReason !== undefined;

/** A value that is no quantity, in words. */
function valueText(piece: Part): string | null {
  const found = choice(piece, 'value');
  if (found === undefined) return conceptText(piece.dataAbsentReason) ?? null;
  const { type, value } = found;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const number = amount(value);
  if (number !== undefined) return number.printed;
  if (type === 'Range')
    return [quantity(at(value, 'low'))?.printed, quantity(at(value, 'high'))?.printed].filter(Boolean).join(' to ') || null;
  if (type === 'Ratio')
    return (
      [amount(at(value, 'numerator', 'value'))?.printed, amount(at(value, 'denominator', 'value'))?.printed]
        .filter(Boolean)
        .join(' : ') || null
    );
  return conceptText(value) ?? text(part(value)?.text) ?? null;
}

/** The reference range in the unit of the value: the only one, or the one of type normal. */
function rangeOf(piece: Part, unit: string | undefined): { low: number | null; high: number | null } {
  const ranges = parts(piece.referenceRange);
  // Several ranges without a type are grades or belong to some ages: taking one of them would flag what is normal.
  const chosen = ranges.find((range) => hasCode(range.type, 'normal')) ?? (ranges.length === 1 ? ranges[0] : undefined);
  const bound = (name: string) => {
    const found = quantity(chosen?.[name]);
    return found !== undefined && (found.unit === '' || found.unit === unit) ? found.value : null;
  };
  return { low: bound('low'), high: bound('high') };
}

/** What the laboratory itself said (HL7 v3 ObservationInterpretation). */
function flagOf(piece: Part): ChartRow['flag'] {
  const codes = parts(piece.interpretation).flatMap((concept) => parts(concept.coding).map((coding) => text(coding.code)));
  const known: Readonly<Record<string, ChartRow['flag']>> = {
    LL: 'LL',
    HH: 'HH',
    L: 'L',
    H: 'H',
    LU: 'L',
    HU: 'H',
    '<': 'L',
    '>': 'H',
  };
  for (const code of codes) if (code !== undefined && known[code] !== undefined) return known[code];
  return null;
}

function outside(value: number, range: { low: number | null; high: number | null }): ChartRow['flag'] {
  if (range.low !== null && value < range.low) return 'L';
  return range.high !== null && value > range.high ? 'H' : null;
}
