/**
 * Erasure of a patient at the server: versions, what was kept beside them, files and half-sent files go, unless a legal hold stands; then the pages of the
 * database and its write-ahead log are rewritten, so that nothing readable is left in the data folder. The server says so in a notice of its own.
 */
import { z } from 'zod';
import { AppError } from '../../src-shared/errors/index.ts';
import type { ItemOf } from '../../src-shared/ledger/event.ts';
import { type Database, one, type Queries } from '../database/index.ts';
import type { House } from '../house.ts';
import { sayFromServer } from './chain.ts';

const contentsShape = z.array(z.string());

/** Tables that held something of the patient. */
const CLEANED = ['resource', 'resource_history', 'beside', 'file'] as const;

/** Notes that it is to be done, in the transaction that takes the notice in. What comes of this patient from now on is refused. */
export async function orderErasure(tx: Queries, item: ItemOf<'erasure'>, at: string): Promise<void> {
  await tx.query("INSERT INTO erasure (id, patient, state, at) VALUES ($1, $2, 'waiting', $3) ON CONFLICT DO NOTHING", [
    item.id,
    item.patient,
    at,
  ]);
  await tx.query(
    "INSERT INTO erasure_target (type, id, erasure) SELECT split_part(t, '/', 1), split_part(t, '/', 2), $1 FROM json_array_elements_text($2::json) AS t ON CONFLICT DO NOTHING",
    [item.id, JSON.stringify(item.targets)],
  );
}

/** Of a whole batch at once: says of an item when its record was erased, if it was. While a legal hold keeps a record, work on it goes on. */
export async function erasedAmong(
  tx: Queries,
  items: readonly { patient?: string | undefined; type: string; id: string }[],
): Promise<(item: { patient?: string | undefined; type: string; id: string }) => string | undefined> {
  if ((await one(tx, "SELECT 1 AS any FROM erasure WHERE state <> 'waiting' LIMIT 1")) === undefined) return () => undefined;
  const patients = [...new Set(items.flatMap(({ patient, type, id }) => [patient ?? '', type === 'Patient' ? id : '']))];
  const rows = await tx.query<{ key: string; at: string }>(
    `SELECT patient AS key, at FROM erasure WHERE state <> 'waiting' AND patient = ANY($1::text[])
    UNION ALL SELECT t.type || '/' || t.id, e.at FROM erasure e JOIN erasure_target t ON t.erasure = e.id JOIN json_to_recordset($2::json) AS w (t text, i text) ON t.type = w.t AND t.id = w.i WHERE e.state <> 'waiting'`,
    [patients, JSON.stringify(items.map(({ type, id }) => ({ t: type, i: id })))],
  );
  const erased = new Map(rows.map(({ key, at }) => [key, at]));
  return ({ patient, type, id }) =>
    erased.get(`${type}/${id}`) ?? erased.get(patient ?? '') ?? (type === 'Patient' ? erased.get(id) : undefined);
}

/** The sentence that answers a change of a record that is gone. */
export function erasedSentence(at: string): string {
  return `This record was erased for good on ${at.slice(0, 10)} at another workstation; the change was not kept. If this person is a patient again, register them anew.`;
}

type Rooms = Omit<House, 'erasures' | 'coach'>;

export interface Erasures {
  /** Does what is to be done, one after the other; also what a power cut has interrupted. Never rejects. */
  settle(): Promise<void>;
}

export function openErasures(house: Rooms): Erasures {
  let running: Promise<void> = Promise.resolve();
  return {
    settle() {
      running = running
        .then(() => finish(house))
        .catch((thrown: unknown) => house.log(`an erasure waits: ${thrown instanceof Error ? thrown.name : 'failed'}`));
      return running;
    },
  };
}

async function finish(house: Rooms): Promise<void> {
  const { database } = house;
  const waiting = await database.query<{ id: string; patient: string }>(
    "SELECT id, patient FROM erasure e WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.patient = e.patient AND NOT h.lifted) ORDER BY at",
  );
  for (const { id, patient } of waiting) await eraseRows(database, id, patient);
  const gone = await database.query<{ id: string; patient: string; versions: number; files: number; contents: string }>(
    "SELECT id, patient, versions, files, contents FROM erasure WHERE state = 'rows-gone' ORDER BY at",
  );
  if (gone.length === 0) return;
  for (const { patient, contents } of gone) await house.files.destroy(patient, contentsShape.parse(JSON.parse(contents)));
  await database.scrub(CLEANED);
  const at = house.now().toISOString();
  await database.transaction(async (tx) => {
    const workstations = await tx.query<{ device: string; name: string }>(
      'SELECT id AS device, name FROM device WHERE revoked_at IS NULL ORDER BY enrolled_at',
    );
    for (const { id, versions, files } of gone) {
      await tx.query("UPDATE erasure SET state = 'done', done_at = $2 WHERE id = $1", [id, at]);
      await sayFromServer(tx, house.identity, at, [
        { kind: 'erasure-done', id: `${id}:server`, erasure: id, name: house.identity.name, at, versions, files, workstations },
      ]);
    }
  });
  house.news.tell();
  house.log(`erased ${gone.length} record${gone.length === 1 ? '' : 's'}`);
}

async function eraseRows(database: Database, id: string, patient: string): Promise<void> {
  await database.transaction(async (tx) => {
    // As a push does: none is written beside this.
    await tx.query('SELECT last FROM feed FOR UPDATE');
    const held = await one(tx, 'SELECT 1 AS held FROM legal_hold WHERE patient = $1 AND NOT lifted', [patient]);
    if (held !== undefined) return;
    const mine = '(type, id) IN (SELECT type, id FROM erasure_target WHERE erasure = $1)';
    // What a workstation wrote of this patient after the order was given belongs to it too.
    await tx.query(
      'INSERT INTO erasure_target (type, id, erasure) SELECT type, id, $1 FROM resource WHERE patient = $2 ON CONFLICT DO NOTHING',
      [id, patient],
    );
    const versions = await tx.query(`DELETE FROM resource_history WHERE patient = $2 OR ${mine} RETURNING type`, [id, patient]);
    await tx.query(`DELETE FROM resource WHERE patient = $2 OR ${mine}`, [id, patient]);
    await tx.query(`DELETE FROM beside WHERE ${mine}`, [id]);
    const files = await tx.query<{ sha256: string }>('DELETE FROM file WHERE patient = $1 RETURNING sha256', [patient]);
    await tx.query("UPDATE erasure SET state = 'rows-gone', versions = $2, files = $3, contents = $4 WHERE id = $1", [
      id,
      versions.length,
      files.length,
      JSON.stringify(files.map(({ sha256 }) => sha256)),
    ]);
  });
}

/** Throws `patient-erased`. */
export async function refuseErasedFile(tx: Queries, patient: string): Promise<void> {
  const item = { patient, type: 'Patient', id: patient };
  if ((await erasedAmong(tx, [item]))(item) !== undefined) throw new AppError('patient-erased');
}
