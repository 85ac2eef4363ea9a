/** The profiles of the IPS (STU 2), and what they ask for beyond R4: said to be unknown where the record does not tell it. */
import { at, choice, codeOf, hasCode, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { ALCOHOL, DELIVERY_DUE, OUTCOMES, PREGNANCY, TOBACCO } from './sections.ts';

const BASE = 'http://hl7.org/fhir/uv/ips/StructureDefinition/';
const VITAL_SIGNS = 'http://hl7.org/fhir/StructureDefinition/vitalsigns';
const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

export const ipsProfile = (name: string) => `${BASE}${name}-uv-ips`;

/** A date that the profile asks for: `effective` of `effective[x]`. */
const dated: Readonly<Record<string, string>> = {
  MedicationStatement: 'effective',
  Observation: 'effective',
  DiagnosticReport: 'effective',
  Immunization: 'occurrence',
  Procedure: 'performed',
  DeviceUseStatement: 'timing',
};

/**
 * The resource as the profile that it is made for wants it, which it then names. Profiles that the sender named are not repeated: references were taken out since.
 * One that cannot fit names none.
 */
export function conforming(resource: FhirResource): FhirResource {
  const { meta, text: narrative, ...rest } = resource;
  const { profile: _profile, ...kept } = (meta ?? {}) as Record<string, unknown>;
  const filled = withUnknowns({ ...rest, ...(isPlain(narrative) && { text: narrative }) });
  const profile = profileOf(filled);
  const nextMeta = { ...kept, ...(profile !== undefined && { profile: [profile] }) };
  return { ...filled, ...(Object.keys(nextMeta).length > 0 && { meta: nextMeta }) };
}

function withUnknowns(resource: FhirResource): FhirResource {
  const type = resource.resourceType;
  const added: Record<string, unknown> = {};
  const stem = dated[type];
  if (stem !== undefined && choice(resource, stem) === undefined && resource[`_${stem}DateTime`] === undefined)
    added[`_${stem}DateTime`] = UNKNOWN;
  if (type === 'Patient' && resource.birthDate === undefined && resource._birthDate === undefined) added._birthDate = UNKNOWN;
  if (type === 'Patient' && parts(resource.name).length === 0) added.name = [{ text: 'Unknown' }];
  if (['Condition', 'AllergyIntolerance', 'Procedure'].includes(type) && resource.code === undefined)
    added.code = { text: 'Not named in the record' };
  if (isLaboratory(resource) && parts(resource.performer).length === 0) added.performer = [UNKNOWN];
  return { ...resource, ...added };
}

const LOINC = 'http://loinc.org';
const isLaboratory = (resource: FhirResource) =>
  resource.resourceType === 'Observation' && hasCode(resource.category, 'laboratory');

function profileOf(resource: FhirResource): string | undefined {
  switch (resource.resourceType) {
    case 'Patient':
    case 'AllergyIntolerance':
    case 'Condition':
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'Immunization':
    case 'Procedure':
    case 'DeviceUseStatement':
    case 'Device':
      return ipsProfile(resource.resourceType);
    case 'Medication':
      return resource.code === undefined ? undefined : ipsProfile('Medication');
    case 'Practitioner':
      return parts(resource.name).length === 0 ? undefined : ipsProfile('Practitioner');
    case 'Organization':
      return text(resource.name) === undefined ? undefined : ipsProfile('Organization');
    case 'PractitionerRole':
    case 'Specimen':
      return ipsProfile(resource.resourceType);
    case 'Flag':
      return resource.status === 'active' ? ipsProfile('Flag-alert') : undefined;
    case 'DiagnosticReport':
      return parts(resource.category).length === 1 && isAtOrDuring(resource) ? ipsProfile('DiagnosticReport') : undefined;
    case 'Observation':
      return observationProfile(resource);
    default:
      return undefined;
  }
}

function observationProfile(resource: FhirResource): string | undefined {
  const loinc = codeOf(resource.code, LOINC) ?? '';
  const moment = choice(resource, 'effective')?.type ?? 'DateTime';
  if (moment === 'DateTime' && parts(resource.component).length === 0) {
    if (loinc === TOBACCO) return ipsProfile('Observation-tobaccouse');
    if (loinc === ALCOHOL) return ipsProfile('Observation-alcoholuse');
    if (loinc === PREGNANCY) return ipsProfile('Observation-pregnancy-status');
    if (DELIVERY_DUE.includes(loinc)) return ipsProfile('Observation-pregnancy-edd');
    if (OUTCOMES.includes(loinc)) return ipsProfile('Observation-pregnancy-outcome');
  }
  // ips-2: a value or members.
  const says = choice(resource, 'value') !== undefined || parts(resource.hasMember).length > 0;
  if (isLaboratory(resource))
    return says && isAtOrDuring(resource) ? ipsProfile('Observation-results-laboratory-pathology') : undefined;
  const vital = hasCode(resource.category, 'vital-signs') && choice(resource, 'effective') !== undefined;
  return vital && isAtOrDuring(resource) ? VITAL_SIGNS : undefined;
}

const isAtOrDuring = (resource: FhirResource) =>
  ['DateTime', 'Period'].includes(choice(resource, 'effective')?.type ?? 'DateTime');

/** FHIR's rule for narratives (txt-1): formatting and nothing that acts. What came otherwise does not go on to others. */
function isPlain(narrative: unknown): boolean {
  const div = text(at(narrative, 'div'));
  if (div === undefined) return false;
  const names = [...div.matchAll(/<\s*\/?\s*([^\s/>]*)/g)].map(([, name]) => (name ?? '').toLowerCase());
  return (
    names.every((name) => NARRATIVE_TAGS.has(name)) &&
    !/[\s"'/]on[a-z]+\s*=/i.test(div) &&
    !/<[^>]*(?:javascript|data|vbscript)\s*:/i.test(div) &&
    !/<[^>]*&#/.test(div)
  );
}

const NARRATIVE_TAGS = new Set(
  'div p br hr h1 h2 h3 h4 h5 h6 span b strong i em tt code small big sup sub blockquote pre ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td a'.split(
    ' ',
  ),
);
