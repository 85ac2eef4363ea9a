import type { Migration } from './index.ts';

/** What the log is searched by beside patient, and what watching over it has raised and learned. */
export const watching: Migration = {
  version: 9,
  name: 'watching',
  up(db) {
    db.exec(`
      -- the model that an entry names, beside the entry as the other columns are
      ALTER TABLE audit ADD COLUMN ai TEXT;
      CREATE INDEX audit_by_ai ON audit (n) WHERE ai IS NOT NULL;
      CREATE INDEX audit_by_person ON audit (person, n) WHERE person IS NOT NULL;
      CREATE INDEX audit_by_fault ON audit (outcome, n) WHERE outcome <> 'ok';

      -- what is usual for a person: the most patients within one window on a day, and in which hours of the day (a bit each, local time) they worked
      CREATE TABLE watch_day (person TEXT NOT NULL, day TEXT NOT NULL, peak INTEGER NOT NULL, hours INTEGER NOT NULL, PRIMARY KEY (person, day)) STRICT, WITHOUT ROWID;

      CREATE TABLE incident (
        id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, rule TEXT NOT NULL, cause TEXT NOT NULL UNIQUE, severity TEXT NOT NULL CHECK (severity IN ('note', 'review', 'alarm')),
        state TEXT NOT NULL CHECK (state IN ('open', 'investigating', 'not-a-breach', 'breach-confirmed', 'closed')),
        person TEXT, patient TEXT, facts TEXT NOT NULL, begins_at TEXT NOT NULL, ends_at TEXT NOT NULL, discovered_at TEXT NOT NULL, assigned TEXT, report TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX incident_by_state ON incident (state, discovered_at);
      -- what was noted and decided, in order; rows are only added
      CREATE TABLE incident_step (
        n INTEGER PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident (id), at TEXT NOT NULL, by TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('raised', 'note', 'state', 'assigned', 'period', 'report')),
        text TEXT NOT NULL
      ) STRICT;
      CREATE INDEX incident_step_by_incident ON incident_step (incident, n);
    `);
  },
};
