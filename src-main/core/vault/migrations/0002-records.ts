import type { Migration } from './index.ts';

/**
 * Resources with their history, the change log, and what is derived from them for lists and searches.
 * A row of `resource` is small; the text of each version, the current one too, stands once in `resource_history`, where rows are only added.
 */
export const records: Migration = {
  version: 2,
  name: 'records',
  up(db) {
    db.exec(`
      CREATE TABLE resource (
        type TEXT NOT NULL, id TEXT NOT NULL, patient TEXT, version INTEGER NOT NULL, hlc TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
        author TEXT NOT NULL, origin TEXT NOT NULL CHECK (origin IN ('person', 'machine', 'imported')), file TEXT,
        hash TEXT NOT NULL, body_n INTEGER NOT NULL, PRIMARY KEY (type, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX resource_by_patient ON resource (patient, type, id) WHERE patient IS NOT NULL;

      -- body is canonical JSON with the numbers as they came; empty for a deletion
      CREATE TABLE resource_history (
        n INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, hlc TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
        author TEXT NOT NULL, device TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX resource_history_by_version ON resource_history (type, id, version);

      -- the outbox: what this device has changed, in order; hash is SHA-256 of body in hex
      CREATE TABLE change_log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, id TEXT NOT NULL, patient TEXT, base_version INTEGER NOT NULL, new_version INTEGER NOT NULL,
        hlc TEXT NOT NULL, author TEXT NOT NULL, device TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL
      ) STRICT;

      -- other names of a resource: the address under which it came, or the hash of what came without an id
      CREATE TABLE known_as (name TEXT PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE INDEX known_as_by_resource ON known_as (type, id);

      -- imports under way: what was written so far, to be shown by one last commit or taken back
      CREATE TABLE import_run (id TEXT PRIMARY KEY, person TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE import_item (
        run TEXT NOT NULL, n INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, patient TEXT, new_version INTEGER NOT NULL, hlc TEXT NOT NULL,
        author TEXT NOT NULL, device TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (run, n)
      ) STRICT, WITHOUT ROWID;

      -- from here on derived: rebuildDerived makes all of it again from the resources

      CREATE TABLE patient_row (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, family TEXT NOT NULL, given TEXT NOT NULL, birth_date TEXT, sex TEXT, deceased INTEGER NOT NULL,
        deceased_at TEXT, phone TEXT, address TEXT, identifiers TEXT NOT NULL, sample INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX patient_row_by_birth ON patient_row (birth_date);

      CREATE TABLE name_token (token TEXT NOT NULL, patient TEXT NOT NULL, PRIMARY KEY (token, patient)) STRICT, WITHOUT ROWID;
      CREATE INDEX name_token_by_patient ON name_token (patient);
      CREATE TABLE name_word (n INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;
      CREATE VIRTUAL TABLE name_trigram USING fts5 (word, content = 'name_word', content_rowid = 'n', tokenize = 'trigram');

      -- kind: id (letters and digits of an identifier), phone (digits), phone-end (digits from the end), birth (date)
      CREATE TABLE person_key (kind TEXT NOT NULL, key TEXT NOT NULL, patient TEXT NOT NULL, PRIMARY KEY (kind, key, patient)) STRICT, WITHOUT ROWID;
      CREATE INDEX person_key_by_patient ON person_key (patient);

      -- one line of a list or of the timeline; part tells the values of one resource apart (systolic, diastolic)
      CREATE TABLE chart_row (
        type TEXT NOT NULL, id TEXT NOT NULL, part INTEGER NOT NULL, patient TEXT NOT NULL, list TEXT NOT NULL, at TEXT, at_ms INTEGER,
        title TEXT, title_ref TEXT, detail TEXT, status TEXT, weight TEXT NOT NULL, origin TEXT NOT NULL, by TEXT, by_ref TEXT, file TEXT,
        code TEXT, value REAL, printed TEXT, unit TEXT, low REAL, high REAL, flag TEXT, PRIMARY KEY (type, id, part)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX chart_row_by_list ON chart_row (patient, list, at_ms);

      CREATE TABLE reference (
        type TEXT NOT NULL, id TEXT NOT NULL, target_type TEXT NOT NULL, target_id TEXT NOT NULL, PRIMARY KEY (type, id, target_type, target_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX reference_by_target ON reference (target_type, target_id);

      CREATE TABLE token (type TEXT NOT NULL, id TEXT NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (system, code, type, id)) STRICT, WITHOUT ROWID;
      CREATE INDEX token_by_resource ON token (type, id);

      -- what to call a Practitioner, Organization, Medication ... that others refer to
      CREATE TABLE label (type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (type, id)) STRICT, WITHOUT ROWID;
    `);
  },
};
