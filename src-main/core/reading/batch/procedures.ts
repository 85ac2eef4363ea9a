/** Batches, bound to the contract. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { command, type Handlers, preparedCommand, query, startJob } from '../../bind.ts';
import type { Context } from '../../context.ts';
import type { Handouts } from '../../handouts/index.ts';
import { isoTime } from '../../ports.ts';
import { knownModels } from '../models-in-use.ts';
import { reportCsv } from './report-csv.ts';
import { reportPdf } from './report-pdf.ts';
import { beginWorklist, jobOf, readSent, unreadPictures, workOff } from './run.ts';
import { batchesOf, batchRow, createBatch, getBatch, itemRow, itemsOf } from './store.ts';
import { summaryOf } from './summary.ts';

const ok = { ok: true as const };
const TITLE_MAX = 80;

export function batchProcedures(handouts: Handouts): Handlers {
  return {
    'batches.list': query((context) => ({
      batches: batchesOf(context).map((batch) => batchRow(context, batch, jobOf(context, batch.id))),
      waiting: unreadPictures(context).length,
    })),
    'batches.get': query((context, { batch: id, offset, limit }) => {
      const batch = getBatch(context, id);
      return { batch: batchRow(context, batch, jobOf(context, id)), items: itemsOf(context.vault.db, id, { offset, limit }).map(itemRow) };
    }),
    'batches.startWorklist': startJob(async (context, { task }) => {
      if (unreadPictures(context).length === 0) throw new AppError('invalid-input', { what: 'no picture of your patients waits unread' });
      const batch = beginWorklist(context, task);
      return { batch, job: workOff(context, batch) };
    }),
    'batches.begin': preparedCommand(
      async (context, input) => {
        const open = batchesOf(context).find((batch) => batch.source === 'sent' && batch.finished_at === null && sameFiles(context, batch.id, input.files));
        const id = open?.id ?? createBatch(context, { source: 'sent', title: input.title.slice(0, TITLE_MAX), ...(input.task ? { task: input.task } : {}) }, input.files);
        return { batch: id, wanted: itemsOf(context.vault.db, id).filter(({ state }) => state === 'waiting').map(({ n }) => n) };
      },
      (_context, _tx, _input, begun) => begun,
    ),
    'batches.send': startJob(async (context, { batch: id, n, upload }) => {
      const batch = getBatch(context, id);
      return { job: context.jobs.start({ kind: 'batch-file', title: 'Reading a file of a batch', unit: 'images', run: (job) => readSent(context, batch, n, upload, job) }) };
    }),
    'batches.resume': startJob(async (context, { batch }) => ({ job: workOff(context, batch) })),
    'batches.stop': command((context, tx, { batch }) => {
      getBatch(context, batch);
      const job = jobOf(context, batch);
      if (job !== undefined) context.jobs.cancel(job);
      tx.touched({ type: 'Batch', id: batch });
      tx.changed(['batches']);
      return ok;
    }),
    'batches.remove': command((context, tx, { batch }) => {
      getBatch(context, batch);
      if (jobOf(context, batch) !== undefined) throw new AppError('invalid-input', { what: 'the batch is being read; stop it first' });
      tx.db.prepare('DELETE FROM batch_item WHERE batch = ?').run(batch);
      tx.db.prepare('DELETE FROM batch WHERE id = ?').run(batch);
      tx.touched({ type: 'Batch', id: batch });
      tx.changed(['batches']);
      return ok;
    }),
    'batches.report': query(async (context, { batch, format }) => {
      const { bytes, name, mediaType } = await batchReport(context, batch, format);
      return handouts.offer(context.person.id, { name, mediaType, parts: [bytes] });
    }),
  };
}

/** The report of one's own batch. */
export async function batchReport(context: Context, id: string, format: 'pdf' | 'csv'): Promise<{ bytes: Uint8Array; name: string; mediaType: string }> {
  const summary = summaryOf(context, getBatch(context, id));
  const name = `readings-${summary.begun.slice(0, 10)}.${format}`;
  if (format === 'csv') return { bytes: new TextEncoder().encode(reportCsv(summary)), name, mediaType: 'text/csv' };
  const known = await knownModels(context);
  const uses = known
    .filter(({ manifest }) => summary.models.some(({ model }) => model.startsWith(`${manifest.id} ${manifest.version} `)))
    .map(({ manifest }) => `${manifest.title}: ${manifest.use}. ${manifest.intendedUse}${manifest.population ? ` For ${manifest.population.says} only.` : ''}`);
  return { bytes: await reportPdf(summary, uses, isoTime(context.clock)), name, mediaType: 'application/pdf' };
}

function sameFiles(context: Context, batch: string, files: readonly { name: string; size: number; modifiedMs: number }[]): boolean {
  const items = itemsOf(context.vault.db, batch);
  return items.length === files.length && items.every(({ name, size, modified_ms }, n) => name === files[n]?.name && size === files[n]?.size && modified_ms === files[n]?.modifiedMs);
}
