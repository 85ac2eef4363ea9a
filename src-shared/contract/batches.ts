/** Many pictures read in one go, overnight if need be: a folder, or what waits in the charts. */
import { z } from 'zod';
import { handout } from './handouts.ts';
import { procedure } from './procedure.ts';
import { done, fhirId, instant, job } from './types.ts';

const task = z.enum(['fundus', 'chest-xray']);
const id = z.object({ batch: fhirId });

export const batchRow = z.object({
  id: fhirId,
  /** `folder`: pictures on a disk; `worklist`: unread pictures of charts. */
  source: z.enum(['folder', 'worklist']),
  title: z.string(),
  task: task.optional(),
  /** `stopped`: the program ended or somebody cancelled it; it can be resumed. */
  state: z.enum(['running', 'stopped', 'done']),
  job: z.string().optional(),
  total: z.number(),
  read: z.number(),
  refused: z.number(),
  by: z.string(),
  at: instant,
  finishedAt: instant.optional(),
});
export type BatchRow = z.output<typeof batchRow>;

const item = z.object({
  n: z.number(),
  name: z.string(),
  patient: fhirId.optional(),
  image: fhirId.optional(),
  state: z.enum(['waiting', 'read', 'refused']),
  says: z.string().optional(),
  reason: z.string().optional(),
  ms: z.number().optional(),
  at: instant.optional(),
});
export type BatchItem = z.output<typeof item>;

export const batches = {
  'batches.list': procedure({
    kind: 'query',
    input: z.object({}),
    output: z.object({ batches: z.array(batchRow), waiting: z.number() }),
    permission: 'batch.run',
    audit: null,
    summary: 'Batches of this person, newest first, and how many pictures of their patients wait unread',
  }),
  'batches.get': procedure({
    kind: 'query',
    input: id.extend({ offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(500).default(200) }),
    output: z.object({ batch: batchRow, items: z.array(item) }),
    permission: 'batch.run',
    audit: 'R',
    summary: 'A batch with what came of each picture',
  }),
  'batches.startWorklist': procedure({
    kind: 'job',
    input: z.object({ task: task.optional() }),
    output: job.extend({ batch: fhirId }),
    permission: 'batch.run',
    audit: 'E',
    summary: "Read every unread picture of this person's patients; readings wait in the charts as proposals",
  }),
  'batches.startFolder': procedure({
    kind: 'job',
    input: z.object({ folder: z.string(), task: task.optional() }),
    output: job.extend({ batch: fhirId }),
    permission: 'batch.run',
    audit: 'E',
    summary: 'Read every picture in a folder that was chosen in a dialog or named at the terminal; nothing goes into a chart',
  }),
  'batches.resume': procedure({
    kind: 'job',
    input: id,
    output: job,
    permission: 'batch.run',
    audit: 'E',
    summary: 'Go on with a batch where it stopped',
  }),
  'batches.stop': procedure({
    kind: 'command',
    input: id,
    output: done,
    permission: 'batch.run',
    audit: 'U',
    summary: 'Stop a batch; what was read stays, and it can be resumed',
  }),
  'batches.remove': procedure({
    kind: 'command',
    input: id,
    output: done,
    permission: 'batch.run',
    audit: 'D',
    summary: 'Forget a batch; readings in charts stay',
  }),
  'batches.report': procedure({
    kind: 'query',
    input: id.extend({ format: z.enum(['pdf', 'csv']) }),
    output: handout,
    permission: 'batch.run',
    audit: 'R',
    summary: 'The report of a batch: summary and one line a file',
  }),
};
