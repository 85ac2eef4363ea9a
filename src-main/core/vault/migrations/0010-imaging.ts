import type { Migration } from './index.ts';

/** DICOM instances beside the FHIR ImagingStudy that lists them, and studies whose patient is in doubt. */
export const imaging: Migration = {
  version: 10,
  name: 'imaging',
  up(db) {
    db.exec(`
      -- derived from the file, and made again from it where it came by synchronisation. facts, pixels and frames: JSON as in core/imaging/facts.ts
      CREATE TABLE dicom_instance (
        id TEXT PRIMARY KEY, patient TEXT NOT NULL, study TEXT NOT NULL, series TEXT NOT NULL, uid TEXT NOT NULL, resource TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL,
        belonging TEXT NOT NULL, facts TEXT NOT NULL, pixels TEXT, frames TEXT, UNIQUE (patient, uid)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX dicom_instance_by_study ON dicom_instance (patient, study, series);
      CREATE INDEX dicom_instance_by_uid ON dicom_instance (uid);

      -- a study that waits for a decision whose it is; its files are kept under this id in place of a patient's, and leave the machine only afterwards
      CREATE TABLE dicom_waiting (
        id TEXT PRIMARY KEY, study TEXT NOT NULL, person_key TEXT NOT NULL, belonging TEXT NOT NULL, came_at TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, UNIQUE (study, person_key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE dicom_waiting_file (
        waiting TEXT NOT NULL REFERENCES dicom_waiting (id), uid TEXT NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL, modality TEXT NOT NULL, PRIMARY KEY (waiting, uid)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
