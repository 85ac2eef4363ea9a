/** What a merge must not make less alarming: when in doubt the warning stays, and the conflict is shown all the same. */
import type { Json } from '../fhir/json.ts';
import { isObject } from './list-identity.ts';

/** Values from the gravest down, by resource type and member. */
const gravest: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  AllergyIntolerance: {
    clinicalStatus: ['active', 'inactive', 'resolved'],
    verificationStatus: ['confirmed', 'unconfirmed', 'refuted', 'entered-in-error'],
    criticality: ['high', 'unable-to-assess', 'low'],
  },
  Condition: {
    clinicalStatus: ['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'],
    verificationStatus: ['confirmed', 'provisional', 'differential', 'unconfirmed', 'refuted', 'entered-in-error'],
  },
  MedicationRequest: { status: ['stopped', 'cancelled', 'entered-in-error', 'on-hold'] },
  MedicationStatement: { status: ['stopped', 'not-taken', 'entered-in-error', 'on-hold'] },
  Flag: { status: ['active', 'inactive', 'entered-in-error'] },
  DetectedIssue: { severity: ['high', 'moderate', 'low'] },
};

const warnings = new Set(['AllergyIntolerance', 'Condition', 'Flag', 'DetectedIssue', 'List']);

/** The graver of two values of a safety element, or undefined where the table does not say. */
export function graver(type: string, path: string, mine: Json | undefined, theirs: Json | undefined): Json | undefined {
  const order = gravest[type]?.[path.slice(1)];
  if (order === undefined) return undefined;
  const rank = (value: Json | undefined) => {
    const place = order.indexOf(codeOf(value) ?? '');
    return place < 0 ? order.length : place;
  };
  if (rank(mine) === rank(theirs)) return undefined;
  return rank(mine) < rank(theirs) ? mine : theirs;
}

/** Do lists inside such a resource keep an item that one side removed while the other changed the list? */
export function keepsRemovedItems(type: string): boolean {
  return warnings.has(type);
}

function codeOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!isObject(value) || !Array.isArray(value.coding)) return undefined;
  const [first] = value.coding;
  return isObject(first) && typeof first.code === 'string' ? first.code : undefined;
}
