/** What models said of pictures, as it stands in charts, and what people made of it. */
import type { Output, ParsedInput } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, Db, Tx } from '../context.ts';
import { hiddenFrom, putResource, readResource } from '../records/index.ts';
import { deviceOf, observationId, resourcesOfReading, type StoredReading, storedReadingOf } from './resources.ts';

export type WriteTx = Tx;

/** Stores a reading as a proposal. */
export function putReading(tx: WriteTx, found: StoredReading): void {
  const { patient } = found.reading;
  putResource(tx, deviceOf(found.reading), { origin: 'machine' });
  for (const resource of resourcesOfReading(found, null, tx.at)) putResource(tx, resource, { patient, origin: 'machine' });
  tx.changed(['readings', 'images', 'chart'], patient);
}

/** Throws `not-found`. */
export function getReading(db: Db, patient: string, id: string): StoredReading {
  const report = readResource(db, 'DiagnosticReport', id);
  const stored = report?.patient === patient ? storedReadingOf(report.resource) : undefined;
  if (!stored) throw new AppError('not-found', { what: 'reading' });
  return stored;
}

export function readingsOfImage(db: Db, patient: string, image: string): Output<'readings.ofImage'>['readings'] {
  const rows = db
    .prepare<[string, string], { id: string }>(
      "SELECT r.id FROM reference r JOIN resource s ON s.type = r.type AND s.id = r.id AND s.deleted = 0 WHERE r.target_type = 'Media' AND r.target_id = ? AND r.type = 'DiagnosticReport' AND s.patient = ?",
    )
    .all(image, patient);
  // A study has reports of other kinds too, and readings of its other pictures.
  const ofStudy = db
    .prepare<[string, string, string], { id: string }>(
      "SELECT r.id FROM dicom_instance i JOIN reference r ON r.target_type = 'ImagingStudy' AND r.target_id = i.resource AND r.type = 'DiagnosticReport' JOIN resource s ON s.type = r.type AND s.id = r.id AND s.deleted = 0 WHERE i.id = ? AND i.patient = ? AND s.patient = ?",
    )
    .all(image, patient, patient)
    .flatMap(
      ({ id }) =>
        storedReadingOf(readResource(db, 'DiagnosticReport', id)?.resource ?? { resourceType: 'DiagnosticReport' })?.reading ??
        [],
    )
    .filter((reading) => reading.image === image);
  return [...rows.map((row) => getReading(db, patient, row.id).reading), ...ofStudy].sort((one, other) =>
    one.at < other.at ? 1 : -1,
  );
}

/** Of all images of a study. */
export function readingsOfStudy(db: Db, patient: string, study: string): Output<'readings.ofStudy'>['readings'] {
  return db
    .prepare<[string, string, string], { id: string }>(
      "SELECT DISTINCT r.id FROM dicom_instance i JOIN reference r ON r.target_type = 'ImagingStudy' AND r.target_id = i.resource AND r.type = 'DiagnosticReport' JOIN resource s ON s.type = r.type AND s.id = r.id AND s.deleted = 0 WHERE i.study = ? AND i.patient = ? AND s.patient = ?",
    )
    .all(study, patient, patient)
    .flatMap(({ id }) => storedReadingOf(readResource(db, 'DiagnosticReport', id)?.resource ?? nothing)?.reading ?? [])
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}

/**
 * The Observation of a reading that a report may rest on: one with an answer, which a person has accepted or changed.
 * Throws `not-found`, `invalid-input`.
 */
export function acceptedObservation(
  context: Context,
  db: Db,
  { patient, study, id }: { patient: string; study: string; id: string },
): string {
  const { reading } = getReading(db, patient, id);
  if (reading.imagingStudy !== study || hiddenFrom(context, patient).has(`DiagnosticReport/${id}`))
    throw new AppError('not-found', { what: 'reading' });
  const verdict = reading.decision?.verdict;
  if (reading.status === 'refused' || verdict === undefined || verdict === 'rejected')
    throw new AppError('invalid-input', { what: 'a reading that no clinician has accepted' });
  return observationId(reading);
}

const nothing = { resourceType: 'DiagnosticReport' };

/** Throws `conflict` where somebody has decided already, `invalid-input` where a reason or the right answer is missing. */
export function decide(context: Context, tx: WriteTx, input: ParsedInput<'readings.decide'>): void {
  const stored = getReading(tx.db, input.patient, input.id);
  const { reading } = stored;
  if (reading.decision) throw new AppError('conflict');
  const { verdict, reason } = input;
  if (verdict !== 'accepted' && !reason?.trim())
    throw new AppError('invalid-input', { what: 'a reason is needed to change or reject a reading' });
  if (verdict === 'changed' && reading.status === 'refused')
    throw new AppError('invalid-input', { what: 'a picture that was not read has no answer to change' });
  const film = reading.task === 'chest-xray';
  if (verdict === 'changed' && (film ? input.positive : input.grade) === undefined)
    throw new AppError('invalid-input', {
      what: film ? 'the answer that it is changed to is missing' : 'the grade that it is changed to is missing',
    });
  const changed = verdict !== 'changed' ? {} : film ? { positive: input.positive } : { grade: input.grade };
  const decided: StoredReading = {
    ...stored,
    reading: { ...reading, decision: { verdict, ...changed, reason, by: context.person.displayName, at: tx.at } },
  };
  for (const resource of resourcesOfReading(decided, { id: context.person.id, name: context.person.displayName }, tx.at)) {
    putResource(tx, resource, { patient: input.patient, origin: verdict === 'rejected' ? 'machine' : 'person' });
  }
  tx.model(modelName(stored) ?? '', verdict);
  tx.changed(['readings', 'chart', 'models'], input.patient);
}

/** Of patients in this person's care, newest first. */
export function unreadReadings(context: Context, limit: number): Output<'readings.unread'>['items'] {
  const rows = context.vault.db
    .prepare<[string, number], { id: string; patient: string; name: string }>(
      `SELECT c.id, c.patient, p.name FROM care_team t JOIN chart_row c ON c.patient = t.patient AND c.list = 'readings' AND c.status = 'preliminary' AND c.type = 'DiagnosticReport'
       JOIN patient_row p ON p.id = c.patient WHERE t.person = ? ORDER BY c.at_ms DESC LIMIT ?`,
    )
    .all(context.person.id, limit);
  return rows
    .filter((row) => !hiddenFrom(context, row.patient).has(`DiagnosticReport/${row.id}`))
    .map((row) => ({ reading: getReading(context.vault.db, row.patient, row.id).reading, patientName: row.name }));
}

/** For the audit entry. */
export function modelName(stored: StoredReading | null): string | undefined {
  return stored ? `${stored.reading.model} ${stored.reading.modelVersion}` : undefined;
}

/** The same in a few words. */
export function outcomeOf(stored: StoredReading | null): string | undefined {
  if (!stored) return undefined;
  const { status, grade, finding, positive } = stored.reading;
  if (status === 'refused') return 'refused';
  return finding === undefined ? `grade ${grade}` : `${finding} ${positive ? 'present' : 'absent'}`;
}
