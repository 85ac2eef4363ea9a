/** Batches, bound to the contract. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { command, type Handlers, query, startJob } from '../../bind.ts';
import type { Context } from '../../context.ts';
import type { Handouts } from '../../handouts/index.ts';
import type { Places } from '../../places.ts';
import { isoTime } from '../../ports.ts';
import { knownModels } from '../models-in-use.ts';
import { reportCsv } from './report-csv.ts';
import { reportPdf } from './report-pdf.ts';
import { beginFolder, beginWorklist, jobOf, workOff } from './run.ts';
import { batchesOf, batchRow, getBatch, itemRow, itemsOf } from './store.ts';
import { summaryOf } from './summary.ts';
import { unreadPictures } from './unread.ts';

const ok = { ok: true as const };

export function batchProcedures(handouts: Handouts, places: Places): Handlers {
  return {
    'batches.list': query((context) => ({
      batches: batchesOf(context).map((batch) => batchRow(context, batch, jobOf(context, batch.id))),
      waiting: unreadPictures(context).length,
    })),
    'batches.get': query((context, { batch: id, offset, limit }) => {
      const batch = getBatch(context, id);
      return {
        batch: batchRow(context, batch, jobOf(context, id)),
        items: itemsOf(context.vault.db, id, { offset, limit }).map(itemRow),
      };
    }),
    'batches.startWorklist': startJob(async (context, { task }) => {
      if (unreadPictures(context, task).length === 0)
        throw new AppError('invalid-input', { what: 'no picture of your patients waits unread' });
      const batch = beginWorklist(context, task);
      return { batch, job: workOff(context, batch) };
    }),
    'batches.startFolder': startJob(async (context, { folder, task }) => {
      const batch = await beginFolder(context, places.path(folder), task);
      return { batch, job: workOff(context, batch) };
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
      if (jobOf(context, batch) !== undefined)
        throw new AppError('invalid-input', { what: 'the batch is being read; stop it first' });
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
async function batchReport(
  context: Context,
  id: string,
  format: 'pdf' | 'csv',
): Promise<{ bytes: Uint8Array; name: string; mediaType: string }> {
  const summary = summaryOf(context, getBatch(context, id));
  const name = `readings-${summary.begun.slice(0, 10)}.${format}`;
  if (format === 'csv') return { bytes: new TextEncoder().encode(reportCsv(summary)), name, mediaType: 'text/csv' };
  const known = await knownModels(context);
  const uses = known
    .filter(({ manifest }) => summary.models.some(({ model }) => model.startsWith(`${manifest.id} ${manifest.version} `)))
    .map(
      ({ manifest }) =>
        `${manifest.title}: ${manifest.use}. ${manifest.intendedUse}${manifest.population ? ` For ${manifest.population.says} only.` : ''}`,
    );
  return { bytes: await reportPdf(summary, uses, isoTime(context.clock)), name, mediaType: 'application/pdf' };
}
