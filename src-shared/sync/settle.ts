/** Writes a clinician's choice into a resource, at the path that the merge gave the conflict. */
import { canonicalText, type Json, type JsonObject } from '../fhir/json.ts';
import { isObject, keyOfItem } from './list-identity.ts';

/**
 * @param value undefined removes what is there
 * @returns a new resource; unchanged where the path leads nowhere any more
 */
export function settled(resource: JsonObject, path: string, value: Json | undefined): JsonObject {
  const changed = put(resource, segments(path), value);
  return isObject(changed) ? changed : resource;
}

function put(at: Json | undefined, path: readonly string[], value: Json | undefined): Json | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return value;
  const item = /^\[(\w+)=(.*)\]$/s.exec(segment);
  if (item) {
    const [, rule = '', key = ''] = item;
    const list = Array.isArray(at) ? at : [];
    const place = list.findIndex((entry) => (rule === 'content' ? canonicalText(entry) : keyOfItem(rule, entry)) === key);
    const next = put(list[place], rest, value);
    // A member of an item that is gone has no place any more.
    if (place < 0) return rest.length > 0 || next === undefined ? list : [...list, next];
    return list.flatMap((entry, n) => (n !== place ? [entry] : next === undefined ? [] : [next]));
  }
  const object = isObject(at) ? at : {};
  const next = put(object[segment], rest, value);
  const { [segment]: _, ...others } = object;
  return next === undefined ? others : { ...others, [segment]: next };
}

function segments(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replace(/~1/g, '/').replace(/~0/g, '~'));
}
