/** Import and export as procedures. */
import { type Handlers, query, startJob } from '../bind.ts';
import { exportRecords } from './export.ts';
import { importFiles } from './import/run.ts';

export const importExportProcedures: Handlers = {
  'records.import': startJob(async (context, { upload }) => {
    const file = await context.uploads.take(upload);
    const run = (job: { signal: AbortSignal; progress(done: number, total: number): void }) =>
      importFiles(context, [file], { signal: job.signal, progress: (done, total) => job.progress(done, total) });
    return {
      job: context.jobs.start({
        kind: 'records.import',
        title: 'Importing records',
        unit: 'entries',
        run: async (job) => {
          try {
            return await run(job);
          } finally {
            context.uploads.discard(upload);
          }
        },
      }),
    };
  }),
  'records.export': query((context, { patient, format }) => ({ document: exportRecords(context, { patient, format }) })),
};
