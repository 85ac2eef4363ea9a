import type { Migration } from './index.ts';

/** People, log, settings, drafts, files and who cares for whom. */
export const first: Migration = {
  version: 1,
  name: 'first',
  up(db) {
    db.exec(`
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE user (
        id TEXT PRIMARY KEY, user_name TEXT NOT NULL UNIQUE COLLATE NOCASE, display_name TEXT NOT NULL, roles TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('active', 'disabled')), last_sign_in TEXT, totp_secret BLOB, created_at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- hash = SHA-256(hash of the entry before || entry); entry is canonical JSON (RFC 8785)
      CREATE TABLE audit (n INTEGER PRIMARY KEY, hash BLOB NOT NULL, entry TEXT NOT NULL, patient TEXT, person TEXT, procedure TEXT, outcome TEXT, at TEXT NOT NULL) STRICT;
      CREATE INDEX audit_by_patient ON audit (patient, n) WHERE patient IS NOT NULL;
      CREATE TABLE audit_seal (count INTEGER PRIMARY KEY, head BLOB NOT NULL, at TEXT NOT NULL, signature BLOB NOT NULL) STRICT;
      CREATE TABLE audit_receipt (count INTEGER PRIMARY KEY, head BLOB NOT NULL, at TEXT NOT NULL, server TEXT NOT NULL, public_key BLOB NOT NULL, signature BLOB NOT NULL) STRICT;

      CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE draft (
        person TEXT NOT NULL, key TEXT NOT NULL, patient TEXT, title TEXT NOT NULL, body TEXT NOT NULL, saved_at TEXT NOT NULL,
        PRIMARY KEY (person, key)
      ) STRICT, WITHOUT ROWID;

      -- the key of each patient's files, wrapped with the vault's key for files; destroying the row destroys the files
      CREATE TABLE patient_key (patient TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE file (
        id TEXT PRIMARY KEY, patient TEXT NOT NULL, content_hash BLOB NOT NULL, wrapped_key BLOB NOT NULL, size INTEGER NOT NULL,
        sha256 TEXT NOT NULL, media_type TEXT NOT NULL, name TEXT NOT NULL, created_at TEXT NOT NULL,
        UNIQUE (patient, content_hash)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE care_team (patient TEXT NOT NULL, person TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (patient, person)) STRICT, WITHOUT ROWID;
      CREATE INDEX care_team_by_person ON care_team (person, patient);
      CREATE TABLE glass_broken (patient TEXT NOT NULL, person TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, until TEXT NOT NULL) STRICT;
      CREATE INDEX glass_broken_by_person ON glass_broken (person, patient, until);
      CREATE TABLE recent_patient (person TEXT NOT NULL, patient TEXT NOT NULL, opened_at TEXT NOT NULL, PRIMARY KEY (person, patient)) STRICT, WITHOUT ROWID;
    `);
  },
};
