/** Batches and how far they are, in the vault: what was read stays read, whatever ends the program. */
import type { BatchItem, BatchRow } from '../../../../src-shared/contract/batches.ts';
import { fhirId } from '../../../../src-shared/contract/types.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context, Db } from '../../context.ts';
import { isoTime } from '../../ports.ts';
import type { ImageResult } from '../image-result.ts';
import { isTask, type Task } from '../manifest.ts';

export interface Batch {
  id: string;
  source: 'folder' | 'worklist';
  title: string;
  path: string | null;
  task: string | null;
  person: string;
  created_at: string;
  finished_at: string | null;
}

export interface NewItem {
  name: string;
  patient?: string;
  image?: string;
}

export interface Item {
  n: number;
  name: string;
  patient: string | null;
  image: string | null;
  state: 'waiting' | 'read' | 'refused';
  result: string | null;
  at: string | null;
}

export function createBatch(
  context: Context,
  batch: { source: Batch['source']; title: string; path?: string; task?: Task },
  items: readonly NewItem[],
): string {
  const id = context.chance.id();
  context.write({ action: 'E', procedure: 'batches.begin' }, (tx) => {
    tx.db
      .prepare('INSERT INTO batch (id, source, title, path, task, person, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(id, batch.source, batch.title, batch.path ?? null, batch.task ?? null, context.person.id, tx.at);
    const insert = tx.db.prepare(
      "INSERT INTO batch_item (batch, n, name, patient, image, state) VALUES (?, ?, ?, ?, ?, 'waiting')",
    );
    for (const [n, item] of items.entries()) insert.run(id, n, item.name, item.patient ?? null, item.image ?? null);
    tx.touched({ type: 'Batch', id });
    tx.changed(['batches']);
  });
  return id;
}

/** A batch of this person. Throws `not-found`. */
export function getBatch(context: Context, id: string): Batch {
  const found = context.vault.db
    .prepare<[string, string], Batch>('SELECT * FROM batch WHERE id = ? AND person = ?')
    .get(id, context.person.id);
  if (!found) throw new AppError('not-found', { what: 'batch' });
  return found;
}

export function batchesOf(context: Context): Batch[] {
  return context.vault.db
    .prepare<[string], Batch>('SELECT * FROM batch WHERE person = ? ORDER BY created_at DESC, id DESC LIMIT 100')
    .all(context.person.id);
}

export function taskOf(batch: Batch): Task | undefined {
  return batch.task !== null && isTask(batch.task) ? batch.task : undefined;
}

/** A patient's name is never kept in a batch: it is looked up, and gone when the patient is. */
const COLUMNS =
  "i.n, coalesce(p.name || ': ', '') || i.name AS name, i.patient, i.image, i.state, i.result, i.at FROM batch_item i LEFT JOIN patient_row p ON p.id = i.patient";

export function itemsOf(db: Db, batch: string, page: { offset: number; limit: number } = { offset: 0, limit: -1 }): Item[] {
  return db
    .prepare<[string, number, number], Item>(`SELECT ${COLUMNS} WHERE i.batch = ? ORDER BY i.n LIMIT ? OFFSET ?`)
    .all(batch, page.limit, page.offset);
}

export function waitingOf(db: Db, batch: string): Item[] {
  return db.prepare<[string], Item>(`SELECT ${COLUMNS} WHERE i.batch = ? AND i.state = 'waiting' ORDER BY i.n`).all(batch);
}

/** Keeps what came of one picture; with a reading in the chart it is called in that reading's transaction. */
export function recordItem(db: Db, at: string, batch: string, n: number, result: ImageResult): void {
  db.prepare('UPDATE batch_item SET state = ?, result = ?, at = ? WHERE batch = ? AND n = ?').run(
    result.status === 'accepted' ? 'read' : 'refused',
    JSON.stringify(result),
    at,
    batch,
    n,
  );
}

/** Marks the batch as done where nothing waits any more. */
export function finishBatch(context: Context, batch: string): boolean {
  const { changes } = context.vault.db
    .prepare(
      "UPDATE batch SET finished_at = ? WHERE id = ? AND finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM batch_item WHERE batch = ? AND state = 'waiting')",
    )
    .run(isoTime(context.clock), batch, batch);
  context.emit({ name: 'changed', topics: ['batches'] });
  return changes > 0;
}

export function resultOfItem(item: Item): ImageResult | undefined {
  // Written by recordItem alone.
  return item.result === null ? undefined : (JSON.parse(item.result) as ImageResult);
}

export function batchRow(context: Context, batch: Batch, job: string | undefined): BatchRow {
  const counts = context.vault.db
    .prepare<[string], { state: Item['state']; n: number }>(
      'SELECT state, count(*) AS n FROM batch_item WHERE batch = ? GROUP BY state',
    )
    .all(batch.id);
  const count = (state: Item['state']) => counts.find((row) => row.state === state)?.n ?? 0;
  const task = taskOf(batch);
  return {
    id: fhirId.parse(batch.id),
    source: batch.source,
    title: batch.title,
    ...(task ? { task } : {}),
    state: batch.finished_at !== null ? 'done' : job === undefined ? 'stopped' : 'running',
    ...(job === undefined ? {} : { job }),
    total: count('waiting') + count('read') + count('refused'),
    read: count('read'),
    refused: count('refused'),
    by: context.person.displayName,
    at: batch.created_at,
    ...(batch.finished_at === null ? {} : { finishedAt: batch.finished_at }),
  };
}

export function itemRow(item: Item): BatchItem {
  const result = resultOfItem(item);
  return {
    n: item.n,
    name: item.name,
    ...(item.patient === null ? {} : { patient: item.patient }),
    ...(item.image === null ? {} : { image: item.image }),
    state: item.state,
    ...(result?.status === 'accepted' ? { says: saysOf(result) } : {}),
    ...(result?.reason === undefined ? {} : { reason: result.reason }),
    ...(result ? { ms: result.ms } : {}),
    ...(item.at === null ? {} : { at: item.at }),
  };
}

/** What was read, in a few words. */
export function saysOf(result: ImageResult): string {
  const percent = (p: number | undefined) => `${Math.round((p ?? 0) * 100)} %`;
  if (result.task === 'chest-xray')
    return `${result.positive ? 'Signs of' : 'No signs of'} ${result.finding ?? ''} (${percent(result.probability)})`;
  return `Grade ${result.grade}, ${result.referable ? 'referable' : 'not referable'} (${percent(result.referableProbability)})`;
}
