/** @returns the value that a text of JSON holds; undefined where it is none, which a schema then refuses like all else that does not fit. FHIR is read by fhir/json.ts: it keeps the digits of numbers. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
