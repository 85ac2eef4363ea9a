/** The entries of one file and how they refer to each other. Runs in a worker thread. */
import { canonicalText } from '../../../../src-shared/fhir/json.ts';
import { type Part, part, parts, text } from '../../../../src-shared/fhir/read.ts';
import {
  mapReferences,
  patientReference,
  referencesOf,
  relativeTarget,
  type Target,
} from '../../../../src-shared/fhir/references.ts';
import { derive, identifiersOf } from '../derived.ts';
import { nameTokens } from '../normal.ts';
import { hashOf } from '../store.ts';
import { type Decision, type FileFinding, type Head, type Opened, PAGE, type Ready } from './messages.ts';
import { type Entry, type OpenedFile, RESOURCE_CHARS_MAX } from './open.ts';

export interface ResolvedFile {
  opened: Opened;
  heads(from: number): Head[];
  decide(decision: Decision): void;
  ready(from: number): { entries: Ready[]; findings: FileFinding[] };
}

/** What others refer to is written before those who refer. */
const firstTypes = [
  'Organization',
  'Location',
  'Practitioner',
  'PractitionerRole',
  'Medication',
  'Substance',
  'Device',
  'Patient',
  'RelatedPerson',
  'Encounter',
];

export function resolveFile(file: OpenedFile): ResolvedFile {
  const rank = (entry: Entry) => (firstTypes.includes(entry.type) ? firstTypes.indexOf(entry.type) : firstTypes.length);
  const entries = [...file.entries].sort((one, other) => rank(one) - rank(other) || one.n - other.n);
  const findings = [...file.findings];
  const byAddress = addresses(entries, findings);
  const byName = new Map(entries.map((entry, index) => [`${entry.type}/${entry.id}`, index]));
  const local = (reference: string): number | undefined =>
    byAddress.get(reference) ??
    byAddress.get(reference.replace(/\/_history\/.*$/, '')) ??
    byName.get(reference.replace(/\/_history\/.*$/, ''));
  const finalIds = new Map<number, string>();
  const known = new Map<string, Target>();

  /** Where the reference leads, as far as the file and the core know. */
  const target = (reference: string): Target | undefined => {
    const index = local(reference);
    const entry = index === undefined ? undefined : entries[index];
    if (entry !== undefined && index !== undefined) return { type: entry.type, id: finalIds.get(index) ?? entry.id ?? '' };
    return known.get(reference) ?? relativeTarget(reference);
  };

  return {
    opened: { kind: file.kind, count: file.count, heads: entries.length, findings, lookUps: unexplained(entries, local) },
    heads: (from) => entries.slice(from, from + PAGE).map((entry, offset) => headOf(entry, from + offset, local, entries)),
    decide(decision) {
      for (const [index, id] of decision.ids) finalIds.set(index, id);
      for (const [reference, found] of decision.lookUps) known.set(reference, found);
    },
    ready(from) {
      const page: { entries: Ready[]; findings: FileFinding[] } = { entries: [], findings: [] };
      for (const [offset, entry] of entries.slice(from, from + PAGE).entries()) {
        const index = from + offset;
        if (entry.resource === undefined) continue;
        const ready = readyOf(entry, index, finalIds.get(index) ?? entry.id ?? '', { local, target, known });
        if (ready.body.length <= RESOURCE_CHARS_MAX) page.entries.push(ready);
        else page.findings.push({ n: entry.n, line: entry.line, severity: 'error', text: 'the resource is too large' });
      }
      return page;
    },
  };
}

/** Address → place. An address that two entries claim leads nowhere: guessing could file a result under the wrong person. */
function addresses(entries: Entry[], findings: FileFinding[]): Map<string, number> {
  const places = new Map<string, number>();
  const double = new Set<string>();
  for (const [index, { fullUrl, n, line }] of entries.entries()) {
    if (fullUrl === undefined) continue;
    if (places.has(fullUrl)) {
      double.add(fullUrl);
      findings.push({
        n,
        line,
        severity: 'warning',
        text: 'another entry has the same fullUrl; references to it were left alone',
      });
    } else places.set(fullUrl, index);
  }
  for (const address of double) places.delete(address);
  return places;
}

/** Addresses and conditional references ("Patient?identifier=...") that only the vault may know. */
function unexplained(entries: Entry[], local: (reference: string) => number | undefined): string[] {
  const found = new Set<string>();
  for (const { resource } of entries) {
    for (const reference of referencesOf(resource)) {
      if (!reference.startsWith('#') && local(reference) === undefined && relativeTarget(reference) === undefined)
        found.add(reference);
    }
  }
  return [...found];
}

function headOf(entry: Entry, index: number, local: (reference: string) => number | undefined, entries: Entry[]): Head {
  const { resource, type, id, n, line, fullUrl, ifNoneExist } = entry;
  const facts = type === 'Patient' && resource !== undefined ? derive(resource).person : null;
  return {
    index,
    n,
    line,
    type,
    id,
    ifNoneExist,
    deleted: resource === undefined,
    patient: resource === undefined ? undefined : patientOf(resource, index, local, entries),
    hash: id === undefined && resource !== undefined ? hashOf(canonicalText(resource)) : undefined,
    address: fullUrl?.startsWith('http') || fullUrl?.startsWith('urn:oid:') ? fullUrl : undefined,
    identifiers:
      resource === undefined || type !== 'Patient'
        ? []
        : identifiersOf(resource).map(({ system, value }) => ({ system: system ?? '', code: value })),
    person: facts === null ? undefined : { tokens: nameTokens(`${facts.family} ${facts.given}`), birthDate: facts.birthDate },
  };
}

function patientOf(
  resource: Part,
  index: number,
  local: (reference: string) => number | undefined,
  entries: Entry[],
): Head['patient'] {
  if (resource.resourceType === 'Patient') return { index };
  const reference = patientReference(resource) ?? provenanceTarget(resource, local, entries);
  if (reference === undefined) return undefined;
  const found = local(reference);
  if (found !== undefined) return entries[found]?.type === 'Patient' ? { index: found } : undefined;
  return { id: relativeTarget(reference)?.id ?? reference, named: nameTokens(displayOf(resource, reference) ?? '') };
}

/** The name that stands beside the reference to the patient. */
function displayOf(resource: Part, reference: string): string | undefined {
  const holders = Object.values(resource).flatMap((value) => (Array.isArray(value) ? parts(value) : [part(value)]));
  return text(holders.find((holder) => holder?.reference === reference)?.display);
}

/** A Provenance belongs to the record of what it speaks of. */
function provenanceTarget(
  resource: Part,
  local: (reference: string) => number | undefined,
  entries: Entry[],
): string | undefined {
  if (resource.resourceType !== 'Provenance') return undefined;
  for (const { reference } of parts(resource.target)) {
    const direct = text(reference);
    if (direct === undefined) continue;
    if (direct.startsWith('Patient/')) return direct;
    const owner = entries[local(direct) ?? -1]?.resource;
    if (owner?.resourceType === 'Patient') return direct;
    const patient = owner === undefined ? undefined : patientReference(owner);
    if (patient !== undefined) return patient;
  }
  return undefined;
}

interface Lookup {
  local(reference: string): number | undefined;
  target(reference: string): Target | undefined;
  known: Map<string, Target>;
}

function readyOf(entry: Entry, index: number, id: string, { local, target, known }: Lookup): Ready {
  const dangling: string[] = [];
  // The file was parsed for this import alone: its objects are ours to change.
  const resource = { ...part(entry.resource), id };
  mapReferences(resource, (reference) => {
    if (reference.startsWith('#')) return undefined;
    const found = target(reference);
    if (local(reference) === undefined && !known.has(reference) && !/^(https?|urn:oid):/.test(reference))
      dangling.push(reference);
    // Names that mean something only inside the file become Type/id; addresses stay as they came, unless their resource got another id.
    const inside = local(reference);
    const renamed =
      inside !== undefined && relativeTarget(reference) !== undefined && relativeTarget(reference)?.id !== found?.id;
    return found !== undefined && (renamed || reference.startsWith('urn:uuid:') || reference.includes('?'))
      ? `${found.type}/${found.id}`
      : undefined;
  });
  const body = canonicalText(resource);
  return {
    index,
    n: entry.n,
    line: entry.line,
    type: entry.type,
    id,
    patient: null,
    body,
    hash: hashOf(body),
    derived: derive(resource, (reference) => (relativeTarget(reference) === undefined ? target(reference) : undefined)),
    dangling,
  };
}
