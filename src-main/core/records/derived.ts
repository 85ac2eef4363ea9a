/** What is kept beside a resource for finding and listing it. Pure: worker threads compute it for imports, the core for what people write. */

import { labelsOf } from '../../../src-shared/access/sensitivity.ts';
import { isFhirDate } from '../../../src-shared/fhir/dates.ts';
import { at, conceptText, hasTag, type Part, part, parts, text, texts } from '../../../src-shared/fhir/read.ts';
import { referencesOf, relativeTarget, type Target } from '../../../src-shared/fhir/references.ts';
import { TAG_SYSTEM, tags } from '../../../src-shared/fhir/types.ts';
import { type ChartRow, settled } from './chart-row.ts';
import { chartRows } from './chart-rows.ts';
import { identifierKey, nameTokens, phoneKeys } from './normal.ts';

export interface PatientFacts {
  name: string;
  family: string;
  given: string;
  birthDate: string | null;
  sex: string | null;
  deceased: boolean;
  deceasedAt: string | null;
  phone: string | null;
  address: string | null;
  /** JSON list of { system, value, label }. */
  identifiers: string;
  sample: boolean;
  tokens: string[];
  keys: { kind: string; key: string }[];
}

export interface Derived {
  chart: ChartRow[];
  references: Target[];
  tokens: { system: string; code: string }[];
  label: string | null;
  /** Codes that narrow who sees it. */
  sensitive: string[];
  person: PatientFacts | null;
}

/** Longest name on a screen; the whole stays in the resource. */
const NAME_LENGTH_MAX = 120;
/** Identifiers shown and searched of one person. */
const IDENTIFIERS_MAX = 12;
const labelled = new Set([
  'Practitioner',
  'Organization',
  'Medication',
  'Location',
  'Device',
  'PractitionerRole',
  'RelatedPerson',
  'Substance',
  'HealthcareService',
]);

/** @param known finds what a reference by address means (for what came with absolute addresses) */
export function derive(resource: Part, known: (reference: string) => Target | undefined = () => undefined): Derived {
  const type = String(resource.resourceType);
  const target = (reference: string) => relativeTarget(reference) ?? known(reference);
  return {
    chart: chartRows(resource).map((row) => settled(row, target)),
    references: targets(resource, target),
    tokens: identifiersOf(resource).map(({ system, value }) => ({ system: system ?? '', code: value })),
    label: labelled.has(type) ? labelOf(resource) : null,
    // Who a patient is must be known at the front desk: labels narrow what is in the chart.
    sensitive: type === 'Patient' ? [] : labelsOf(resource),
    person: type === 'Patient' ? patientFacts(resource) : null,
  };
}

function targets(resource: Part, find: (reference: string) => Target | undefined): Target[] {
  const found = new Map<string, Target>();
  for (const reference of [...referencesOf(resource), ...attachmentAddresses(resource)]) {
    const target = find(reference);
    if (target !== undefined) found.set(`${target.type}/${target.id}`, target);
  }
  return [...found.values()];
}

/** An attachment names its Binary by address, not by a Reference. */
function attachmentAddresses(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(attachmentAddresses);
  const here = part(value);
  if (here === undefined) return [];
  const own = text(here.contentType) !== undefined ? text(here.url) : undefined;
  return [...(own === undefined ? [] : [own]), ...Object.values(here).flatMap(attachmentAddresses)];
}

export function identifiersOf(resource: Part): { system?: string; value: string; label?: string }[] {
  const list = Array.isArray(resource.identifier) ? parts(resource.identifier) : [part(resource.identifier)];
  const found = new Map<string, { system?: string; value: string; label?: string }>();
  for (const item of list) {
    const value = text(item?.value)?.slice(0, 200);
    if (value === undefined) continue;
    const system = text(item?.system);
    if (!found.has(`${system} ${value}`)) found.set(`${system} ${value}`, { system, value, label: identifierLabel(item) });
  }
  return [...found.values()];
}

/** HL7 v2 table 0203 in the words of a front desk. */
const kinds: Readonly<Record<string, string>> = {
  MR: 'MRN',
  MRN: 'MRN',
  SS: 'SSN',
  DL: 'Driving licence',
  PPN: 'Passport',
  NI: 'National number',
  NH: 'Health number',
  JHN: 'Health number',
};

function identifierLabel(item: Part | undefined): string | undefined {
  const code = text(at(item?.type, 'coding', 'code'));
  return (code === undefined ? undefined : kinds[code]) ?? conceptText(item?.type)?.slice(0, 40);
}

function labelOf(resource: Part): string | null {
  const named =
    text(resource.name) ??
    nameText(resource) ??
    conceptText(resource.code) ??
    text(at(resource.deviceName, 'name')) ??
    conceptText(resource.type);
  return (named ?? text(at(resource.practitioner, 'display')) ?? null)?.slice(0, NAME_LENGTH_MAX) ?? null;
}

/** "Dr. Noe Dibbert": a person who is not the patient. */
function nameText(resource: Part): string | undefined {
  const name = parts(resource.name)[0];
  if (name === undefined) return undefined;
  return text(name.text) ?? text([...texts(name.prefix), ...texts(name.given), text(name.family) ?? ''].join(' ').trim());
}

function patientFacts(resource: Part): PatientFacts {
  const names = parts(resource.name).filter((name) => name.use !== 'old');
  const chosen = names.find((name) => name.use === 'official') ?? names[0];
  const family = short(text(chosen?.family) ?? familyOfText(chosen));
  const given = short(texts(chosen?.given).join(' ') || givenOfText(chosen));
  const birthDate = text(resource.birthDate);
  const phone = parts(resource.telecom)
    .filter((telecom) => telecom.system === 'phone' || telecom.system === undefined)
    .map((telecom) => text(telecom.value)?.replace(/^tel:/i, ''))
    .find(Boolean);
  const identifiers = identifiersOf(resource).slice(0, IDENTIFIERS_MAX);
  const deceasedAt = text(resource.deceasedDateTime);
  const birth = birthDate !== undefined && isFhirDate(birthDate) ? birthDate.slice(0, 10) : null;
  return {
    name: listName(family, given),
    family,
    given,
    birthDate: birth,
    sex: ['female', 'male', 'other', 'unknown'].find((word) => word === resource.gender) ?? null,
    deceased: deceasedAt !== undefined || resource.deceasedBoolean === true,
    deceasedAt: deceasedAt ?? null,
    phone: phone?.slice(0, 40) ?? null,
    address: addressText(parts(resource.address)[0]),
    identifiers: JSON.stringify(identifiers),
    sample: hasTag(resource, TAG_SYSTEM, tags.sample),
    tokens: nameTokens(
      parts(resource.name)
        .map((name) => [text(name.text) ?? '', text(name.family) ?? '', ...texts(name.given)].join(' '))
        .join(' '),
    ),
    keys: [
      ...identifiers.map(({ value }) => ({ kind: 'id', key: identifierKey(value) })),
      ...parts(resource.telecom)
        .filter((telecom) => telecom.system === 'phone')
        .flatMap((telecom) => phoneKeys(text(telecom.value) ?? '')),
      ...(birth === null ? [] : [{ kind: 'birth', key: birth }]),
    ].filter(({ key }) => key !== ''),
  };
}

function listName(family: string, given: string): string {
  if (family === '' && given === '') return 'NAME UNKNOWN';
  return family === '' ? given : given === '' ? family.toLocaleUpperCase('en') : `${family.toLocaleUpperCase('en')}, ${given}`;
}

const short = (name: string) => (name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX - 1)}…` : name);
const familyOfText = (name: Part | undefined) =>
  texts(name?.given).length > 0 ? '' : (text(name?.text)?.trim().split(/\s+/).at(-1) ?? '');
const givenOfText = (name: Part | undefined) =>
  text(name?.family) === undefined ? (text(name?.text)?.trim().split(/\s+/).slice(0, -1).join(' ') ?? '') : '';

function addressText(address: Part | undefined): string | null {
  if (address === undefined) return null;
  const whole =
    text(address.text) ??
    [...texts(address.line), text(address.postalCode), text(address.city), text(address.state), text(address.country)]
      .filter(Boolean)
      .join(', ');
  return whole === '' ? null : whole.slice(0, 300);
}
