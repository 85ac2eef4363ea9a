/** Reading elements out of an open resource: every function answers undefined where the element is not there or of another shape. */
import { ExactNumber } from './json.ts';

export type Part = Readonly<Record<string, unknown>>;

export function part(value: unknown): Part | undefined {
  // An object that is no array is a part; whatever is in it is read through these functions again.
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof ExactNumber)
    ? (value as Part)
    : undefined;
}

export function parts(value: unknown): Part[] {
  return Array.isArray(value) ? value.map(part).filter((item) => item !== undefined) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A number with the digits that the source printed. */
export function amount(value: unknown): { value: number; printed: string } | undefined {
  if (value instanceof ExactNumber) return { value: Number(value.text), printed: value.text };
  return typeof value === 'number' ? { value, printed: String(value) } : undefined;
}

/** Follows a path of elements, taking the first of a list. */
export function at(value: unknown, ...path: string[]): unknown {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here)) here = here[0];
    here = part(here)?.[step];
  }
  return here;
}

/** What a CodeableConcept says: its text, else the first display, else the first code. */
export function conceptText(value: unknown): string | undefined {
  const concept = part(value);
  if (concept === undefined) return undefined;
  const codings = parts(concept.coding);
  return (
    text(concept.text) ??
    codings.map((coding) => text(coding.display)).find(Boolean) ??
    codings.map((coding) => text(coding.code)).find(Boolean)
  );
}

/** The first code of a system in a CodeableConcept (or in a Coding), or the first of all without a system. */
export function codeOf(value: unknown, system?: string): string | undefined {
  const concept = part(value);
  if (concept === undefined) return undefined;
  const codings = concept.coding === undefined ? [concept] : parts(concept.coding);
  return codings
    .filter((coding) => system === undefined || coding.system === system)
    .map((coding) => text(coding.code))
    .find(Boolean);
}

/** Has any of the concepts this code? */
export function hasCode(value: unknown, ...codes: string[]): boolean {
  const concepts = Array.isArray(value) ? parts(value) : [part(value)];
  return concepts.some((concept) =>
    parts(concept?.coding).some((coding) => typeof coding.code === 'string' && codes.includes(coding.code)),
  );
}

export function hasTag(resource: Part, system: string, code: string): boolean {
  return parts(at(resource.meta, 'tag')).some((tag) => tag.system === system && tag.code === code);
}

/** Value and unit of a Quantity. */
export function quantity(value: unknown): { value: number; printed: string; unit: string; code: string | undefined } | undefined {
  const found = part(value);
  const number = amount(found?.value);
  if (found === undefined || number === undefined) return undefined;
  return { ...number, unit: text(found.unit) ?? text(found.code) ?? '', code: text(found.code) };
}

/** The member of a choice `stem[x]` that is there: its type suffix and value. */
export function choice(resource: Part, stem: string): { type: string; value: unknown } | undefined {
  for (const [key, value] of Object.entries(resource)) {
    const suffix = key.slice(stem.length);
    if (key.startsWith(stem) && /^[A-Z]/.test(suffix) && value !== undefined) return { type: suffix, value };
  }
  return undefined;
}
