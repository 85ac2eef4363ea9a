import type { Migration } from './index.ts';

/** When backups are made, and which there are: what the screen, the proof of an erasure and the check of the compliance officer read. */
export const backups: Migration = {
  version: 5,
  name: 'backups',
  up(db) {
    db.exec(`
      -- key: the backup's own random key, so that it can be tested also after the vault's key was rotated. verified_at: the last test restore that came off;
      -- unfit: why the last one did not. removed_at: when it was deleted by the plan. Times are ISO 8601 UTC.
      CREATE TABLE backups (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('planned', 'single')), place TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
        bytes INTEGER NOT NULL, patients INTEGER NOT NULL, files INTEGER NOT NULL, entries INTEGER NOT NULL, key BLOB NOT NULL,
        verified_at TEXT, unfit TEXT, removed_at TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX backups_by_time ON backups (created_at);

      CREATE TABLE backup_plan (
        only INTEGER PRIMARY KEY CHECK (only = 1), folder TEXT NOT NULL, every_days INTEGER NOT NULL, keep INTEGER NOT NULL, set_at TEXT NOT NULL,
        failed_at TEXT, failure TEXT
      ) STRICT;
    `);
  },
};
