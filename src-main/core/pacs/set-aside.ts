/** What was acknowledged and could not be taken in: shown, tried again, or thrown away by a person. */
import type { Output } from '../../../src-shared/contract/index.ts';
import { OBJECTS_AT_ONCE } from '../../../src-shared/contract/pacs.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db, Tx } from '../context.ts';
import { sql } from '../records/index.ts';
import type { Room } from './room.ts';

type Group = Output<'pacs.setAside'>['groups'][number];

/** The log says how many there were, and names so many. */
const NAMED_MAX = 200;

/** Those of one sender with one reason together, the oldest first. */
export function setAsideGroups(db: Db): Group[] {
  const groups = sql<Omit<Group, 'objects'>>(
    db,
    `SELECT sender, set_aside AS why, COUNT(*) AS count, SUM(LENGTH(bytes)) AS bytes, MIN(at) AS firstAt, MAX(at) AS lastAt
    FROM pacs_incoming WHERE set_aside IS NOT NULL GROUP BY sender, set_aside ORDER BY firstAt`,
  ).all();
  const objects = sql<{ id: string }>(
    db,
    `SELECT id FROM pacs_incoming WHERE sender = ? AND set_aside = ? ORDER BY at, id LIMIT ${OBJECTS_AT_ONCE}`,
  );
  return groups.map((group) => ({ ...group, objects: objects.all(group.sender, group.why).map(({ id }) => id) }));
}

/** They wait again like what has just come. @throws AppError `not-found` where none of them is set aside any more */
export function waitAgain(tx: Tx, objects: readonly string[]): number {
  return each(tx, objects, ({ id }) => sql(tx.db, 'UPDATE pacs_incoming SET set_aside = NULL WHERE id = ?').run(id));
}

/** For good: their sender may have them still, nobody else does. @throws AppError `not-found` */
export function discard(tx: Tx, room: Room, objects: readonly string[]): number {
  return each(tx, objects, ({ id, bytes }) => {
    sql(tx.db, 'DELETE FROM pacs_incoming WHERE id = ?').run(id);
    tx.afterwards(() => room.remove(bytes));
  });
}

function each(tx: Tx, objects: readonly string[], act: (object: { id: string; bytes: number }) => void): number {
  const find = sql<{ id: string; sop_instance: string; bytes: number }>(
    tx.db,
    'SELECT id, sop_instance, LENGTH(bytes) AS bytes FROM pacs_incoming WHERE id = ? AND set_aside IS NOT NULL',
  );
  let done = 0;
  for (const wanted of new Set(objects)) {
    const object = find.get(wanted);
    // Somebody else may have decided in the meantime.
    if (!object) continue;
    act(object);
    if (++done <= NAMED_MAX) tx.touched({ type: 'DICOM', id: uidOf(object.sop_instance) });
  }
  if (done === 0) throw new AppError('not-found', { what: 'object that was set aside' });
  tx.changed(['settings']);
  return done;
}

/** As its sender called it: the log takes nothing else for a UID (PS3.5 9.1). */
const uidOf = (text: string) => (/^[\d.]{1,64}$/.test(text) ? text : 'no-uid');
