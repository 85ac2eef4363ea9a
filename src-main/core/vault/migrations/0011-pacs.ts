/** Objects that a sender was told are kept, until they are in a chart or on the waiting list. */
import type { Migration } from './index.ts';

export const pacs: Migration = {
  version: 11,
  name: 'pacs',
  up(db) {
    db.exec(`
      CREATE TABLE pacs_incoming (
        id TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        sender TEXT NOT NULL,
        sop_instance TEXT NOT NULL,
        bytes BLOB NOT NULL,
        -- why it could not be taken in: it was acknowledged, so it is kept and tried again at the next start
        set_aside TEXT
      ) STRICT;
    `);
  },
};
