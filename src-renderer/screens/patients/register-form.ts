/** What is typed on registration, its checks, and how it becomes what the core takes. */
import type { Input } from '../../../src-shared/contract/index.ts';
import { today } from '../../format/dates.ts';

export const emptyForm = { family: '', given: '', birthDate: '', sex: '', phone: '', address: '', identifier: '' };
export type Form = typeof emptyForm;
export type Wrong = Partial<Record<keyof Form, 'missing' | 'wrongDate'>>;

const DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/;
const EARLIEST_YEAR = 1880;
const sexes = ['female', 'male', 'other', 'unknown'] as const;

export function fromDraft(body: string): Form {
  if (!body) return emptyForm;
  try {
    const kept: unknown = JSON.parse(body);
    if (!kept || typeof kept !== 'object') return emptyForm;
    const texts = Object.entries(kept).filter(([key, value]) => key in emptyForm && typeof value === 'string');
    return { ...emptyForm, ...Object.fromEntries(texts) };
  } catch {
    return emptyForm;
  }
}

export function check(form: Form): Wrong {
  const wrong: Wrong = {};
  for (const field of ['family', 'given', 'birthDate', 'sex'] as const) if (!form[field].trim()) wrong[field] = 'missing';
  if (form.birthDate.trim() && !isDate(form.birthDate.trim())) wrong.birthDate = 'wrongDate';
  return wrong;
}

export function toRegistration(form: Form): Input<'patients.register'> {
  return {
    family: form.family.trim(),
    given: form.given.trim(),
    birthDate: form.birthDate.trim(),
    sex: sexes.find((sex) => sex === form.sex) ?? 'unknown',
    phone: form.phone.trim() || undefined,
    address: form.address.trim() || undefined,
    identifier: form.identifier.trim() ? { value: form.identifier.trim() } : undefined,
  };
}

function isDate(text: string): boolean {
  if (!DATE.test(text) || Number(text.slice(0, 4)) < EARLIEST_YEAR || text > today()) return false;
  const whole = text.length === 10 ? text : `${text}-01-01`.slice(0, 10);
  const parsed = new Date(`${whole}T00:00:00Z`);
  // 31 February would roll over into March.
  return !Number.isNaN(parsed.valueOf()) && parsed.toISOString().startsWith(whole);
}
