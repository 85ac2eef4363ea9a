/** A FHIR Dosage in words: what was written if it was written, else put together from its elements. */
import { amount, at, conceptText, type Part, part, quantity, text } from '../../../src-shared/fhir/read.ts';

export function dosageText(dosage: Part): string | undefined {
  const written = text(dosage.text);
  if (written !== undefined) return written;
  const words = [
    dose(dosage),
    conceptText(dosage.route),
    times(part(at(dosage.timing, 'repeat'))) ?? conceptText(at(dosage.timing, 'code')),
    asNeeded(dosage),
  ];
  return words.filter(Boolean).join(', ') || text(dosage.patientInstruction);
}

function dose(dosage: Part): string | undefined {
  const found = quantity(at(dosage.doseAndRate, 'doseQuantity'));
  if (found !== undefined) return `${found.printed} ${found.unit}`.trim();
  const low = quantity(at(dosage.doseAndRate, 'doseRange', 'low'));
  const high = quantity(at(dosage.doseAndRate, 'doseRange', 'high'));
  return low === undefined || high === undefined ? undefined : `${low.printed} to ${high.printed} ${high.unit}`.trim();
}

const units: Readonly<Record<string, string>> = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
};

function times(repeat: Part | undefined): string | undefined {
  const period = amount(repeat?.period);
  const unit = units[text(repeat?.periodUnit) ?? ''];
  if (period === undefined || unit === undefined) return undefined;
  const often = amount(repeat?.frequency)?.value ?? 1;
  if (often === 1 && period.value === 1) return `every ${unit}`;
  return period.value === 1
    ? `${often} times a ${unit}`
    : often === 1
      ? `every ${period.printed} ${unit}s`
      : `${often} times every ${period.printed} ${unit}s`;
}

function asNeeded(dosage: Part): string | undefined {
  const reason = conceptText(dosage.asNeededCodeableConcept);
  return reason !== undefined ? `as needed for ${reason}` : dosage.asNeededBoolean === true ? 'as needed' : undefined;
}
