/** By what the items of a FHIR list are recognised as the same on both sides: never by their place. */
import { ExactNumber, type Json, type JsonObject } from '../fhir/json.ts';

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

type Rule = (item: JsonObject) => string | undefined;

/** In order of trust. A rule serves a list only when it names every item on every side, and no two alike. */
const rules: Readonly<Record<string, Rule>> = {
  id: (item) => text(item.id),
  linkId: (item) => text(item.linkId),
  sequence: (item) => (typeof item.sequence === 'number' ? String(item.sequence) : undefined),
  identifier: (item) =>
    text(item.system) !== undefined && text(item.value) !== undefined ? `${text(item.system)}|${text(item.value)}` : undefined,
  coding: (item) => codingKey(item),
  concept: (item) => conceptKey(item),
  code: (item) => (isObject(item.code) ? conceptKey(item.code) : undefined),
  substance: (item) => (isObject(item.substance) ? conceptKey(item.substance) : undefined),
  reference: (item) => text(item.reference),
  item: (item) => (isObject(item.item) ? text(item.item.reference) : undefined),
  url: (item) => text(item.url),
  attachment: (item) => (isObject(item.attachment) ? text(item.attachment.url) : undefined),
  kind: (item) => (text(item.use) !== undefined ? [text(item.system), text(item.use), text(item.type)].join('|') : undefined),
};

/** How the items of these lists are told apart: name of the rule and the key of an item, or null when no rule fits. */
export function identify(lists: readonly (readonly Json[])[]): { rule: string; key: (item: Json) => string } | null {
  for (const [rule, keyOf] of Object.entries(rules)) {
    if (lists.every((list) => allDifferent(list, keyOf))) return { rule, key: (item) => keyOfItem(rule, item) ?? '' };
  }
  return null;
}

/** The key of one item by a rule's name. */
export function keyOfItem(rule: string, item: Json): string | undefined {
  return isObject(item) ? rules[rule]?.(item) : undefined;
}

function allDifferent(list: readonly Json[], keyOf: Rule): boolean {
  const seen = new Set<string>();
  for (const item of list) {
    const key = isObject(item) ? keyOf(item) : undefined;
    if (key === undefined || seen.has(key)) return false;
    seen.add(key);
  }
  return true;
}

function conceptKey(concept: JsonObject): string | undefined {
  const codings = Array.isArray(concept.coding) ? concept.coding.filter(isObject).map(codingKey) : [];
  const keys = codings.filter((key) => key !== undefined);
  return keys.length > 0 ? keys.sort().join(' ') : text(concept.text);
}

function codingKey(coding: JsonObject): string | undefined {
  const code = text(coding.code);
  return code === undefined ? undefined : `${text(coding.system) ?? ''}|${code}`;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
