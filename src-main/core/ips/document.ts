/** A summary as HL7 wants it: a FHIR R4 document Bundle by the International Patient Summary (STU 2). */

import { v5 } from 'uuid';
import { ACT_CODE, CONFIDENTIALITY, labelsOf, sensitivities } from '../../../src-shared/access/sensitivity.ts';
import { canonicalText } from '../../../src-shared/fhir/json.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Chance } from '../context.ts';
import { addressesOf, relinked } from './links.ts';
import { conforming, ipsProfile } from './profiles.ts';
import type { Section } from './sections.ts';
import { STATEMENT, type Summary } from './summary.ts';

const EMPTY_REASON = 'http://terminology.hl7.org/CodeSystem/list-empty-reason';
const emptyReasons = {
  // Nothing is known here, which is not "nothing is there" (nilknown).
  unavailable: { code: 'unavailable', display: 'Unavailable' },
  withheld: { code: 'withheld', display: 'Information Withheld' },
} as const;

/** One line of JSON. */
export function documentText(summary: Summary, chance: Pick<Chance, 'id'>): string {
  const bundle = documentOf(summary, chance);
  const entries = bundle.entry.map(
    ({ fullUrl, resource }) => `{"fullUrl":${JSON.stringify(fullUrl)},"resource":${resourceText(resource)}}`,
  );
  const { entry: _entry, ...head } = bundle;
  return `${resourceText(head).slice(0, -1)},"entry":[${entries.join(',')}]}\n`;
}

/** Canonical but for the type, which readers expect first; numbers as they came. */
function resourceText({ resourceType, ...rest }: FhirResource): string {
  return `{"resourceType":${JSON.stringify(resourceType)},${canonicalText(rest).slice(1)}`;
}

export interface DocumentBundle extends FhirResource {
  entry: { fullUrl: string; resource: FhirResource }[];
}

export function documentOf(summary: Summary, chance: Pick<Chance, 'id'>): DocumentBundle {
  const { patient, sections, companions, at, by, clinic, confidentiality } = summary;
  const organization: FhirResource = {
    resourceType: 'Organization',
    id: v5(`urn:lamplight:clinic:${clinic.id}`, v5.URL),
    name: clinic.name,
  };
  const author: FhirResource = {
    resourceType: 'Practitioner',
    id: by.id,
    identifier: [{ system: 'urn:lamplight:person', value: by.id }],
    name: [{ text: by.name }],
  };
  const entries = [...new Set(sections.flatMap((section) => section.entries))];
  const inside = [patient, author, organization, ...entries, ...companions.filter((one) => !isSame(one, author))];
  const addresses = addressesOf(inside);
  const address = (resource: FhirResource) => addresses.get(`${resource.resourceType}/${resource.id}`) ?? '';
  const addressOf = (reference: string) => {
    const target = summary.find(reference);
    return target && addresses.get(`${target.type}/${target.id}`);
  };
  const refer = (resource: FhirResource) => ({ reference: address(resource) });
  const security = confidentialityCodes(summary);
  const composition: FhirResource = {
    resourceType: 'Composition',
    id: chance.id(),
    meta: { profile: [ipsProfile('Composition')], ...(security.length > 0 && { security }) },
    language: 'en',
    text: narrative(
      `<p>${escaped(`Patient summary of ${summary.who.name}, ${at.slice(0, 10)}.`)}</p><p>${escaped(STATEMENT)}</p>`,
    ),
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5', display: 'Patient summary Document' }] },
    subject: refer(patient),
    date: at,
    author: [refer(author), refer(organization)],
    title: `International Patient Summary, ${at.slice(0, 10)}`,
    confidentiality,
    custodian: refer(organization),
    event: [
      {
        code: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActClass', code: 'PCPR' }] }],
        period: { end: at },
      },
    ],
    section: sections.map((section) => sectionPart(section, refer)),
  };
  return {
    resourceType: 'Bundle',
    meta: { profile: [ipsProfile('Bundle')], ...(security.length > 0 && { security }) },
    language: 'en',
    identifier: { system: 'urn:ietf:rfc3986', value: `urn:uuid:${chance.id()}` },
    type: 'document',
    timestamp: at,
    entry: [
      { fullUrl: `urn:uuid:${composition.id}`, resource: composition },
      ...inside.map((resource) => ({ fullUrl: address(resource), resource: conforming(relinked(resource, addressOf)) })),
    ],
  };
}

function sectionPart(section: Section, refer: (resource: FhirResource) => { reference: string }) {
  const reason = section.withheld > 0 ? emptyReasons.withheld : emptyReasons.unavailable;
  return {
    title: section.title,
    code: { coding: [{ system: 'http://loinc.org', code: section.code, display: section.display }] },
    text: narrative(wordsOf(section)),
    ...(section.entries.length > 0
      ? { entry: section.entries.map(refer) }
      : { emptyReason: { coding: [{ system: EMPTY_REASON, ...reason }], text: section.empty } }),
  };
}

function wordsOf({ columns, rows, empty, withheld }: Section): string {
  if (rows.length === 0) return `<p>${escaped(empty)}</p>`;
  const cells = (row: readonly string[], tag: string) => row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  const heads = columns.map(({ head }) => head);
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('');
  return `<table><thead><tr>${cells(heads, 'th')}</tr></thead><tbody>${body}</tbody></table>${withheld > 0 ? `<p>${escaped(withheldWords(withheld))}</p>` : ''}`;
}

/** Whoever acts on the list must know that it is not whole. */
export function withheldWords(count: number): string {
  return count === 1 ? '1 more entry is kept back by a label.' : `${count} more entries are kept back by labels.`;
}

function confidentialityCodes({ confidentiality, sections, companions }: Summary) {
  if (confidentiality === 'N') return [];
  const codes = [...new Set([...sections.flatMap(({ entries }) => entries), ...companions].flatMap(labelsOf))].sort();
  const others = codes.filter((code) => sensitivities[code].system === ACT_CODE);
  return [
    { system: CONFIDENTIALITY, code: confidentiality, display: confidentiality === 'V' ? 'very restricted' : 'restricted' },
    ...others.map((code) => ({ system: ACT_CODE, code })),
  ];
}

function narrative(content: string) {
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>` };
}

/** Text of XML: its signs escaped, and without the characters that XML 1.0 cannot hold. */
function escaped(words: string): string {
  return words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const isSame = (one: FhirResource, other: FhirResource) => one.resourceType === other.resourceType && one.id === other.id;
