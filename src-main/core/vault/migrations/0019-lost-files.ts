/** Which encrypted files the vault itself had lost when a backup was made, and how many of them are not in the backup either. */
import type { Migration } from './index.ts';

export const lostFiles: Migration = {
  version: 19,
  name: 'lost-files',
  up(db) {
    db.exec(`
      -- lost: ids of files as a JSON array; none where all were whole
      ALTER TABLE backups ADD COLUMN lost TEXT;
      ALTER TABLE backups ADD COLUMN lacks INTEGER NOT NULL DEFAULT 0;
    `);
  },
};
