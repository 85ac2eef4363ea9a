/** The lines that a resource makes in the chart: computed once when it is written, so that lists never parse a resource. */
import { at, choice, codeOf, conceptText, hasCode, hasTag, type Part, part, parts, text } from '../../../src-shared/fhir/read.ts';
import { TAG_SYSTEM, tags } from '../../../src-shared/fhir/types.ts';
import { type ChartRow, row } from './chart-row.ts';
import { dosageText } from './dosage.ts';
import { observationRows } from './observation-rows.ts';

/** What was entered in error is kept, but never shown as if it were so (FHIR: "should be disregarded"). */
export function chartRows(resource: Part): ChartRow[] {
  if (resource.status === 'entered-in-error' || hasCode(resource.verificationStatus, 'entered-in-error')) return [];
  const make = makers[String(resource.resourceType)];
  return make === undefined ? [] : make(resource);
}

/** Start of what happened, whichever way the resource says it. */
function when(resource: Part, stem: string): unknown {
  const found = choice(resource, stem);
  return found?.type === 'Period'
    ? (at(found.value, 'start') ?? at(found.value, 'end'))
    : found?.type === 'Timing'
      ? at(found.value, 'event')
      : found?.value;
}

const joined = (...texts: (string | undefined | null | false)[]) => texts.filter(Boolean).join(' · ') || null;

const makers: Readonly<Record<string, (resource: Part) => ChartRow[]>> = {
  Observation: observationRows,
  Condition: (resource) => [
    row('problems', resource, {
      title: conceptText(resource.code) ?? 'Problem without a name',
      code: codeOf(resource.code) ?? null,
      status: codeOf(resource.clinicalStatus) ?? null,
      when: when(resource, 'onset') ?? resource.recordedDate,
      who: resource.recorder ?? resource.asserter,
      weight: hasCode(resource.verificationStatus, 'unconfirmed', 'provisional', 'differential') ? 'doubt' : 'plain',
      detail: joined(
        conceptText(resource.severity),
        hasCode(resource.verificationStatus, 'provisional', 'differential', 'refuted') && codeOf(resource.verificationStatus),
        ended(resource),
        text(at(resource.note, 'text')),
      ),
    }),
  ],
  AllergyIntolerance: (resource) => [
    row('allergies', resource, {
      title: conceptText(resource.code) ?? conceptText(at(resource.reaction, 'substance')) ?? 'Allergy without a name',
      code: codeOf(resource.code) ?? null,
      status: codeOf(resource.clinicalStatus) ?? null,
      when: when(resource, 'onset') ?? resource.recordedDate,
      who: resource.recorder ?? resource.asserter,
      weight:
        resource.criticality === 'high' ? 'critical' : hasCode(resource.verificationStatus, 'unconfirmed') ? 'doubt' : 'plain',
      detail: joined(
        reactions(resource),
        text(resource.criticality) && `criticality ${text(resource.criticality)}`,
        text(at(resource.note, 'text')),
      ),
    }),
  ],
  MedicationRequest: (resource) => [medicine(resource, resource.authoredOn, resource.requester, resource.dosageInstruction)],
  MedicationStatement: (resource) => [
    medicine(resource, when(resource, 'effective') ?? resource.dateAsserted, resource.informationSource, resource.dosage),
  ],
  MedicationAdministration: (resource) => [
    { ...medicine(resource, when(resource, 'effective'), at(resource.performer, 'actor'), []), list: 'other' },
  ],
  MedicationDispense: (resource) => [
    {
      ...medicine(
        resource,
        resource.whenHandedOver ?? resource.whenPrepared,
        at(resource.performer, 'actor'),
        resource.dosageInstruction,
      ),
      list: 'other',
    },
  ],
  Immunization: (resource) => [
    row('immunizations', resource, {
      title: conceptText(resource.vaccineCode) ?? 'Vaccine',
      code: codeOf(resource.vaccineCode) ?? null,
      when: when(resource, 'occurrence'),
      who: at(resource.performer, 'actor'),
      detail: joined(
        text(resource.lotNumber) && `lot ${text(resource.lotNumber)}`,
        conceptText(resource.site),
        resource.status === 'not-done' && (conceptText(resource.statusReason) ?? 'not given'),
      ),
      weight: resource.isSubpotent === true ? 'doubt' : 'plain',
    }),
  ],
  Procedure: (resource) => [
    row('procedures', resource, {
      title: conceptText(resource.code) ?? 'Procedure',
      code: codeOf(resource.code) ?? null,
      when: when(resource, 'performed'),
      who: at(resource.performer, 'actor'),
      detail: joined(
        conceptText(at(resource.reasonCode)),
        conceptText(first(resource.reasonCode)),
        conceptText(resource.outcome),
      ),
    }),
  ],
  Encounter: (resource) => [
    row('encounters', resource, {
      title:
        conceptText(first(resource.type)) ??
        text(at(resource.class, 'display')) ??
        text(at(resource.class, 'code')) ??
        'Encounter',
      when: at(resource.period, 'start'),
      who: at(resource.participant, 'individual') ?? resource.serviceProvider,
      detail: joined(
        conceptText(first(resource.reasonCode)),
        text(at(resource.class, 'display')),
        text(at(resource.serviceProvider, 'display')),
      ),
    }),
  ],
  DiagnosticReport: (resource) => [
    row(reportList(resource), resource, {
      title: conceptText(resource.code) ?? 'Report',
      code: codeOf(resource.code) ?? null,
      when: when(resource, 'effective') ?? resource.issued,
      who: first(resource.performer),
      detail: joined(text(resource.conclusion), results(parts(resource.result).length)),
      weight: resource.status === 'preliminary' ? 'doubt' : 'plain',
    }),
  ],
  DocumentReference: (resource) => [
    row(hasCode(resource.category, 'clinical-note') ? 'notes' : 'documents', resource, {
      title:
        text(resource.description) ??
        text(at(resource.content, 'attachment', 'title')) ??
        conceptText(resource.type) ??
        'Document',
      when: resource.date ?? at(resource.content, 'attachment', 'creation'),
      who: first(resource.author),
      status: text(resource.docStatus) ?? text(resource.status) ?? null,
      detail: joined(conceptText(resource.type)),
    }),
  ],
  Composition: (resource) => [
    row('documents', resource, {
      title: text(resource.title) ?? conceptText(resource.type) ?? 'Document',
      when: resource.date,
      who: first(resource.author),
      detail: joined(conceptText(resource.type)),
    }),
  ],
  Media: (resource) => [
    row(
      hasCode(resource.type, 'image', 'photo') ||
        resource.type === undefined ||
        text(at(resource.content, 'contentType'))?.startsWith('image/')
        ? 'images'
        : 'documents',
      resource,
      {
        title: text(at(resource.content, 'title')) ?? conceptText(resource.view) ?? conceptText(resource.modality) ?? 'Picture',
        when: when(resource, 'created') ?? resource.issued,
        who: resource.operator,
        detail: joined(conceptText(resource.bodySite), conceptText(resource.modality)),
      },
    ),
  ],
  ImagingStudy: (resource) => [
    row('images', resource, {
      title:
        text(resource.description) ??
        conceptText(first(resource.procedureCode)) ??
        text(at(resource.series, 'modality', 'display')) ??
        'Imaging study',
      when: resource.started,
      who: resource.referrer,
      detail: joined(
        text(at(resource.series, 'modality', 'code')),
        text(at(resource.series, 'bodySite', 'display')),
        `${parts(resource.series).length} series`,
      ),
    }),
  ],
  Flag: (resource) => [
    row('alerts', resource, {
      title: conceptText(resource.code) ?? 'Alert',
      when: at(resource.period, 'start'),
      who: resource.author,
      weight: 'critical',
    }),
  ],
  CarePlan: (resource) => [
    row('other', resource, {
      title: text(resource.title) ?? conceptText(first(resource.category)) ?? 'Care plan',
      when: at(resource.period, 'start') ?? resource.created,
      who: resource.author,
      detail: joined('Care plan', text(resource.description)),
    }),
  ],
  Goal: (resource) => [
    row('other', resource, {
      title: conceptText(resource.description) ?? 'Goal',
      when: resource.startDate ?? resource.statusDate,
      who: resource.expressedBy,
      status: text(resource.lifecycleStatus) ?? null,
      detail: 'Goal',
    }),
  ],
  ServiceRequest: (resource) => [
    row('other', resource, {
      title: conceptText(resource.code) ?? 'Request',
      when: resource.authoredOn ?? when(resource, 'occurrence'),
      who: resource.requester,
      detail: joined('Request', conceptText(first(resource.reasonCode))),
    }),
  ],
  FamilyMemberHistory: (resource) => [
    row('other', resource, {
      title:
        joined(
          conceptText(resource.relationship),
          ...parts(resource.condition).map((condition) => conceptText(condition.code)),
        ) ?? 'Family history',
      when: resource.date,
      detail: 'Family history',
    }),
  ],
  QuestionnaireResponse: (resource) => [
    row('other', resource, { title: 'Questionnaire', when: resource.authored, who: resource.author }),
  ],
  Communication: (resource) => [
    row('other', resource, {
      title: conceptText(resource.topic) ?? conceptText(first(resource.category)) ?? 'Communication',
      when: resource.sent ?? resource.received,
      who: resource.sender,
    }),
  ],
  Appointment: (resource) => [
    row('other', resource, {
      title: text(resource.description) ?? conceptText(first(resource.serviceType)) ?? 'Appointment',
      when: resource.start,
    }),
  ],
  DeviceRequest: (resource) => [
    row('other', resource, {
      title: conceptText(resource.codeCodeableConcept) ?? 'Device request',
      when: resource.authoredOn,
      who: resource.requester,
    }),
  ],
  VisionPrescription: (resource) => [
    row('other', resource, {
      title: 'Glasses or lenses',
      when: resource.dateWritten ?? resource.created,
      who: resource.prescriber,
    }),
  ],
  RiskAssessment: (resource) => [
    row('other', resource, {
      title: conceptText(resource.code) ?? 'Risk assessment',
      when: when(resource, 'occurrence'),
      who: resource.performer,
    }),
  ],
  ClinicalImpression: (resource) => [
    row('other', resource, {
      title: text(resource.summary) ?? text(resource.description) ?? 'Impression',
      when: when(resource, 'effective') ?? resource.date,
      who: resource.assessor,
    }),
  ],
  Task: (resource) => [
    row('other', resource, {
      title: text(resource.description) ?? conceptText(resource.code) ?? 'Task',
      when: resource.authoredOn,
      who: resource.requester,
    }),
  ],
};

function results(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? '1 result' : `${count} results`;
}

function reportList(resource: Part): string {
  if (hasTag(resource, TAG_SYSTEM, tags.reading)) return 'readings';
  return hasCode(resource.category, 'LAB', 'laboratory', 'HM', 'CH', 'MB', 'SR') ? 'reports' : 'documents';
}

function medicine(resource: Part, date: unknown, who: unknown, dosages: unknown): ChartRow {
  const reference = text(at(resource.medicationReference, 'reference'));
  const inside = reference?.startsWith('#')
    ? parts(resource.contained).find((item) => `#${String(item.id)}` === reference)
    : undefined;
  const named =
    conceptText(resource.medicationCodeableConcept) ??
    conceptText(inside?.code) ??
    text(at(resource.medicationReference, 'display'));
  const outside = reference === undefined || inside !== undefined ? null : reference;
  const doses = parts(dosages);
  const negative = doses.some((dose) => parts(dose.doseAndRate).some((rate) => Number(at(rate.doseQuantity, 'value') ?? 0) < 0));
  return row('medicines', resource, {
    title: named ?? (outside === null ? 'Medicine without a name' : null),
    titleRef: named === undefined ? outside : null,
    code: codeOf(resource.medicationCodeableConcept) ?? codeOf(inside?.code) ?? null,
    when: date,
    who,
    detail: joined(
      ...doses.map(dosageText),
      conceptText(first(resource.statusReason)),
      negative && 'dose below zero in the source: check',
    ),
    weight: negative ? 'doubt' : 'plain',
  });
}

function reactions(resource: Part): string | undefined {
  const found = parts(resource.reaction).flatMap((reaction) => parts(reaction.manifestation).map(conceptText));
  return found.filter(Boolean).join(', ') || undefined;
}

function ended(resource: Part): string | undefined {
  const end = when(resource, 'abatement');
  return typeof end === 'string' ? `ended ${end.slice(0, 10)}` : undefined;
}

const first = (value: unknown) => (Array.isArray(value) ? value[0] : part(value));
