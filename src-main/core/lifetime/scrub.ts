/** What deleting rows leaves behind, removed: pieces of full-text indexes, free pages, the write-ahead log, older copies of the database. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '../context.ts';
import { sql } from '../records/index.ts';
import { copiesIn } from '../vault/index.ts';

/** Rewrites the whole database, so that no page holds what was deleted. Takes as long as copying it. */
export function scrubDatabase(db: Db): { rewritten: boolean; freePages: number; writeAheadBytes: number } {
  const indexes = sql<{ name: string }>(db, "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'").all();
  // FTS5 keeps deleted words in its segments until they are merged.
  for (const { name } of indexes) db.exec(`INSERT INTO ${name}(${name}) VALUES ('rebuild')`);
  db.exec('VACUUM');
  db.pragma('wal_checkpoint(TRUNCATE)');
  return {
    rewritten: true,
    freePages: Number(db.pragma('freelist_count', { simple: true })),
    writeAheadBytes: sizeOf(`${db.name}-wal`),
  };
}

/** The database as it was before an update, which the vault keeps beside it. @returns how many there were */
export function removeOlderCopies(dir: string): number {
  const copies = copiesIn(dir);
  for (const name of copies) rmSync(join(dir, name), { force: true });
  return copies.length;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
