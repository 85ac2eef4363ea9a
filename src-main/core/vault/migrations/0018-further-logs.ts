import type { Migration } from './index.ts';

/** Logs that a vault which came back from a backup has begun, by the number of their first entry; behind it the server's last receipt of the former log (decision 0019). */
export const furtherLogs: Migration = {
  version: 18,
  name: 'further-logs',
  up(db) {
    db.exec(`
      CREATE TABLE audit_further (n INTEGER PRIMARY KEY, log TEXT NOT NULL, former TEXT NOT NULL,
        shared_to INTEGER, count INTEGER, head BLOB, at TEXT, server TEXT, public_key BLOB, signature BLOB) STRICT;
    `);
  },
};
