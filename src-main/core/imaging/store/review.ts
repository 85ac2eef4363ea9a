/** Studies whose patient is in doubt: who it may be, and what becomes of them. */
import type { ImagingReviewItem } from '../../../../src-shared/contract/imaging.ts';
import type { ParsedInput } from '../../../../src-shared/contract/index.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context, Db, RunningJob } from '../../context.ts';
import { joinCareTeam, putResource, sql } from '../../records/index.ts';
import type { WrittenFile } from '../../vault/index.ts';
import type { Belonging, Description } from '../facts.ts';
import { limits } from '../limits.ts';
import type { DicomPool } from '../pool.ts';
import { writeStudy } from './commit.ts';
import { candidates, shownSource } from './matching.ts';
import { patientResource } from './person.ts';

interface WaitingRow {
  id: string;
  study: string;
  belonging: string;
  came_at: string;
  source: string;
  reason: string;
}

const COLUMNS = 'id, study, belonging, came_at, source, reason';

export function waitingStudies(db: Db): ImagingReviewItem[] {
  return sql<WaitingRow>(db, `SELECT ${COLUMNS} FROM dicom_waiting ORDER BY came_at`)
    .all()
    .map((row) => {
      const { patient, study } = belongingOf(row);
      const files = sql<{ modality: string; n: number }>(
        db,
        'SELECT modality, count(*) AS n FROM dicom_waiting_file WHERE waiting = ? GROUP BY modality ORDER BY modality',
      ).all(row.id);
      return {
        id: row.id,
        study: row.study,
        name: patient.name,
        birthDate: patient.birthDate,
        sex: patient.sex,
        identifiers: [patient.id, ...patient.otherIds].filter((id) => id !== undefined),
        description: study.description,
        date: study.date,
        modalities: files.map((one) => one.modality),
        instances: files.reduce((sum, one) => sum + one.n, 0),
        cameAt: row.came_at,
        source: shownSource(row.source),
        reason: row.reason,
        candidates: candidates(db, patient, row.source),
      };
    });
}

/** Moves the files to the patient's keys, or throws them away. @throws AppError `not-found`, `dicom-conflict` */
export async function decideStudy(
  context: Context,
  pool: DicomPool,
  { item, decision }: ParsedInput<'imaging.match'>,
  job: RunningJob,
): Promise<{ patient?: string }> {
  const { db, files } = context.vault;
  const row = waitingRow(db, item);
  const waiting = sql<{ uid: string; file: string; name: string }>(
    db,
    'SELECT uid, file, name FROM dicom_waiting_file WHERE waiting = ?',
  ).all(item);
  if (decision.kind === 'discard') {
    context.write({ action: 'D', procedure: 'imaging.match', reason: 'discarded' }, (tx) => {
      forget(tx.db, item);
      tx.changed(['images']);
    });
    for (const { file } of waiting) files.drop({ id: file });
    return {};
  }
  const patient = decision.kind === 'patient' ? decision.patient : context.chance.id();
  if (decision.kind === 'patient' && sql(db, 'SELECT 1 FROM patient_row WHERE id = ?').get(patient) === undefined)
    throw new AppError('not-found', { what: 'patient' });
  const moved: { description: Description; written: WrittenFile }[] = [];
  try {
    for (const [done, { uid, file, name }] of waiting.entries()) {
      job.signal.throwIfAborted();
      job.progress(done, waiting.length);
      const bytes = await files.read(file);
      const kept = sql<{ sha256: string }>(
        db,
        'SELECT f.sha256 FROM dicom_instance i JOIN file f ON f.id = i.file WHERE i.patient = ? AND i.uid = ?',
      ).get(patient, uid);
      if (kept && kept.sha256 !== files.find(file)?.sha256) throw new AppError('dicom-conflict');
      if (kept) continue;
      const answer = await pool.ask(
        'describe',
        { bytes: new Uint8Array(bytes) },
        { seconds: limits.headerSeconds, signal: job.signal },
      );
      if ('description' in answer)
        moved.push({ description: answer.description, written: await files.write(patient, name, 'application/dicom', bytes) });
    }
    context.write({ action: 'U', procedure: 'imaging.match', patient }, (tx) => {
      // Somebody else may have decided in the meantime.
      const now = waitingRow(tx.db, item);
      if (decision.kind === 'register') {
        putResource(tx, patientResource(patient, belongingOf(now).patient), { origin: 'imported' });
        joinCareTeam(tx, patient);
      }
      if (moved.length > 0) writeStudy(context, tx, patient, row.study, moved);
      forget(tx.db, item);
      tx.changed(['images', 'patients'], patient);
    });
  } catch (thrown) {
    for (const { written } of moved) if (!files.find(written.id)) files.drop(written);
    throw thrown;
  }
  for (const { file } of waiting) files.drop({ id: file });
  return { patient };
}

/** Throws `not-found`. */
function waitingRow(db: Db, item: string): WaitingRow {
  const row = sql<WaitingRow>(db, `SELECT ${COLUMNS} FROM dicom_waiting WHERE id = ?`).get(item);
  if (!row) throw new AppError('not-found', { what: 'study that waits' });
  return row;
}

/** The rows, the files' rows and the key that opens them. */
function forget(db: Db, item: string): void {
  sql(db, 'DELETE FROM dicom_waiting_file WHERE waiting = ?').run(item);
  sql(db, 'DELETE FROM dicom_waiting WHERE id = ?').run(item);
  sql(db, 'DELETE FROM sync_file WHERE id IN (SELECT id FROM file WHERE patient = ?)').run(item);
  sql(db, 'DELETE FROM file WHERE patient = ?').run(item);
  sql(db, 'DELETE FROM patient_key WHERE patient = ?').run(item);
}

// Written by this program from a Belonging of its own.
const belongingOf = (row: WaitingRow) => JSON.parse(row.belonging) as Belonging;
