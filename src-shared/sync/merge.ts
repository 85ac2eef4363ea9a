/**
 * Three-way merge of a resource, element by element. What only one side changed is taken; what both changed differently keeps the server's value
 * and becomes a conflict that names all three; nothing that was edited is lost to a deletion.
 */
import { canonicalText, type Json, type JsonObject } from '../fhir/json.ts';
import { identify, isObject } from './list-identity.ts';
import { graver, keepsRemovedItems } from './safety.ts';

export interface FieldConflict {
  /** As `settled` takes it: member names and `[rule=key]` of list items, each after a slash; empty for the whole resource. */
  path: string;
  base: Json | undefined;
  mine: Json | undefined;
  theirs: Json | undefined;
}

export interface Merged {
  resource: JsonObject;
  conflicts: FieldConflict[];
}

interface Merge {
  type: string;
  conflicts: FieldConflict[];
}

/** @param base what both started from, or null where that is not known or was deleted */
export function mergeResources(type: string, base: JsonObject | null, mine: JsonObject, theirs: JsonObject): Merged {
  const merge: Merge = { type, conflicts: [] };
  const resource = mergeObjects(merge, '', base ?? {}, mine, theirs);
  return { resource, conflicts: merge.conflicts };
}

function mergeValues(
  merge: Merge,
  path: string,
  base: Json | undefined,
  mine: Json | undefined,
  theirs: Json | undefined,
): Json | undefined {
  if (same(mine, theirs) || same(base, mine)) return theirs;
  if (same(base, theirs)) return mine;
  if (isServersOwn(path, mine, theirs)) return theirs;
  const graverOne = graver(merge.type, path, mine, theirs);
  if (graverOne !== undefined) return conflict(merge, path, { base, mine, theirs }, graverOne);
  if (isObject(mine) && isObject(theirs) && !isAtomic(path))
    return mergeObjects(merge, path, isObject(base) ? base : {}, mine, theirs);
  if (Array.isArray(mine) && Array.isArray(theirs)) return mergeLists(merge, path, Array.isArray(base) ? base : [], mine, theirs);
  return conflict(merge, path, { base, mine, theirs }, theirs === undefined ? mine : theirs);
}

function mergeObjects(merge: Merge, path: string, base: JsonObject, mine: JsonObject, theirs: JsonObject): JsonObject {
  const merged: JsonObject = {};
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const value = mergeValues(merge, `${path}/${name}`, base[name], mine[name], theirs[name]);
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

function mergeLists(merge: Merge, path: string, base: readonly Json[], mine: readonly Json[], theirs: readonly Json[]): Json {
  const identity = [base, mine, theirs].every((list) => list.every(isObject))
    ? (identify([base, mine, theirs]) ?? byContent([base, mine, theirs]))
    : null;
  const whole = { base: [...base], mine: [...mine], theirs: [...theirs] };
  // Lists of plain values (given names, address lines) mean something by their order: they are one value.
  if (identity === null) return conflict(merge, path, whole, [...theirs]);

  const byKey = (list: readonly Json[]) => new Map(list.map((item) => [identity.key(item), item]));
  const [inBase, inMine, inTheirs] = [byKey(base), byKey(mine), byKey(theirs)];
  // Both sides replaced the same item by another one: two answers to one question, not two additions.
  const replacedByBoth = [...inBase.keys()].some((key) => !inMine.has(key) && !inTheirs.has(key));
  const bothAdded =
    [...inMine.keys()].some((key) => !inBase.has(key) && !inTheirs.has(key)) &&
    [...inTheirs.keys()].some((key) => !inBase.has(key) && !inMine.has(key));
  if (replacedByBoth && bothAdded && !keepsRemovedItems(merge.type)) return conflict(merge, path, whole, [...theirs]);

  const merged: Json[] = [];
  for (const key of orderOfKeys([...inBase.keys()], [...inMine.keys()], [...inTheirs.keys()])) {
    const item = `${path}/[${identity.rule}=${pathPart(key)}]`;
    const sides = { base: inBase.get(key), mine: inMine.get(key), theirs: inTheirs.get(key) };
    const removedByOne = sides.base !== undefined && (sides.mine === undefined) !== (sides.theirs === undefined);
    const value =
      removedByOne && keepsRemovedItems(merge.type)
        ? conflict(merge, item, sides, sides.mine ?? sides.theirs)
        : mergeValues(merge, item, sides.base, sides.mine, sides.theirs);
    if (value !== undefined) merged.push(value);
  }
  return merged;
}

/** Theirs first, then what mine adds; but mine's order where only mine changed it. */
function orderOfKeys(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const kept = (list: readonly string[]) => list.filter((key) => base.includes(key));
  const theirsUnmoved = same(
    kept(theirs),
    base.filter((key) => theirs.includes(key)),
  );
  return [...new Set(theirsUnmoved ? [...mine, ...theirs] : [...theirs, ...mine])];
}

function byContent(lists: readonly (readonly Json[])[]): { rule: string; key: (item: Json) => string } | null {
  const key = (item: Json) => canonicalText(item);
  return lists.every((list) => new Set(list.map(key)).size === list.length) ? { rule: 'content', key } : null;
}

function conflict(merge: Merge, path: string, sides: Omit<FieldConflict, 'path'>, kept: Json | undefined): Json {
  merge.conflicts.push({ path, ...sides });
  // Two different values are never both undefined, and `kept` is one that is there.
  return kept as Json;
}

/** What a server or a generator writes by itself is no clinician's edit. */
function isServersOwn(path: string, mine: Json | undefined, theirs: Json | undefined): boolean {
  if (path === '/meta/lastUpdated' || path === '/meta/versionId') return true;
  return path === '/text' && isObject(mine) && isObject(theirs) && mine.status === 'generated' && theirs.status === 'generated';
}

/** A quantity, a period or a narrative put together from two sides would be a value that nobody wrote. */
function isAtomic(path: string): boolean {
  return /\/(text|\w*[qQ]uantity|\w*[pP]eriod|\w*[rR]ange|\w*[rR]atio|\w*[aA]ttachment|\w*[aA]ge|\w*[dD]uration|numerator|denominator|low|high|coding|sampledData|code|\w*CodeableConcept|\w*[rR]eference|subject|patient|encounter)$/.test(
    path,
  );
}

export function same(one: Json | readonly Json[] | undefined, other: Json | readonly Json[] | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && canonicalText(one) === canonicalText(other));
}

function pathPart(key: string): string {
  return key.replace(/~/g, '~0').replace(/\//g, '~1');
}
