/**
 * What came in goes out again: imports each file of a folder into an empty vault, exports it, and compares resource by resource, number by number.
 * Run directly it prints a table over ../shared/data/fhir (or LAMPLIGHT_SHARED): node tests/interop/fhir-roundtrip.ts
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { exportRecords, type ImportResult, importFiles } from '../../src-main/core/records/index.ts';
import { canonicalText, type Json, parseJson } from '../../src-shared/fhir/json.ts';
import { openTestVault } from '../fixtures/vault.ts';

export const sharedFhir = join(
  resolve(process.env.LAMPLIGHT_SHARED ?? join(import.meta.dirname, '../../../shared')),
  'data/fhir',
);

export interface RoundTrip {
  file: string;
  result: ImportResult;
  resources: number;
  /** Type/id of resources that did not come out, or came out otherwise. */
  different: string[];
  /** Of a bundle with a patient: those that the export of that patient does not carry. */
  notReached: string[];
  /** Resources that the second import of the same file changed. */
  secondTime: number;
}

export function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(nd)?json(\.gz)?$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

export async function roundTrip(path: string): Promise<RoundTrip> {
  const { context } = openTestVault();
  const bytes = readFileSync(path);
  const name = path.split('/').at(-1) ?? path;
  const [result, again] = (
    await importFiles(context, [
      { name, bytes },
      { name, bytes },
    ])
  ).results;
  if (result === undefined) throw new Error('no result');
  const expected = resourcesIn(bytes);
  const all = exported(exportRecords(context, { format: 'fhir' }));
  const ofPatient =
    result.patients.length === 1 ? exported(exportRecords(context, { patient: result.patients[0], format: 'fhir' })) : undefined;
  return {
    file: name,
    result,
    resources: expected.size,
    different: [...expected].filter(([key, text]) => all.get(key) !== text).map(([key]) => key),
    notReached: ofPatient === undefined ? [] : [...expected.keys()].filter((key) => !ofPatient.has(key)),
    secondTime: (again?.created ?? 0) + (again?.updated ?? 0),
  };
}

type Members = { [key: string]: Json };
// Read with the loss-less parser, so that 1.50 and 1.5 are two things; compared as text.
const members = (value: Json | undefined): Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : {};

function entriesOf(document: Json): Members[] {
  const top = members(document);
  if (top.resourceType !== 'Bundle') return [{ resource: top }];
  return Array.isArray(top.entry) ? top.entry.map(members) : [];
}

/** The resources of a document as canonical text; `urn:uuid:` references resolved, and an id given by the entry's address where the resource has none. */
export function resourcesIn(bytes: Uint8Array): Map<string, string> {
  const raw = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
  const entries = entriesOf(parseJson(new TextDecoder().decode(raw)).value);
  const names = new Map<string, string>();
  for (const { fullUrl, resource } of entries) {
    const one = members(resource);
    if (typeof fullUrl === 'string' && typeof one.id !== 'string' && fullUrl.startsWith('urn:uuid:')) one.id = fullUrl.slice(9);
    if (typeof fullUrl === 'string') names.set(fullUrl, `${String(one.resourceType)}/${String(one.id)}`);
  }
  const found = new Map<string, string>();
  for (const { resource } of entries) {
    const one = members(resource);
    if (typeof one.id === 'string') found.set(`${String(one.resourceType)}/${one.id}`, canonicalText(renamed(one, names)));
  }
  return found;
}

function renamed(value: Json, names: Map<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (value === null || typeof value !== 'object' || value.constructor !== Object) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'reference' && typeof inner === 'string' && inner.startsWith('urn:uuid:')
        ? (names.get(inner) ?? inner)
        : renamed(inner, names),
    ]),
  );
}

const exported = (document: string) => resourcesIn(new TextEncoder().encode(document));

if (process.argv[1] === import.meta.filename) {
  let bad = 0;
  for (const folder of ['synthea', 'ips', 'hl7-r4-examples']) {
    const rows: RoundTrip[] = [];
    for (const path of filesOf(join(sharedFhir, folder))) rows.push(await roundTrip(path));
    const sum = (of: (row: RoundTrip) => number) => rows.reduce((total, row) => total + of(row), 0);
    console.log(
      `${folder}: ${rows.length} files, ${sum((row) => row.resources)} resources, imported ${rows.filter((row) => row.result.status === 'imported').length}, different ${sum((row) => row.different.length)}, not reached ${sum((row) => row.notReached.length)}, changed by a second import ${sum((row) => row.secondTime)}`,
    );
    for (const row of rows) {
      if (row.result.status !== 'imported' || row.different.length + row.secondTime > 0)
        console.log(
          `  ${row.file}: ${row.result.status}; different: ${row.different.slice(0, 3).join(' ') || 'none'}; second time ${row.secondTime}; ${row.result.reason ?? ''}`,
        );
      else if (row.notReached.length > 0)
        console.log(`  ${row.file}: not reached from the patient: ${row.notReached.slice(0, 5).join(' ')}`);
    }
    bad += sum((row) => row.different.length + row.secondTime);
  }
  process.exitCode = bad > 0 ? 1 : 0;
}
