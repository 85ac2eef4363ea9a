/** Destroying what was removed from a chart, once its time for coming back is over. Its deletion stays, so that the server and other workstations learn of it. */
import { AppError } from '../../../src-shared/errors/index.ts';
import { relativeTarget, type Target } from '../../../src-shared/fhir/references.ts';
import type { Context, Tx } from '../context.ts';
import { headOf, sql } from '../records/index.ts';
import { refuseHeld } from './holds.ts';
import { saidBy } from './removal.ts';
import { addYears, yearsOf } from './rules.ts';

/** @returns how many versions were destroyed. @throws AppError `not-found`, `legal-hold`, `not-due` */
export function purge(context: Context, tx: Tx, patient: string, removal: string): number {
  refuseHeld(tx.db, patient);
  const alone = relativeTarget(removal);
  const targets = alone === undefined ? (saidBy(tx.db, patient, removal)?.targets ?? []) : [alone];
  const gone = targets.filter(({ type, id }) => {
    const head = headOf(tx.db, type, id);
    return type !== 'Patient' && head?.deleted === 1 && head.patient === patient;
  });
  if (gone.length === 0) throw new AppError('not-found', { what: 'removal' });
  const dueBefore = addYears(tx.at, -yearsOf(tx.db, 'removed'));
  let versions = 0;
  for (const target of gone) {
    const at =
      sql<{ at: string }>(
        tx.db,
        'SELECT h.at FROM resource r JOIN resource_history h ON h.n = r.body_n WHERE r.type = ? AND r.id = ?',
      ).get(target.type, target.id)?.at ?? tx.at;
    if (at > dueBefore) throw new AppError('not-due', { date: addYears(at, yearsOf(tx.db, 'removed')).slice(0, 10) });
    versions += sql(tx.db, 'DELETE FROM resource_history WHERE type = ? AND id = ? AND deleted = 0').run(
      target.type,
      target.id,
    ).changes;
    sql(tx.db, 'DELETE FROM known_as WHERE type = ? AND id = ?').run(target.type, target.id);
    dropLetter(context, tx, patient, target);
    dropStudy(context, tx, patient, target);
    dropFile(context, tx, patient, target);
    tx.touched({ type: target.type, id: target.id });
  }
  tx.changed(['lifetime', 'chart'], patient);
  return versions;
}

/** With the straightened pictures of its pages, which nothing but the letter names. */
function dropLetter(context: Context, tx: Tx, patient: string, { type, id }: Target): void {
  if (type !== 'DocumentReference') return;
  const pages = sql<{ image: string }>(tx.db, 'SELECT DISTINCT image FROM document_page WHERE document = ?').all(id);
  sql(tx.db, 'DELETE FROM document_text WHERE document = ?').run(id);
  sql(tx.db, 'DELETE FROM document WHERE id = ?').run(id);
  for (const { image } of pages)
    if (
      sql(
        tx.db,
        'SELECT 1 FROM resource WHERE file = @image UNION ALL SELECT 1 FROM document_page WHERE image = @image LIMIT 1',
      ).get({ image }) === undefined
    )
      destroyFile(context, tx, patient, image);
}

/** With the files of its instances, which nothing but the study names. */
function dropStudy(context: Context, tx: Tx, patient: string, { type, id }: Target): void {
  if (type !== 'ImagingStudy') return;
  const files = sql<{ file: string }>(tx.db, 'SELECT file FROM dicom_instance WHERE patient = ? AND resource = ?').all(
    patient,
    id,
  );
  sql(tx.db, 'DELETE FROM dicom_instance WHERE patient = ? AND resource = ?').run(patient, id);
  for (const { file } of files)
    if (
      sql(
        tx.db,
        'SELECT 1 FROM resource WHERE file = @file UNION ALL SELECT 1 FROM dicom_instance WHERE file = @file LIMIT 1',
      ).get({ file }) === undefined
    )
      destroyFile(context, tx, patient, file);
}

/** The file goes where nothing else of the record names it. Its key goes with its row. */
function dropFile(context: Context, tx: Tx, patient: string, { type, id }: Target): void {
  const file = headOf(tx.db, type, id)?.file;
  if (file == null) return;
  if (sql(tx.db, 'SELECT 1 FROM resource WHERE file = ? AND (type <> ? OR id <> ?) LIMIT 1').get(file, type, id) !== undefined)
    return;
  sql(tx.db, 'UPDATE resource SET file = NULL WHERE type = ? AND id = ?').run(type, id);
  if (sql(tx.db, 'SELECT 1 FROM document_page WHERE image = ? LIMIT 1').get(file) === undefined)
    destroyFile(context, tx, patient, file);
}

function destroyFile(context: Context, tx: Tx, patient: string, file: string): void {
  sql(tx.db, 'DELETE FROM sync_file WHERE id = ?').run(file);
  if (sql(tx.db, 'DELETE FROM file WHERE id = ? AND patient = ?').run(file, patient).changes === 0) return;
  tx.afterwards(() => context.vault.files.destroy(patient, [file]));
}
