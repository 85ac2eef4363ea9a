import type { Migration } from './index.ts';

/** How long records are kept, what holds them, and what was erased. */
export const lifetime: Migration = {
  version: 6,
  name: 'lifetime',
  up(db) {
    db.exec(`
      -- a rule without a row here has its default
      CREATE TABLE retention_rule (rule TEXT PRIMARY KEY, years INTEGER NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE retention_check (id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, due INTEGER NOT NULL) STRICT, WITHOUT ROWID;

      -- somebody looked at a record that was due and keeps it until then
      CREATE TABLE retention_decision (
        id TEXT PRIMARY KEY, patient TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, until TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX retention_decision_by_patient ON retention_decision (patient, until);

      CREATE TABLE legal_hold (
        id TEXT PRIMARY KEY, patient TEXT NOT NULL, reason TEXT NOT NULL, set_by TEXT NOT NULL, set_at TEXT NOT NULL,
        lifted_by TEXT, lifted_at TEXT, lift_reason TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX legal_hold_by_patient ON legal_hold (patient, lifted_at);

      -- patient is a pseudonym here: nothing else in the vault says who it was; rows-gone: what lies outside of the rows is still to be done
      CREATE TABLE erasure (
        id TEXT PRIMARY KEY, patient TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('requested', 'withdrawn', 'rows-gone', 'done')),
        ground TEXT NOT NULL, reason TEXT NOT NULL, requested_by TEXT NOT NULL, requested_at TEXT NOT NULL, confirmed_by TEXT, erased_at TEXT,
        draft TEXT, proof TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX erasure_by_patient ON erasure (patient, state);

      -- what was removed and can be brought back
      CREATE INDEX resource_removed ON resource (patient, type, id) WHERE deleted = 1;
    `);
  },
};
