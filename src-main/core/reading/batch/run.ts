/** Works a batch off: several pictures at once, each kept as soon as it is read, so that it goes on where it stopped. */
import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context, RunningJob } from '../../context.ts';
import { isoTime } from '../../ports.ts';
import { hasAccess } from '../../records/index.ts';
import { resultOf, resultOfFailure } from '../image-result.ts';
import { readAgain } from '../images.ts';
import type { Task } from '../manifest.ts';
import { forMany } from '../many.ts';
import { readOptions } from '../models-in-use.ts';
import { listPictures, readOne } from '../read-files.ts';
import { lookAfterModels } from '../watch/index.ts';
import {
  type Batch,
  createBatch,
  finishBatch,
  getBatch,
  type Item,
  itemsOf,
  type NewItem,
  recordItem,
  taskOf,
  waitingOf,
} from './store.ts';
import { unreadPictures } from './unread.ts';

/** Batch → the job that works on it. */
const running = new Map<string, string>();

export function jobOf(context: Context, batch: string): string | undefined {
  const job = running.get(batch);
  return context.jobs.list().some(({ id, state }) => id === job && state === 'running') ? job : undefined;
}

/** Lists a folder and keeps the list; `workOff` reads it. @returns the batch's id */
export async function beginFolder(context: Context, path: string, task?: Task): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw new AppError('file-unreadable');
  const files = await listPictures(path);
  const items = files.map((file): NewItem => ({ name: relative(path, file).split(sep).join('/') }));
  return createBatch(
    context,
    // A folder's own name may be a patient's; lists and reports carry this one about.
    {
      source: 'folder',
      title: `Folder of ${items.length} ${items.length === 1 ? 'picture' : 'pictures'}`,
      path,
      ...(task ? { task } : {}),
    },
    items,
  );
}

/** Every unread picture of patients in this person's care, oldest first. @returns the batch's id */
export function beginWorklist(context: Context, task?: Task): string {
  return createBatch(
    context,
    { source: 'worklist', title: 'Unread pictures', ...(task ? { task } : {}) },
    unreadPictures(context, task),
  );
}

/** Starts the job that reads what waits in a batch. @returns the job */
export function workOff(context: Context, id: string): string {
  const batch = getBatch(context, id);
  const working = jobOf(context, id);
  if (working !== undefined) return working;
  const job = context.jobs.start({
    kind: 'batch',
    title: 'Reading a batch',
    unit: 'images',
    run: (running) => runBatch(context, batch, running),
  });
  running.set(id, job);
  return job;
}

async function runBatch(
  context: Context,
  batch: Batch,
  job: RunningJob,
): Promise<{ batch: string; read: number; refused: number }> {
  const waiting = waitingOf(context.vault.db, batch.id);
  const total = itemsOf(context.vault.db, batch.id).length;
  let done = total - waiting.length;
  job.progress(done, total);
  await forMany(waiting, async (item) => {
    job.signal.throwIfAborted();
    await readItem(context, batch, item, job);
    job.progress(++done, total);
    if (done % 10 === 0) context.emit({ name: 'changed', topics: ['batches'] });
  });
  finishBatch(context, batch.id);
  await lookAfterModels(context, true);
  const all = itemsOf(context.vault.db, batch.id);
  return {
    batch: batch.id,
    read: all.filter(({ state }) => state === 'read').length,
    refused: all.filter(({ state }) => state === 'refused').length,
  };
}

async function readItem(context: Context, batch: Batch, item: Item, job: RunningJob): Promise<void> {
  const task = taskOf(batch);
  const { db } = context.vault;
  if (item.patient !== null && item.image !== null)
    return readPicture(context, batch, { ...item, patient: item.patient, image: item.image }, job);
  const result = await readOne(join(batch.path ?? '', item.name), {
    ...(await readOptions(context, task)),
    threads: 1,
    priority: 'batch',
    signal: job.signal,
  });
  recordItem(db, isoTime(context.clock), batch.id, item.n, { ...result, file: item.name });
}

/** A picture of a chart: its reading becomes a proposal there, in the transaction that ticks it off here. */
async function readPicture(
  context: Context,
  batch: Batch,
  item: Item & { patient: string; image: string },
  job: RunningJob,
): Promise<void> {
  const { patient, image } = item;
  const task = taskOf(batch);
  const started = performance.now();
  try {
    // Somebody may have left the care team since the list was made.
    if (!hasAccess(context.vault.db, patient, context.person.id, isoTime(context.clock))) throw new AppError('not-in-care-team');
    await readAgain(
      context,
      { patient, image, ...(task ? { task } : {}) },
      {
        procedure: 'batches.run',
        priority: 'batch',
        signal: job.signal,
        tick: (tx, reading) => recordItem(tx.db, tx.at, batch.id, item.n, resultOf('', reading)),
      },
    );
  } catch (thrown) {
    recordItem(
      context.vault.db,
      isoTime(context.clock),
      batch.id,
      item.n,
      resultOfFailure('', task, thrown, performance.now() - started),
    );
  }
}
