/** What is typed for a new chart entry, its checks, and what the core gets. */
import type { Input } from '../../../src-shared/contract/index.ts';
import { BLOOD_PRESSURE, DIASTOLIC, SYSTOLIC, type Vital, vitalOf } from '../../../src-shared/fhir/vitals.ts';
import { today } from '../../format/dates.ts';

export type Entry = Input<'chart.add'>['entry'];
export type EntryKind = Entry['kind'];
/** Field → text as typed. */
export type EntryForm = Readonly<Record<string, string>>;
export type EntryWrong = Readonly<Record<string, 'missing' | 'wrongDate' | 'outOfBounds' | 'wrongOrder'>>;

/** The ones entered by hand, blood pressure first. */
export const vitalCodes = [BLOOD_PRESSURE, '8867-4', '9279-1', '8310-5', '2708-6', '29463-7', '8302-2'] as const;

const criticalities = ['low', 'high', 'unable-to-assess'] as const;
const DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/;

export function formOf(body: string): EntryForm {
  if (!body) return {};
  try {
    const kept: unknown = JSON.parse(body);
    return kept && typeof kept === 'object'
      ? Object.fromEntries(Object.entries(kept).filter(([, value]) => typeof value === 'string'))
      : {};
  } catch {
    return {};
  }
}

/** What a vital sign's one or two numbers are. */
export function partsOf(code: string): { value: Vital | undefined; value2?: Vital } {
  return code === BLOOD_PRESSURE ? { value: vitalOf(SYSTOLIC), value2: vitalOf(DIASTOLIC) } : { value: vitalOf(code) };
}

export function vitalCode(form: EntryForm): string {
  return form.code ?? BLOOD_PRESSURE;
}

export function checkEntry(kind: EntryKind, form: EntryForm): EntryWrong {
  if (kind === 'vital') return checkVital(form);
  const wrong: Record<string, 'missing' | 'wrongDate'> = {};
  const needed = { problem: 'text', allergy: 'substance', medicine: 'name' }[kind];
  if (!form[needed]?.trim()) wrong[needed] = 'missing';
  const onset = form.onset?.trim();
  if (kind === 'problem' && onset && (!DATE.test(onset) || onset > today())) wrong.onset = 'wrongDate';
  return wrong;
}

export function entryOf(kind: EntryKind, form: EntryForm): Entry {
  const said = (field: string) => form[field]?.trim() || undefined;
  switch (kind) {
    case 'problem':
      return { kind, text: said('text') ?? '', onset: said('onset') };
    case 'allergy':
      return {
        kind,
        substance: said('substance') ?? '',
        criticality: criticalities.find((each) => each === form.criticality),
        reaction: said('reaction'),
      };
    case 'medicine':
      return { kind, name: said('name') ?? '', dose: said('dose'), route: said('route'), frequency: said('frequency') };
    case 'vital': {
      const code = vitalCode(form);
      const parts = partsOf(code);
      return {
        kind,
        code,
        value: number(form.value) ?? 0,
        value2: parts.value2 && number(form.value2),
        unit: parts.value?.printedUnit ?? '',
      };
    }
  }
}

function checkVital(form: EntryForm): EntryWrong {
  const wrong: Record<string, EntryWrong[string]> = {};
  const parts = partsOf(vitalCode(form));
  for (const field of ['value', 'value2'] as const) {
    const vital = parts[field];
    if (!vital) continue;
    const typed = number(form[field]);
    if (!form[field]?.trim()) wrong[field] = 'missing';
    else if (typed === undefined || typed < vital.plausible[0] || typed > vital.plausible[1]) wrong[field] = 'outOfBounds';
  }
  if (parts.value2 && !wrong.value && !wrong.value2 && (number(form.value2) ?? 0) >= (number(form.value) ?? 0))
    wrong.value2 = 'wrongOrder';
  return wrong;
}

/** Takes the decimal comma too. */
function number(text: string | undefined): number | undefined {
  const typed = text?.trim().replace(',', '.');
  if (!typed || !/^-?\d+(\.\d+)?$/.test(typed)) return undefined;
  return Number(typed);
}
