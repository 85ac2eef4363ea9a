/**
 * A document must hold whatever it points to. What the entries need to be understood (who, which medicine, which device) goes in with them; a reference to anything
 * else (a visit, a bill) is taken out and what it says in words stays.
 */
import { v5, validate } from 'uuid';
import { ExactNumber } from '../../../src-shared/fhir/json.ts';
import { referencesOf, relativeTarget, type Target } from '../../../src-shared/fhir/references.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';

/** What comes along wherever it is referred to. */
const SUPPORTING = new Set([
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'RelatedPerson',
  'Location',
  'Medication',
  'Substance',
  'Device',
  'Specimen',
  'Goal',
]);
/** References that R4 asks for: where their target is not here, words stand instead. */
const REQUIRED = new Set([
  'actor',
  'individual',
  'link',
  'device',
  'manipulated',
  'medicationReference',
  'itemReference',
  'member',
]);
const NOT_HERE = { display: 'Not part of this summary' };

const keyOf = ({ resourceType, id }: FhirResource) => `${resourceType}/${id}`;

/**
 * What the entries need beside themselves, in the order in which they are come upon.
 * @param read a resource that may go along; undefined for what is not there, is another patient's, or is kept back
 */
export function companionsOf(
  entries: readonly FhirResource[],
  find: (reference: string) => Target | undefined,
  read: (target: Target) => FhirResource | undefined,
): FhirResource[] {
  const here = new Set(entries.map(keyOf));
  const companions: FhirResource[] = [];
  const queue = [...entries];
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    // The values of a report, and the members of a panel.
    const ofReport = from.resourceType === 'DiagnosticReport' || from.resourceType === 'Observation';
    for (const reference of referencesOf(from)) {
      const target = find(reference);
      if (target === undefined || here.has(`${target.type}/${target.id}`)) continue;
      if (!SUPPORTING.has(target.type) && !(ofReport && target.type === 'Observation')) continue;
      const resource = read(target);
      if (resource === undefined) continue;
      here.add(keyOf(resource));
      companions.push(resource);
      queue.push(resource);
    }
  }
  return companions;
}

/** `urn:uuid:` addresses by `Type/id`: the id itself where it is a UUID and nothing else has it, else one made from both, the same each time. */
export function addressesOf(resources: readonly FhirResource[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    resources.map((resource) => {
      const id = resource.id ?? '';
      const own = validate(id) && id === id.toLowerCase() && !taken.has(id);
      const uuid = own ? id : v5(`urn:lamplight:${keyOf(resource)}`, v5.URL);
      taken.add(uuid);
      return [keyOf(resource), `urn:uuid:${uuid}`];
    }),
  );
}

/** The resource with its references leading to addresses of the document, or gone. */
export function relinked(resource: FhirResource, addressOf: (reference: string) => string | undefined): FhirResource {
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const items = value.map((item) => walk(item, key)).filter((item) => item !== undefined);
      return items.length === 0 ? undefined : items;
    }
    if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return value;
    const { reference, ...words } = value as Record<string, unknown>;
    if (typeof reference === 'string') {
      const address = reference.startsWith('#') ? reference : addressOf(reference);
      if (address !== undefined) return { ...words, reference: address };
      return words.display !== undefined || words.identifier !== undefined ? words : REQUIRED.has(key) ? NOT_HERE : undefined;
    }
    const members = Object.entries(value).flatMap(([name, inner]) => {
      // An attachment whose content lies in a Binary of the sender: the address leads nowhere from here.
      if (name === 'url' && typeof inner === 'string' && relativeTarget(inner) !== undefined) return [];
      const kept = walk(inner, name);
      return kept === undefined ? [] : [[name, kept] as const];
    });
    return members.length === 0 ? undefined : Object.fromEntries(members);
  };
  // A resource keeps its type and id at least.
  return walk(resource, '') as FhirResource;
}
