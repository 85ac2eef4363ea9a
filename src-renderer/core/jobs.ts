/** Long work as the core reports it: running and finished, newest first. */
import { useEffect, useSyncExternalStore } from 'react';
import type { JobState } from '../../src-shared/contract/wire.ts';
import { AppError, fromAnswer } from '../../src-shared/errors/index.ts';
import { call, onCoreEvent } from './connection.ts';

/** So many are kept; of older ones only those that still run. */
const KEPT_MAX = 500;

let jobs: readonly JobState[] = [];
const listeners = new Set<() => void>();

/** Every job that this page has heard of, newest first. */
export function useJobs(): readonly JobState[] {
  useEffect(() => void loadJobs(), []);
  return useSyncExternalStore(subscribe, () => jobs);
}

/** One job, or undefined while nothing was heard of it. */
export function useJob(id: string | undefined): JobState | undefined {
  return useSyncExternalStore(subscribe, () => jobs.find((job) => job.id === id));
}

/** The job of this kind that is under way, where its call answers only at its end. */
export function useRunningJob(kind: string): JobState | undefined {
  return useSyncExternalStore(subscribe, () => jobs.find((job) => job.kind === kind && isRunning(job)));
}

/** Waits until a job has ended and answers with its result; throws its error. */
export function jobResult(id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = subscribe(look);
    function look() {
      const job = jobs.find((each) => each.id === id);
      if (!job || isRunning(job)) return;
      stop();
      if (job.state === 'done') resolve(job.result);
      else reject(job.error ? fromAnswer(job.error) : new AppError('cancelled'));
    }
    look();
  });
}

export function isRunning(job: JobState): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** Called once: from then on the store follows the core. */
export function watchJobs(): void {
  onCoreEvent((event) => {
    if (event.name === 'job') put([event.job]);
  });
}

/** Forgets finished and running jobs of the person before. */
export function forgetJobs(): void {
  jobs = [];
  tell();
}

async function loadJobs(): Promise<void> {
  const answer = await call('jobs.list', {}).catch(() => ({ jobs: [] }));
  // The core answers with the shape of its own job events.
  put((answer.jobs as JobState[]).filter((job) => !jobs.some((known) => known.id === job.id)));
}

function put(news: readonly JobState[]): void {
  const fresh = news.filter((job) => !jobs.some((known) => known.id === job.id));
  jobs = [...fresh, ...jobs.map((job) => news.find((each) => each.id === job.id) ?? job)];
  // Whoever waits for the end of one hears of it before it may go.
  tell();
  if (jobs.length > KEPT_MAX) jobs = jobs.filter((job, index) => index < KEPT_MAX || isRunning(job));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
