/** Prepared statements, each compiled once for a database. */
import type Database from 'better-sqlite3-multiple-ciphers';
import type { Db } from '../context.ts';

/** A search makes its text of the number of its terms; beyond this all are forgotten and compiled anew. */
const STATEMENTS_MAX = 500;

const caches = new WeakMap<Db, Map<string, Database.Statement>>();

/** The compiled statement. `sql` must be a constant text: values are bound, never glued in. */
export function sql<Row = unknown>(db: Db, text: string): Database.Statement<unknown[], Row> {
  let cache = caches.get(db);
  if (cache === undefined) {
    cache = new Map();
    caches.set(db, cache);
  }
  let statement = cache.get(text);
  if (statement === undefined) {
    if (cache.size >= STATEMENTS_MAX) cache.clear();
    statement = db.prepare(text);
    cache.set(text, statement);
  }
  // The shape of a row is what the statement selects; the caller, who wrote it, says so.
  return statement as Database.Statement<unknown[], Row>;
}
