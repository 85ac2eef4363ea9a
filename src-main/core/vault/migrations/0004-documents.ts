import type { Migration } from './index.ts';

/** What was read from letters: pages with their words, what is offered for the chart, and the index by which a letter is found. */
export const documents: Migration = {
  version: 4,
  name: 'documents',
  up(db) {
    db.exec(`
      CREATE TABLE document (id TEXT PRIMARY KEY, patient TEXT NOT NULL, title TEXT NOT NULL, added_at TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('reading', 'read', 'failed'))) STRICT, WITHOUT ROWID;
      CREATE INDEX document_by_patient ON document (patient, added_at);

      -- words: JSON array as in the contract; image: the straightened page, an encrypted file
      CREATE TABLE document_page (
        document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE, page INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, rotation REAL NOT NULL,
        source TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY (document, page)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE document_proposal (
        id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE, n INTEGER NOT NULL, entity TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'set-aside')), resource_type TEXT, resource_id TEXT, by TEXT, at TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX document_proposal_by_document ON document_proposal (document, n);

      CREATE VIRTUAL TABLE document_text USING fts5 (text, document UNINDEXED, page UNINDEXED, tokenize = "unicode61 remove_diacritics 2");
    `);
  },
};
