/** Rows for studies that came by synchronisation: their ImagingStudy names the files, and what is kept beside an instance is read out of those again. */
import type { Context } from '../../context.ts';
import { resourcesOfPatient, sql } from '../../records/index.ts';
import { limits } from '../limits.ts';
import type { DicomPool } from '../pool.ts';
import { insertInstance } from './instances.ts';
import { filesOfStudy } from './study-resource.ts';

/** Files that were described before uptake values (SUV) were: PET without them. */
async function describeAnew(context: Context, pool: DicomPool, patient: string): Promise<void> {
  const { db, files } = context.vault;
  const old = sql<{ id: string; file: string; uid: string }>(
    db,
    "SELECT id, file, uid FROM dicom_instance WHERE patient = ? AND json_extract(belonging, '$.series.modality') = 'PT' AND json_extract(facts, '$.kind') = 'image' AND json_extract(facts, '$.uptake') IS NULL",
  ).all(patient);
  const found: { id: string; facts: string }[] = [];
  for (const { id, file, uid } of old) {
    const bytes = await files.read(file).catch(() => null);
    if (!bytes) continue;
    const answer = await pool
      .ask('describe', { bytes: new Uint8Array(bytes) }, { seconds: limits.headerSeconds })
      .catch(() => null);
    if (!answer || 'directory' in answer || answer.description.facts.uid !== uid) continue;
    found.push({ id, facts: JSON.stringify(answer.description.facts) });
  }
  if (found.length === 0) return;
  // A series has hundreds of files: one entry of the log for all of them.
  context.write({ action: 'U', procedure: 'imaging.index', patient }, (tx) => {
    const update = sql(tx.db, 'UPDATE dicom_instance SET facts = ? WHERE id = ? AND patient = ?');
    for (const { id, facts } of found) update.run(facts, id, patient);
  });
}

/** Looks at a patient's studies; those files that have not come yet are taken up the next time. */
export async function indexMissing(context: Context, pool: DicomPool, patient: string): Promise<void> {
  await describeAnew(context, pool, patient);
  const { db, files } = context.vault;
  const known = sql(db, 'SELECT 1 FROM dicom_instance WHERE patient = ? AND uid = ?');
  for (const { resource } of resourcesOfPatient(db, patient, 'ImagingStudy')) {
    const missing = filesOfStudy(resource).filter(
      ({ uid, file }) => known.get(patient, uid) === undefined && files.find(file)?.patient === patient,
    );
    for (const { id, uid, file } of missing) {
      const bytes = await files.read(file);
      const answer = await pool
        .ask('describe', { bytes: new Uint8Array(bytes) }, { seconds: limits.headerSeconds })
        .catch(() => null);
      // What was taken in on another device can be described here too; a file that cannot is damaged, and is not listed.
      if (!answer || 'directory' in answer || answer.description.facts.uid !== uid) continue;
      const { description } = answer;
      context.write({ action: 'C', procedure: 'imaging.index', patient }, (tx) => {
        if (known.get(patient, uid) !== undefined) return;
        insertInstance(
          tx.db,
          {
            id,
            patient,
            study: description.belonging.study.uid,
            series: description.belonging.series.uid,
            uid,
            resource: resource.id ?? '',
            file: files.find(file)?.id ?? file,
            bytes: bytes.byteLength,
          },
          description,
        );
      });
    }
  }
}
