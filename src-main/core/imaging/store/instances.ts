/** The rows of instances: written when a file comes in, read by the viewer. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context, Db } from '../../context.ts';
import { isoTime } from '../../ports.ts';
import { hasAccess, hiddenFrom, sql } from '../../records/index.ts';
import {
  type Belonging,
  type Description,
  type FrameFacts,
  frameFacts,
  type InstanceFacts,
  instanceFacts,
  type PixelPlan,
  pixelPlan,
} from '../facts.ts';
import { personKey } from './person.ts';

export interface InstanceRow {
  id: string;
  patient: string;
  study: string;
  series: string;
  uid: string;
  resource: string;
  file: string;
  bytes: number;
}

export interface Instance extends InstanceRow {
  belonging: Pick<Belonging, 'study' | 'series'>;
  facts: InstanceFacts;
}

interface FullRow extends InstanceRow {
  belonging: string;
  facts: string;
  pixels: string | null;
  frames: string | null;
}

const COLUMNS = 'id, patient, study, series, uid, resource, file, bytes';

export function insertInstance(db: Db, row: InstanceRow, { belonging, facts, pixels, frames }: Description): void {
  sql(
    db,
    `INSERT INTO dicom_instance (${COLUMNS}, belonging, facts, pixels, frames) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    row.id,
    row.patient,
    row.study,
    row.series,
    row.uid,
    row.resource,
    row.file,
    row.bytes,
    JSON.stringify({ study: belonging.study, series: belonging.series, person: personKey(belonging.patient) }),
    JSON.stringify(facts),
    pixels && JSON.stringify(pixels),
    frames && JSON.stringify(frames),
  );
}

/** All instances of a patient, or of one of their studies, that this person may see. */
export function instancesOf(context: Context, patient: string, study?: string): Instance[] {
  const hidden = hiddenFrom(context, patient);
  const { db } = context.vault;
  const rows =
    study === undefined
      ? sql<FullRow>(db, `SELECT ${COLUMNS}, belonging, facts FROM dicom_instance WHERE patient = ?`).all(patient)
      : sql<FullRow>(db, `SELECT ${COLUMNS}, belonging, facts FROM dicom_instance WHERE patient = ? AND study = ?`).all(
          patient,
          study,
        );
  const alive = new Map<string, boolean>();
  return rows.filter((row) => isThere(db, row.resource, alive) && !hidden.has(`ImagingStudy/${row.resource}`)).map(instanceOf);
}

/** The files of a study as they came, for sending on. @throws AppError not-found */
export function originalsOf(context: Context, patient: string, study: string): { uid: string; read(): Promise<Uint8Array> }[] {
  const rows = instancesOf(context, patient, study);
  if (rows.length === 0) throw new AppError('not-found', { what: 'study' });
  return rows.map(({ uid, file }) => ({ uid, read: () => context.vault.files.read(file) }));
}

/** Those patients of this person who have a study of this number. */
export function patientsWithStudy(context: Context, study: string): string[] {
  const now = isoTime(context.clock);
  return sql<{ patient: string }>(context.vault.db, 'SELECT DISTINCT patient FROM dicom_instance WHERE study = ?')
    .all(study)
    .map(({ patient }) => patient)
    .filter((patient) => hasAccess(context.vault.db, patient, context.person.id, now));
}

/** A study that was removed from the chart is not shown, though its files stay until they are purged. */
function isThere(db: Db, resource: string, known: Map<string, boolean>): boolean {
  let there = known.get(resource);
  if (there === undefined) {
    there =
      sql<{ deleted: number }>(db, "SELECT deleted FROM resource WHERE type = 'ImagingStudy' AND id = ?").get(resource)
        ?.deleted === 0;
    known.set(resource, there);
  }
  return there;
}

export type FullInstance = Instance & { pixels: PixelPlan | null; frames: FrameFacts[] | null };

/**
 * Throws `not-found`, also where the instance is another patient's, or of a study that is kept from this person.
 * @param held parsed rows by id, looked into and added to: whether it may be seen is asked all the same
 */
export function instanceById(context: Context, patient: string, id: string, held?: Map<string, FullInstance>): FullInstance {
  const { db } = context.vault;
  const known = held?.get(id);
  const found = known?.patient === patient ? known : readInstance(db, patient, id);
  if (!found || !isThere(db, found.resource, new Map()) || hiddenFrom(context, patient).has(`ImagingStudy/${found.resource}`))
    throw new AppError('not-found', { what: 'image' });
  if (found !== known) held?.set(id, found);
  return found;
}

function readInstance(db: Db, patient: string, id: string): FullInstance | undefined {
  const row = sql<FullRow>(
    db,
    `SELECT ${COLUMNS}, belonging, facts, pixels, frames FROM dicom_instance WHERE id = ? AND patient = ?`,
  ).get(id, patient);
  return (
    row && {
      ...instanceOf(row),
      pixels: row.pixels === null ? null : pixelPlan.parse(JSON.parse(row.pixels)),
      frames: row.frames === null ? null : frameFacts.array().parse(JSON.parse(row.frames)),
    }
  );
}

function instanceOf(row: FullRow): Instance {
  const { belonging, facts, pixels: _pixels, frames: _frames, ...rest } = row;
  // Written by this program from a Belonging of its own.
  return { ...rest, belonging: JSON.parse(belonging) as Instance['belonging'], facts: instanceFacts.parse(JSON.parse(facts)) };
}
