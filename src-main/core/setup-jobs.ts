/** Long work before there is a vault: a job that belongs to the one client who asked, because nobody is signed in yet. One at a time: a second must not clear away what the first writes. */
import { AppError } from '../../src-shared/errors/index.ts';
import type { RunningJob } from './context.ts';
import type { Connection } from './core.ts';
import type { Gate } from './gate.ts';
import { openJobs } from './jobs/index.ts';

type SetupJob = { connection: Connection; job: string; cancel: () => void };

const underWay = new WeakMap<Gate, SetupJob>();

/** Throws `busy`. @returns its id, and its end */
export function startSetupJob<T>(
  gate: Gate,
  connection: Connection,
  wanted: {
    kind: string;
    title: string;
    run: (job: RunningJob) => Promise<T>;
    /** What goes along with the news of its end: a recovery code must not. */
    news?: (result: T) => unknown;
  },
): { job: string; ended: Promise<T> } {
  if (underWay.has(gate)) throw new AppError('busy');
  const { clock, chance } = gate.options;
  const jobs = openJobs(clock, chance, (job) => connection.post({ t: 'event', event: { name: 'job', job } }));
  let settled: { result: T } | undefined;
  const job = jobs.start({
    kind: wanted.kind,
    title: wanted.title,
    unit: 'MB',
    run: async (running) => {
      try {
        settled = { result: await wanted.run(running) };
        return wanted.news?.(settled.result);
      } finally {
        underWay.delete(gate);
      }
    },
  });
  underWay.set(gate, { connection, job, cancel: () => jobs.cancel(job) });
  const ended = jobs.wait(job).then(() => {
    if (!settled) throw new Error('a job ended without a result');
    return settled.result;
  });
  ended.catch(() => undefined);
  return { job, ended };
}

/** Leaves alone what another client has asked for. */
export function cancelSetupJob(gate: Gate, connection: Connection, job: string): { ok: true } {
  const found = underWay.get(gate);
  if (found?.connection === connection && found.job === job) found.cancel();
  return { ok: true };
}
