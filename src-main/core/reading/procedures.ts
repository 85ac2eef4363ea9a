/** Pictures and their readings, models and batches, bound to the contract. */
import { command, type Handlers, query, startJob } from '../bind.ts';
import type { RunningJob } from '../context.ts';
import type { Handouts } from '../handouts/index.ts';
import type { Places } from '../places.ts';
import { hiddenFrom } from '../records/index.ts';
import { batchProcedures } from './batch/procedures.ts';
import { addImage, picture, readAgain, SIDES } from './images.ts';
import { modelProcedures } from './models-procedures.ts';
import { decide, getReading, readingsOfImage, readingsOfStudy, unreadReadings } from './readings.ts';

const ok = { ok: true as const };

export const readingProcedures = (handouts: Handouts, places: Places): Handlers => ({
  'images.add': startJob(async (context, input) => {
    const run = async (job: RunningJob) => {
      const { name, bytes } = await context.uploads.take(input.upload);
      return addImage(context, { patient: input.patient, name, bytes, eye: input.eye, task: input.task }, job);
    };
    return {
      job: context.jobs.start({ kind: 'image', title: 'Reading a photograph', unit: 'steps', patient: input.patient, run }),
    };
  }),
  'images.picture': query(async (context, input) => picture(context, input.patient, input.image, SIDES[input.size])),
  'readings.get': query((context, input) => getReading(context.vault.db, input.patient, input.id).reading),
  'readings.ofImage': query((context, input) => {
    const hidden = hiddenFrom(context, input.patient);
    const readings = readingsOfImage(context.vault.db, input.patient, input.image);
    return { readings: readings.filter((reading) => !hidden.has(`DiagnosticReport/${reading.id}`)) };
  }),
  'readings.ofStudy': query((context, { patient, study }) => {
    const hidden = hiddenFrom(context, patient);
    const readings = readingsOfStudy(context.vault.db, patient, study);
    return { readings: readings.filter(({ id }) => !hidden.has(`DiagnosticReport/${id}`)) };
  }),
  'readings.heatMap': query((context, input) => {
    const { heat } = getReading(context.vault.db, input.patient, input.id);
    return heat ? { width: heat.width, height: heat.height, values: new Uint8Array(Buffer.from(heat.values, 'base64')) } : null;
  }),
  'readings.again': startJob(async (context, { patient, image, task, model }) => {
    const run = async (job: RunningJob) => {
      job.progress(1, 2);
      const { reading } = await readAgain(
        context,
        { patient, image, task, model },
        { signal: job.signal, procedure: 'readings.again' },
      );
      return { image, reading: reading.id };
    };
    return { job: context.jobs.start({ kind: 'image', title: 'Asking a model', unit: 'steps', patient, run }) };
  }),
  'readings.decide': command((context, tx, input) => {
    decide(context, tx, input);
    return ok;
  }),
  'readings.unread': query((context, input) => ({ items: unreadReadings(context, input.limit) })),
  ...modelProcedures(places),
  ...batchProcedures(handouts, places),
});
