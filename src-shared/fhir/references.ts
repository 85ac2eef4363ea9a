/** References between resources, and whose record a resource belongs to. */
import { ExactNumber } from './json.ts';
import { type Part, part, parts, text } from './read.ts';
import { idPattern, resourceTypes } from './types.ts';

export interface Target {
  type: string;
  id: string;
}

/** `Type/id` (with or without `/_history/n`) as type and id; anything else is undefined. */
export function relativeTarget(reference: string): Target | undefined {
  const [type = '', id = '', history, , more] = reference.split('/');
  if (!resourceTypes.has(type) || !idPattern.test(id) || more !== undefined) return undefined;
  return history === undefined || history === '_history' ? { type, id } : undefined;
}

/** Calls back for each `reference` text in the resource. What the callback answers takes its place; undefined leaves it. */
export function mapReferences(value: unknown, change: (reference: string) => string | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) mapReferences(item, change);
  } else if (value !== null && typeof value === 'object' && !(value instanceof ExactNumber)) {
    // Objects of a parsed resource are plain and ours to change.
    const object = value as Record<string, unknown>;
    for (const [key, inner] of Object.entries(object)) {
      if (key === 'reference' && typeof inner === 'string') object[key] = change(inner) ?? inner;
      else mapReferences(inner, change);
    }
  }
}

/** All references in the resource, each once, in order. */
export function referencesOf(resource: unknown): string[] {
  const found = new Set<string>();
  mapReferences(resource, (reference) => {
    found.add(reference);
    return undefined;
  });
  return [...found];
}

/** Elements that say whose record it is, by R4's patient compartment; the first that is there counts. */
const patientElements = ['patient', 'subject', 'beneficiary', 'individual', 'for', 'candidate'] as const;

/** The text of the reference to the patient whose record the resource belongs to. Resources about nobody (Organization, Medication ...) have none. */
export function patientReference(resource: Part): string | undefined {
  for (const element of patientElements) {
    const value = resource[element];
    for (const item of Array.isArray(value) ? parts(value) : [part(value)]) {
      const reference = text(item?.reference);
      if (reference !== undefined && isPatient(reference, item)) return reference;
    }
  }
  if (resource.resourceType === 'Appointment') {
    return parts(resource.participant)
      .map((who) => text(part(who.actor)?.reference))
      .find((reference) => reference?.startsWith('Patient/'));
  }
  return undefined;
}

/** A subject may also be a Group, a Device or a Location; what comes by another name (urn:uuid, URL) is looked up by whoever resolves it. */
function isPatient(reference: string, item: Part | undefined): boolean {
  if (reference.startsWith('#')) return false;
  const type = relativeTarget(reference)?.type ?? text(item?.type) ?? /\/([A-Z][A-Za-z]+)\/[^/]+$/.exec(reference)?.[1];
  return type === undefined || type === 'Patient';
}
