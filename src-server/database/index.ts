/** The server's database: PGlite in the data folder, or PostgreSQL by DATABASE_URL; one dialect for both. */
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import type { Queries } from './queries.ts';
import { bringUpToDate } from './schema.ts';

export { one, type Queries } from './queries.ts';

export interface Database extends Queries {
  /** Committed and on the disk when it resolves; rolled back when `body` rejects. */
  transaction<T>(body: (tx: Queries) => Promise<T>): Promise<T>;
  /** Rewrites these tables and drops what is past of the write-ahead log: nothing that was deleted can be read in the data folder afterwards. */
  scrub(tables: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** @param url of a PostgreSQL server, or undefined for the embedded one */
export async function openDatabase(folder: string, url: string | undefined): Promise<Database> {
  const database = url === undefined ? await openPglite(folder) : openPostgres(url);
  await bringUpToDate(database);
  return database;
}
