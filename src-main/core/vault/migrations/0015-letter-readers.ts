/** Which engines read a letter and proposed its lines, so that the log can name them when a person decides on one. */
import type { Migration } from './index.ts';

export const letterReaders: Migration = {
  version: 15,
  name: 'letter-readers',
  up(db) {
    // `name version`; null for letters that were read before it was noted.
    db.exec('ALTER TABLE document ADD COLUMN read_by TEXT');
  },
};
