import type { Migration } from './index.ts';

/** Which versions of the models read here and who vouches for them; what is read in batches; what a version in the shadow would have said. */
export const models: Migration = {
  version: 8,
  name: 'models',
  up(db) {
    db.exec(`
      -- a model without a row here reads with the newest version that came with the application
      CREATE TABLE model_use (model TEXT PRIMARY KEY, active TEXT NOT NULL, shadow TEXT) STRICT, WITHOUT ROWID;
      CREATE TABLE model_use_log (n INTEGER PRIMARY KEY, model TEXT NOT NULL, act TEXT NOT NULL, version TEXT, by TEXT NOT NULL, at TEXT NOT NULL) STRICT;
      -- key: Ed25519, raw, base64
      CREATE TABLE model_publisher (key TEXT PRIMARY KEY, name TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
      -- what was measured of a model on this machine: provider and threads that are fastest, for which machine
      CREATE TABLE model_fit (model TEXT NOT NULL, version TEXT NOT NULL, machine TEXT NOT NULL, fit TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (model, version, machine)) STRICT, WITHOUT ROWID;

      -- outcome is JSON without anything of the patient
      CREATE TABLE shadow_reading (
        reading TEXT NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL, against TEXT NOT NULL, agrees INTEGER NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (reading, model, version)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX shadow_reading_by_version ON shadow_reading (model, version, at);

      -- path: the folder, where it is read by path; source 'sent': files come from the page
      CREATE TABLE batch (
        id TEXT PRIMARY KEY, source TEXT NOT NULL CHECK (source IN ('folder', 'sent', 'worklist')), title TEXT NOT NULL, path TEXT, task TEXT,
        person TEXT NOT NULL, created_at TEXT NOT NULL, finished_at TEXT, cancelled INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE batch_item (
        batch TEXT NOT NULL, n INTEGER NOT NULL, name TEXT NOT NULL, patient TEXT, image TEXT, size INTEGER, modified_ms INTEGER,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'refused')), result TEXT, at TEXT, PRIMARY KEY (batch, n)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX batch_item_by_state ON batch_item (batch, state, n);
    `);
  },
};
