/** Signed reports: FHIR DiagnosticReports that nobody changes. What comes later is an addendum, a report of its own that points to the first, each with its provenance. */
import type { RadiologyReport } from '../../../src-shared/contract/radiology.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Context, Db, Tx } from '../context.ts';
import type { Handouts } from '../handouts/index.ts';
import type { PrintedPicture } from '../imaging/index.ts';
import { isoTime } from '../ports.ts';
import { acceptedObservation } from '../reading/index.ts';
import {
  hiddenFrom,
  type PersonReference,
  personReference,
  putResource,
  readResource,
  resourcesOfPatient,
  signingProvenance,
} from '../records/index.ts';
import { addendumResource, communication, isReport, reportIn, reportResource } from './fhir.ts';
import { reportPdf } from './pdf.ts';

/** A placeholder of a template that nobody has filled in. */
const PLACEHOLDER = /\[[^\]\n]*\]/;

/** Of more than these a report on paper names only the number. */
const PRINTED_MAX = 12;

/** @param handouts where the printed report waits to be fetched */
export const reportProcedures = (handouts: Handouts, printed?: PrintedPicture): Handlers => ({
  'radiology.reports': query((context, { patient, study }) => ({
    reports: reportsOf(context, patient).filter((report) => study === undefined || report.study === study),
  })),

  'radiology.sign': command((context, tx, input) => {
    const { patient, study, sections, measurements } = input;
    const open = Object.values(sections).find((words) => PLACEHOLDER.test(words));
    if (open !== undefined) throw new AppError('invalid-input', { what: 'a placeholder in brackets is not filled in' });
    if (!sections.findings.trim() && !sections.impression.trim())
      throw new AppError('invalid-input', { what: 'findings and impression are empty' });
    const imaging = studyOf(tx.db, patient, study);
    const observed = measurements.filter((id) => readResource(tx.db, 'Observation', id)?.patient === patient);
    const read = input.readings.map((id) => acceptedObservation(context, tx.db, { patient, study: imaging.id ?? '', id }));
    const who = personReference(context.person);
    const resource = reportResource({ ...input, results: [...observed, ...read] }, imaging, who, tx.at);
    const { id } = putResource(tx, resource, { patient, origin: 'person', expectedVersion: 0 });
    return signed(tx, { patient, id, who, critical: input.critical, draftKey: input.draftKey, person: context.person.id });
  }),

  'radiology.addend': command((context, tx, { patient, report, text: words, critical, draftKey }) => {
    const first = reportOf(tx.db, patient, report);
    const who = personReference(context.person);
    const { id } = putResource(tx, addendumResource(first, report, words, critical, who, tx.at), {
      patient,
      origin: 'person',
      expectedVersion: 0,
    });
    return signed(tx, { patient, id, who, critical, draftKey, person: context.person.id, amends: report });
  }),

  'radiology.pdf': query(async (context, { patient, report }) => {
    const { vault, clock, person } = context;
    const found = reportsOf(context, patient).find(({ id }) => id === report);
    const who = readResource(vault.db, 'Patient', patient)?.resource;
    if (!found || !who) throw new AppError('not-found', { what: 'report' });
    const pictures: { jpeg: Uint8Array; words: string }[] = [];
    // A picture that is not on this machine, or is damaged, must not keep the words back.
    for (const { instance, frame } of printed ? found.keyImages.slice(0, PRINTED_MAX) : [])
      await printed?.(context, patient, instance, frame).then(
        (picture) => pictures.push(picture),
        () => undefined,
      );
    const study = studyOf(vault.db, patient, found.study);
    const pdf = await reportPdf(found, who, study, pictures, isoTime(clock));
    return handouts.offer(person.id, {
      name: `report-${found.signedAt.slice(0, 10)}.pdf`,
      mediaType: 'application/pdf',
      parts: [pdf],
    });
  }),
});

interface Signed {
  patient: string;
  id: string;
  who: PersonReference;
  critical: RadiologyReport['critical'];
  draftKey: string | undefined;
  person: string;
  amends?: string;
}

/** Who signed it, who was told, and the draft gone: in the transaction of the report. */
function signed(tx: Tx, { patient, id, who, critical, draftKey, person, amends }: Signed): { id: string } {
  putResource(tx, signingProvenance('DiagnosticReport', { id, at: tx.at, who, amends }), { patient, origin: 'person' });
  if (critical) putResource(tx, communication(patient, id, critical, who), { patient, origin: 'person' });
  if (draftKey !== undefined) {
    tx.db.prepare('DELETE FROM draft WHERE person = ? AND key = ?').run(person, draftKey);
    tx.changed(['drafts']);
  }
  return { id };
}

function reportOf(db: Db, patient: string, id: string): FhirResource {
  const stored = readResource(db, 'DiagnosticReport', id);
  if (stored === undefined || stored.patient !== patient || !isReport(stored.resource))
    throw new AppError('not-found', { what: 'report' });
  return stored.resource;
}

/** The ImagingStudy with this Study Instance UID. */
function studyOf(db: Db, patient: string, uid: string): FhirResource {
  const found = resourcesOfPatient(db, patient, 'ImagingStudy').find(({ resource }) =>
    parts(resource.identifier).some((identifier) => text(identifier.value)?.replace(/^urn:oid:/, '') === uid),
  );
  if (!found) throw new AppError('not-found', { what: 'study' });
  return found.resource;
}

/** What labels hide from this person is not there. */
function reportsOf(context: Context, patient: string): RadiologyReport[] {
  const { db } = context.vault;
  const hidden = hiddenFrom(context, patient);
  const resources = resourcesOfPatient(db, patient, 'DiagnosticReport')
    .map(({ resource }) => resource)
    .filter(({ id }) => !hidden.has(`DiagnosticReport/${id}`));
  const told = resourcesOfPatient(db, patient, 'Communication').map(({ resource }) => resource);
  return resources
    .flatMap((resource) => reportIn(resource, resources, told) ?? [])
    .sort((one, other) => (one.signedAt < other.signedAt ? 1 : -1));
}
