/** Which backups in the folder of the plan could not be read when it was last tidied. */
import type { Migration } from './index.ts';

export const unreadBackups: Migration = {
  version: 12,
  name: 'unread-backups',
  up(db) {
    db.exec(`
      -- file names as a JSON array; none where all could be read
      ALTER TABLE backup_plan ADD COLUMN unread TEXT;
    `);
  },
};
