import type { Migration } from './index.ts';

/** How far the outbox and the files are with the server, and where two people changed the same thing. */
export const sync: Migration = {
  version: 3,
  name: 'sync',
  up(db) {
    db.exec(`
      -- a change of change_log without a row here waits; 'merged' waits for the change taken_by, which carries it on
      CREATE TABLE sync_item (
        seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'acknowledged', 'refused', 'conflicted', 'merged')), taken_by INTEGER, reason TEXT
      ) STRICT;
      CREATE INDEX sync_item_by_state ON sync_item (state, seq);
      CREATE INDEX sync_item_by_resource ON sync_item (type, id, seq);
      CREATE INDEX sync_item_by_taker ON sync_item (taken_by) WHERE taken_by IS NOT NULL;
      CREATE INDEX change_log_by_resource ON change_log (type, id, seq);

      -- the server's last version of a resource that is contained in what is here; its text is resource_history's at local_version
      CREATE TABLE sync_known (type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, local_version INTEGER NOT NULL, PRIMARY KEY (type, id)) STRICT, WITHOUT ROWID;

      -- a file of table file without a row here waits; 'wanted': a resource names it and it is not here yet; received: it came from the server
      CREATE TABLE sync_file (
        id TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('sending', 'acknowledged', 'refused', 'wanted')), patient TEXT, reason TEXT, at TEXT NOT NULL,
        received INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX sync_file_by_state ON sync_file (state);
      -- an equal file of the same patient came under two ids
      CREATE TABLE file_alias (id TEXT PRIMARY KEY, file TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE sync_conflict (
        id TEXT PRIMARY KEY, type TEXT NOT NULL, resource TEXT NOT NULL, patient TEXT, at TEXT NOT NULL, fields TEXT NOT NULL, settled_at TEXT, settled_by TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX sync_conflict_open ON sync_conflict (at) WHERE settled_at IS NULL;

      -- what the server sent and this version cannot write
      CREATE TABLE sync_set_aside (type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (type, id, version)) STRICT, WITHOUT ROWID;
    `);
  },
};
