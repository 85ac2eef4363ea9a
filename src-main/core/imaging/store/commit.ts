/** Writes what has come of a study in one transaction: files, rows, ImagingStudy; or its place among those in doubt. */
import type { Context, Tx } from '../../context.ts';
import { joinCareTeam, putResource, sql } from '../../records/index.ts';
import type { WrittenFile } from '../../vault/index.ts';
import type { Description } from '../facts.ts';
import type { Pending } from './import.ts';
import { insertInstance } from './instances.ts';
import { patientResource, personKey } from './person.ts';
import { type Listed, studyResource } from './study-resource.ts';

/** @returns whether the study is new in the chart */
export function commitStudy(context: Context, pending: Pending): boolean {
  const { owner, match } = pending;
  const [first] = pending.files;
  if (!first) return false;
  if (match.kind === 'doubt') {
    context.write({ action: 'C', procedure: 'imaging.import', reason: 'in doubt' }, (tx) => {
      sql(
        tx.db,
        'INSERT INTO dicom_waiting (id, study, person_key, belonging, came_at, source, reason) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ).run(
        owner,
        pending.study,
        personKey(pending.person),
        JSON.stringify(first.description.belonging),
        tx.at,
        pending.source,
        match.reason,
      );
      for (const { description, written, name } of pending.files) {
        const file = context.vault.files.record(tx.db, written, tx.at);
        sql(
          tx.db,
          'INSERT INTO dicom_waiting_file (waiting, uid, file, name, modality) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        ).run(owner, description.facts.uid, file, name.slice(-255), description.belonging.series.modality);
      }
      tx.changed(['images']);
    });
    return true;
  }
  return context.write({ action: 'C', procedure: 'imaging.import', patient: owner }, (tx) => {
    if (match.kind === 'new' && sql(tx.db, 'SELECT 1 FROM patient_row WHERE id = ?').get(owner) === undefined) {
      putResource(tx, patientResource(owner, pending.person), { origin: 'imported' });
      joinCareTeam(tx, owner);
    }
    return writeStudy(context, tx, owner, pending.study, pending.files);
  });
}

/** Rows and ImagingStudy of instances whose files are written. @returns whether the study is new in the chart */
export function writeStudy(
  context: Context,
  tx: Tx,
  patient: string,
  study: string,
  files: readonly { description: Description; written: WrittenFile }[],
): boolean {
  const earlier = sql<{ resource: string }>(
    tx.db,
    'SELECT resource FROM dicom_instance WHERE patient = ? AND study = ? LIMIT 1',
  ).get(patient, study)?.resource;
  // A study that was taken out of the chart and comes again is a new one.
  const alive =
    earlier !== undefined &&
    sql(tx.db, "SELECT 1 FROM resource WHERE type = 'ImagingStudy' AND id = ? AND deleted = 0").get(earlier) !== undefined;
  if (earlier !== undefined && !alive)
    sql(tx.db, 'DELETE FROM dicom_instance WHERE patient = ? AND study = ? AND resource = ?').run(patient, study, earlier);
  const resource = alive ? earlier : tx.chance.id();
  for (const { description, written } of files) {
    const file = context.vault.files.record(tx.db, written, tx.at);
    const { facts, belonging } = description;
    insertInstance(
      tx.db,
      { id: tx.chance.id(), patient, study, series: belonging.series.uid, uid: facts.uid, resource, file, bytes: written.size },
      description,
    );
  }
  putResource(tx, studyResource(resource, patient, listedOf(tx, patient, study)), { patient, origin: 'imported' });
  tx.changed(['images', 'chart'], patient);
  return !alive;
}

function listedOf(tx: Tx, patient: string, study: string): Listed[] {
  return (
    sql<{ id: string; uid: string; file: string; belonging: string; facts: string }>(
      tx.db,
      'SELECT id, uid, file, belonging, facts FROM dicom_instance WHERE patient = ? AND study = ?',
    )
      .all(patient, study)
      // Written by this program.
      .map((row) => ({
        id: row.id,
        uid: row.uid,
        file: row.file,
        belonging: JSON.parse(row.belonging) as Listed['belonging'],
        facts: JSON.parse(row.facts) as Listed['facts'],
      }))
  );
}
