/**
 * What must be right before a resource is taken, and what is only said. Errors are what would mislead (a date that is none, two values for one, a text for a
 * number); the rest is kept as it came and named, since a record with a gap is better than no record. Sentences name elements, never their content.
 */
import { earliestMs, isFhirDate } from './dates.ts';
import { ExactNumber } from './json.ts';
import { amount, at, type Part, part, parts, text } from './read.ts';
import { idPattern, resourceTypes, typesOfOtherVersions } from './types.ts';

export interface Finding {
  severity: 'error' | 'warning';
  /** A sentence without a full stop. */
  text: string;
}

/** @param nowMs for dates that lie in the future */
export function validate(resource: Part, nowMs: number): Finding[] {
  const type = text(resource.resourceType);
  if (type === undefined) return [error('it has no resourceType')];
  const other = typesOfOtherVersions.get(type);
  if (other !== undefined) return [error(`${type} belongs to FHIR ${other}; Lamplight takes R4`)];
  if (!resourceTypes.has(type)) return [error(`"${type.slice(0, 40)}" is not a resource type of FHIR R4`)];
  const found: Finding[] = [];
  if (resource.id !== undefined && !(typeof resource.id === 'string' && idPattern.test(resource.id)))
    found.push(error(`${type}.id is not an id of FHIR (at most 64 letters, digits, "-" and ".")`));
  elements(resource, type, found);
  required(resource, type, found);
  if (type === 'Patient') patient(resource, nowMs, found);
  contained(resource, type, found);
  // The same sentence for each of many elements helps nobody.
  return [...new Map(found.map((finding) => [finding.text, finding])).values()];
}

const error = (sentence: string): Finding => ({ severity: 'error', text: sentence });
const warning = (sentence: string): Finding => ({ severity: 'warning', text: sentence });

const dateElements =
  /^(birthDate|date|authoredOn|issued|recorded|recordedDate|created|started|sent|received|authored|lastUpdated|whenPrepared|whenHandedOver|dateAsserted|dateWritten|timestamp|start|end|expirationDate|expiry)$|(DateTime|Date)$/;
const dataTypes =
  'Base64Binary|Boolean|Canonical|Code|DateTime|Date|Decimal|Id|Instant|Integer|Markdown|Oid|PositiveInt|String|Time|UnsignedInt|Uri|Url|Uuid|Address|Age|Annotation|Attachment|CodeableConcept|Coding|ContactPoint|Count|Distance|Duration|HumanName|Identifier|Money|Period|Quantity|Range|Ratio|Reference|SampledData|Signature|Timing|Expression|Dosage|Meta';
const choiceElement = new RegExp(
  `^(value|effective|onset|abatement|deceased|multipleBirth|occurrence|performed|medication|asNeeded|rate|dose|serviced|born|allowed|used)(${dataTypes})$`,
);

function elements(node: unknown, path: string, found: Finding[]): void {
  if (Array.isArray(node)) {
    for (const item of node) elements(item, path, found);
    return;
  }
  const here = part(node);
  if (here === undefined) return;
  const chosen = new Map<string, string>();
  for (const [key, value] of Object.entries(here)) {
    const place = `${path}.${key}`;
    if (dateElements.test(key) && typeof value === 'string' && !isFhirDate(value)) found.push(error(`${place} is not a date`));
    const stem = choiceElement.exec(key)?.[1];
    if (stem !== undefined && chosen.has(stem))
      found.push(error(`${path} has two values for one: ${chosen.get(stem)} and ${key}`));
    if (stem !== undefined) chosen.set(stem, key);
    if (key.endsWith('Quantity')) quantity(value, place, found);
    elements(value, place, found);
  }
}

/** Codes of UCUM that senders also write as the unit for people: where both are codes, they must be the same. */
const ucum = new Set([
  'mg/dL',
  'mmol/L',
  'umol/L',
  'g/L',
  'g/dL',
  'ug/L',
  'ng/mL',
  'mg/L',
  'kg',
  'g',
  'mg',
  'ug',
  'cm',
  'm',
  'mm',
  'mm[Hg]',
  'Cel',
  '%',
  'L',
  'mL',
  'dL',
  'mU/L',
  'U/L',
  'mmol/mol',
  'mg/g',
  'mg/mmol',
  'kg/m2',
  '/min',
  'h',
  'd',
  'wk',
  'mo',
]);

function quantity(value: unknown, place: string, found: Finding[]): void {
  const here = part(value);
  if (here === undefined) return;
  const number: unknown = here.value;
  if (number !== undefined && typeof number !== 'number' && !(number instanceof ExactNumber))
    found.push(error(`${place}.value is not a number`));
  const unit = text(here.unit);
  const code = text(here.code);
  if (unit !== undefined && code !== undefined && unit !== code && ucum.has(unit) && ucum.has(code))
    found.push(warning(`${place} gives two different units (unit and code)`));
  if (place.endsWith('doseQuantity') && (amount(number)?.value ?? 0) < 0) found.push(warning(`${place} is below zero`));
}

/** Elements without which a resource of the type says little (cardinality 1 in R4), of the types that a chart shows. */
const requiredElements: Readonly<Record<string, readonly string[]>> = {
  Observation: ['status', 'code'],
  Condition: ['subject'],
  AllergyIntolerance: ['patient'],
  MedicationRequest: ['status', 'intent', 'subject'],
  MedicationStatement: ['status', 'subject'],
  Procedure: ['status', 'subject'],
  Encounter: ['status', 'class'],
  DiagnosticReport: ['status', 'code'],
  DocumentReference: ['status', 'content'],
  Immunization: ['status', 'vaccineCode', 'patient'],
  Composition: ['status', 'type', 'date', 'author', 'title'],
  ImagingStudy: ['status', 'subject'],
  CarePlan: ['status', 'intent', 'subject'],
  Media: ['status', 'content'],
};
const lists: Readonly<Record<string, readonly string[]>> = {
  Patient: ['name', 'identifier', 'telecom', 'address', 'contact', 'link'],
  Observation: ['category', 'component', 'referenceRange', 'interpretation'],
  Condition: ['category', 'note'],
};

function required(resource: Part, type: string, found: Finding[]): void {
  for (const element of requiredElements[type] ?? [])
    if (resource[element] === undefined) found.push(warning(`${type}.${element} is missing`));
  for (const element of lists[type] ?? [])
    if (resource[element] !== undefined && !Array.isArray(resource[element]))
      found.push(error(`${type}.${element} must be a list`));
}

function patient(resource: Part, nowMs: number, found: Finding[]): void {
  if (resource.gender !== undefined && !['male', 'female', 'other', 'unknown'].includes(String(resource.gender)))
    found.push(warning('Patient.gender is not male, female, other or unknown; shown as not known'));
  if (resource.birthDate !== undefined && typeof resource.birthDate !== 'string')
    found.push(error('Patient.birthDate is not a date'));
  const birth = earliestMs(text(resource.birthDate) ?? '');
  const death = earliestMs(text(resource.deceasedDateTime) ?? '');
  if (birth !== undefined && birth > nowMs) found.push(warning('Patient.birthDate lies in the future'));
  if (birth !== undefined && death !== undefined && death < birth)
    found.push(warning('Patient.deceasedDateTime lies before the birth'));
  const self = `Patient/${String(resource.id)}`;
  if (parts(resource.link).some((link) => at(link.other, 'reference') === self))
    found.push(warning('Patient.link refers to the patient itself'));
}

function contained(resource: Part, type: string, found: Finding[]): void {
  for (const inner of parts(resource.contained)) {
    if (!resourceTypes.has(text(inner.resourceType) ?? ''))
      found.push(error(`${type}.contained holds something that is not a resource of FHIR R4`));
    if (JSON.stringify(inner).includes(`"reference":"#${String(inner.id)}"`))
      found.push(warning(`${type}.contained holds a resource that refers to itself`));
  }
}
