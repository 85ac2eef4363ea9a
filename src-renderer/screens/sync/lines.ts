/** A value of a record as lines that a person can compare. */

export interface Line {
  /** Where in the value: `coding.0.display`; empty for a plain value. */
  path: string;
  value: string;
}

export function linesOf(value: unknown, path = ''): Line[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [{ path, value: String(value) }];
  return Object.entries(value).flatMap(([key, part]) => linesOf(part, path === '' ? key : `${path}.${key}`));
}

/** Where a field stands, from its JSON pointer: statusReason › text. */
export function placeOf(pointer: string): string {
  return pointer.replace(/^\//, '').replaceAll('/', ' › ');
}
