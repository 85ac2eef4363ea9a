/** The sample clinic whole: generated patients, then imaging studies, and shipped photographs and letters read for real. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Context, RunningJob } from './context.ts';
import { addDocument } from './documents/index.ts';
import { importDicom, openDicomPool } from './imaging/index.ts';
import { addImage } from './reading/index.ts';
import { createSample } from './sample/index.ts';

const SEED = 1;

export async function fillSample(
  context: Context,
  patients: number,
  job: RunningJob,
): Promise<{ patients: number; pictures: number; letters: number; studies: number }> {
  let total = patients;
  const made = await createSample(context, {
    patients,
    seed: SEED,
    signal: job.signal,
    progress: (done) => job.progress(done, total),
  });
  total = patients + made.studies.length + made.pictures.length + made.letters.length;
  let done = patients;
  const step = (title: string) => job.progress(done++, total, title);
  const pool = openDicomPool(1);
  try {
    for (const { patient, files } of made.studies) {
      job.signal.throwIfAborted();
      step('Taking in sample studies');
      await importDicom(
        context,
        pool,
        (await files()).map(({ name, bytes }) => ({ name, read: async () => bytes })),
        {
          source: 'sample',
          patient,
        },
      );
    }
  } finally {
    await pool.close();
  }
  for (const { patient, path, eye } of made.pictures) {
    job.signal.throwIfAborted();
    step('Reading sample photographs');
    await addImage(context, {
      patient,
      name: basename(path),
      bytes: await readFile(path),
      eye: eye ?? 'unknown',
      task: 'fundus',
    });
  }
  for (const { patient, path } of made.letters) {
    job.signal.throwIfAborted();
    step('Reading sample letters');
    // Its own progress would jump about in ours.
    await addDocument(
      context,
      { patient, name: basename(path), title: '', bytes: await readFile(path), engine: 'both' },
      { ...job, progress: () => undefined },
    );
  }
  job.progress(total, total);
  return {
    patients: made.patients.length,
    pictures: made.pictures.length,
    letters: made.letters.length,
    studies: made.studies.length,
  };
}
