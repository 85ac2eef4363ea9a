import type { Migration } from './index.ts';

/** Finding a person's log entries without one more page written for every entry: what is sealed is listed by person when it is sealed (decision 0016). */
export const logByPerson: Migration = {
  version: 16,
  name: 'log-by-person',
  up(db) {
    db.exec(`
      DROP INDEX audit_by_person;
      CREATE TABLE audit_person (person TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (person, n)) STRICT, WITHOUT ROWID;
      INSERT INTO audit_person (person, n)
        SELECT person, n FROM audit WHERE person IS NOT NULL AND n <= (SELECT coalesce(max(count), 0) FROM audit_seal) ORDER BY person, n;
      CREATE VIEW entry_of_person (person, n) AS
        SELECT person, n FROM audit_person
        UNION ALL
        SELECT person, n FROM audit WHERE n > (SELECT coalesce(max(count), 0) FROM audit_seal);
    `);
  },
};
