/** A report as FHIR, and back. */
import { type RadiologyReport, type ReportSections, reportSections, told } from '../../../src-shared/contract/radiology.ts';
import { at, hasCode, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { type PersonReference, textAttachment } from '../records/index.ts';

const SECTION = 'urn:lamplight:report-section';
const KEY_IMAGE = 'urn:lamplight:key-image';
const STUDY = 'urn:lamplight:study-uid';
const ADDS_TO = 'urn:lamplight:adds-to';
const HOW = 'urn:lamplight:told-how';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationMode';

/** HL7 v3 ParticipationMode. */
const modes = { phone: 'PHONE', 'in-person': 'PHYSICAL', message: 'WRITTEN' } as const;

/** Headings of the text form. */
const headings: Readonly<Record<(typeof reportSections)[number], string>> = {
  indication: 'INDICATION',
  technique: 'TECHNIQUE',
  comparison: 'COMPARISON',
  findings: 'FINDINGS',
  impression: 'IMPRESSION',
};

function plainText(sections: ReportSections): string {
  return reportSections
    .filter((name) => sections[name].trim() !== '')
    .map((name) => `${headings[name]}\n${sections[name].trim()}`)
    .join('\n\n');
}

interface Signing {
  patient: string;
  study: string;
  title: string;
  sections: ReportSections;
  keyImages: readonly { instance: string; frame: number }[];
  /** Observations: what was measured, and what models said that a person accepted. */
  results: readonly string[];
}

export function reportResource(
  { patient, study, title, sections, keyImages, results }: Signing,
  imaging: FhirResource,
  who: PersonReference,
  time: string,
): FhirResource {
  return {
    ...frame(patient, title, who, time),
    status: 'final',
    effectiveDateTime: text(imaging.started),
    imagingStudy: [{ reference: `ImagingStudy/${imaging.id}` }],
    result: results.length > 0 ? results.map((id) => ({ reference: `Observation/${id}` })) : undefined,
    conclusion: sections.impression.trim() || undefined,
    presentedForm: [textAttachment(plainText(sections), title, time)],
    extension: [
      { url: STUDY, valueString: study },
      ...reportSections
        .filter((name) => sections[name] !== '')
        .map((name) => ({
          url: SECTION,
          extension: [
            { url: 'name', valueCode: name },
            { url: 'text', valueString: sections[name] },
          ],
        })),
      ...keyImages.map(({ instance, frame: number }) => ({
        url: KEY_IMAGE,
        extension: [
          { url: 'instance', valueId: instance },
          { url: 'frame', valuePositiveInt: number },
        ],
      })),
    ],
  };
}

export function addendumResource(
  first: FhirResource,
  id: string,
  words: string,
  critical: RadiologyReport['critical'],
  who: PersonReference,
  time: string,
): FhirResource {
  const patient = (text(at(first.subject, 'reference')) ?? '').replace('Patient/', '');
  const title = text(at(first.code, 'text')) ?? 'Report';
  return {
    ...frame(patient, title, who, time),
    status: 'appended',
    effectiveDateTime: text(first.effectiveDateTime),
    imagingStudy: first.imagingStudy,
    conclusion: critical ? words : undefined,
    presentedForm: [textAttachment(words, `${title}: addendum`, time)],
    extension: [
      { url: STUDY, valueString: extension(first, STUDY) },
      { url: ADDS_TO, valueReference: { reference: `DiagnosticReport/${id}` } },
    ],
  };
}

function frame(patient: string, title: string, who: PersonReference, time: string): FhirResource {
  return {
    resourceType: 'DiagnosticReport',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'RAD', display: 'Radiology' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '18748-4', display: 'Diagnostic imaging study' }], text: title },
    subject: { reference: `Patient/${patient}` },
    issued: time,
    performer: [who],
    resultsInterpreter: [who],
  };
}

/** That somebody was told of a critical finding. */
export function communication(
  patient: string,
  report: string,
  { whom, how, at: sent }: NonNullable<RadiologyReport['critical']>,
  who: PersonReference,
): FhirResource {
  return {
    resourceType: 'Communication',
    status: 'completed',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/communication-category', code: 'alert', display: 'Alert' }] },
    ],
    priority: 'urgent',
    medium: [{ coding: [{ system: PARTICIPATION, code: modes[how] }] }],
    subject: { reference: `Patient/${patient}` },
    about: [{ reference: `DiagnosticReport/${report}` }],
    sent,
    recipient: [{ display: whom }],
    sender: who,
    extension: [{ url: HOW, valueCode: how }],
  };
}

export function isReport(resource: FhirResource): boolean {
  return hasCode(resource.category, 'RAD') && extension(resource, STUDY) !== undefined && addsTo(resource) === undefined;
}

/** A signed report with its addenda; undefined where the resource is something else. */
export function reportIn(
  resource: FhirResource,
  all: readonly FhirResource[],
  communications: readonly FhirResource[],
): RadiologyReport | undefined {
  const { id } = resource;
  const study = extension(resource, STUDY);
  if (!isReport(resource) || id === undefined || study === undefined) return undefined;
  return {
    ...head(id, resource, communications),
    study,
    title: text(at(resource.code, 'text')) ?? 'Report',
    sections: sectionsIn(resource),
    keyImages: parts(resource.extension)
      .filter(({ url }) => url === KEY_IMAGE)
      .flatMap((image) => {
        const [instance, frame] = [at(parts(image.extension)[0], 'valueId'), at(parts(image.extension)[1], 'valuePositiveInt')];
        return typeof instance === 'string' ? [{ instance, frame: Number(frame) || 1 }] : [];
      }),
    addenda: all
      .filter((other) => addsTo(other) === `DiagnosticReport/${id}` && other.id !== undefined)
      .map((other) => ({ ...head(other.id ?? '', other, communications), text: presented(other) }))
      .sort((one, other) => (one.signedAt < other.signedAt ? -1 : 1)),
  };
}

function head(id: string, resource: FhirResource, communications: readonly FhirResource[]) {
  const about = communications.find((one) => parts(one.about).some(({ reference }) => reference === `DiagnosticReport/${id}`));
  const critical =
    about &&
    told.safeParse({
      whom: text(at(about.recipient, 'display')),
      how: parts(about.extension).find(({ url }) => url === HOW)?.valueCode,
      at: text(about.sent),
    });
  return {
    id,
    author: text(at(resource.resultsInterpreter, 'display')) ?? 'unknown',
    signedAt: text(resource.issued) ?? '',
    critical: critical?.success ? critical.data : undefined,
  };
}

function sectionsIn(resource: FhirResource): ReportSections {
  const found: ReportSections = { indication: '', technique: '', comparison: '', findings: '', impression: '' };
  for (const section of parts(resource.extension).filter(({ url }) => url === SECTION)) {
    const [name, words] = [at(parts(section.extension)[0], 'valueCode'), at(parts(section.extension)[1], 'valueString')];
    const known = reportSections.find((one) => one === name);
    if (known && typeof words === 'string') found[known] = words;
  }
  return found;
}

function presented(resource: FhirResource): string {
  const data = text(at(resource.presentedForm, 'data'));
  return data === undefined ? '' : Buffer.from(data, 'base64').toString('utf8');
}

function addsTo(resource: FhirResource): string | undefined {
  return text(at(parts(resource.extension).find(({ url }) => url === ADDS_TO)?.valueReference, 'reference'));
}

function extension(resource: FhirResource, wanted: string): string | undefined {
  return text(parts(resource.extension).find(({ url }) => url === wanted)?.valueString);
}
