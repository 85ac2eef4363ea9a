/** Long work: progress, time left, cancel. */
import type { JobState } from '../../../src-shared/contract/wire.ts';
import { AppError, errorAnswer } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Chance, Clock, Jobs, RunningJob } from '../context.ts';
import { diskError } from '../vault/index.ts';

/** Finished jobs that stay in the list of one person. */
const KEPT_MAX = 100;
/** Jobs of one person that are under way: more than anybody starts by hand. */
export const RUNNING_MAX = 200;
/** Progress that the page is told of, at most so often. */
const TELL_EVERY_MS = 100;

interface Held {
  state: JobState;
  /** Who asked for it; null for the system's own. */
  owner: string | null;
  abort: AbortController;
  ended: Promise<unknown>;
  startedMs: number;
  toldMs: number;
  /** Tells what came too soon after the one before, where nothing else comes. */
  later: NodeJS.Timeout | undefined;
}

/** All jobs of an open vault. */
export interface JobBook extends Jobs {
  /** @param owner who asked for it; nobody for the system's own, which everybody sees */
  start(job: Parameters<Jobs['start']>[0], owner?: string | null): string;
  /** The same, in the name of one person. */
  ofPerson(person: string): Jobs;
}

/** @param tell called with each state that the page of its owner should see, or every page where nobody owns it */
export function openJobs(clock: Clock, chance: Chance, tell: (job: JobState, owner: string | null) => void): JobBook {
  const held = new Map<string, Held>();
  const underWayOf = (owner: string | null) =>
    [...held.values()].filter((entry) => entry.owner === owner && entry.state.state === 'running').length;
  /** The oldest finished ones go; what is under way never does. */
  const tidy = (owner: string | null) => {
    const finished = [...held].filter(([, entry]) => entry.owner === owner && entry.state.state !== 'running');
    for (const [id] of finished.slice(0, Math.max(0, finished.length - KEPT_MAX))) held.delete(id);
  };
  const mayTouch = (id: string, person: string) => [null, person].includes(held.get(id)?.owner ?? null);
  const jobs: JobBook = {
    start(wanted, owner = null) {
      const underWay = underWayOf(owner);
      // The system's own work waits for nobody.
      if (owner !== null && underWay >= RUNNING_MAX) throw new AppError('too-many-jobs', { count: underWay });
      const id = chance.id();
      const abort = new AbortController();
      const state: JobState = {
        id,
        kind: wanted.kind,
        title: wanted.title,
        state: 'running',
        done: 0,
        total: 0,
        unit: wanted.unit,
        leftMs: null,
        patient: wanted.patient,
      };
      const entry: Held = { state, owner, abort, ended: Promise.resolve(), startedMs: clock.now(), toldMs: 0, later: undefined };
      const tellNow = () => {
        clearTimeout(entry.later);
        entry.later = undefined;
        entry.toldMs = clock.now();
        tell(entry.state, owner);
      };
      const running: RunningJob = {
        id,
        signal: abort.signal,
        progress(done, total, title) {
          if (entry.state.state !== 'running') return;
          const spentMs = clock.now() - entry.startedMs;
          entry.state = {
            ...entry.state,
            done,
            total,
            title: title ?? entry.state.title,
            leftMs: done > 0 ? Math.round((spentMs / done) * (total - done)) : null,
          };
          const wait = entry.toldMs + TELL_EVERY_MS - clock.now();
          if (wait <= 0 || done >= total) tellNow();
          else entry.later ??= setTimeout(tellNow, Math.min(wait, TELL_EVERY_MS)).unref();
        },
      };
      const end = (change: Partial<JobState>) => {
        entry.state = { ...entry.state, leftMs: null, ...change };
        tellNow();
        tidy(owner);
      };
      entry.ended = wanted.run(running).then(
        (result) => {
          end({ state: 'done', done: entry.state.total, result });
          return result;
        },
        (thrown: unknown) => {
          const cancelled = abort.signal.aborted || (thrown instanceof AppError && thrown.code === 'cancelled');
          const failure = cancelled ? new AppError('cancelled') : diskError(thrown);
          end({ state: cancelled ? 'cancelled' : 'failed', error: errorAnswer(failure) });
          throw failure;
        },
      );
      // Whoever waits gets the failure; nobody waiting is no reason to end the process.
      entry.ended.catch(() => undefined);
      held.set(id, entry);
      // It may have come further already.
      tell(entry.state, owner);
      return id;
    },
    list: () => [...held.values()].map((entry) => entry.state).reverse(),
    cancel(id) {
      held.get(id)?.abort.abort(new AppError('cancelled'));
    },
    wait: (id) => held.get(id)?.ended ?? Promise.reject(new AppError('not-found', { what: 'job' })),
    seenBy: (person) =>
      [...held.values()]
        .filter(({ owner }) => owner === null || owner === person)
        .map(({ state }) => state)
        .reverse(),
    cancelBy(id, person) {
      if (mayTouch(id, person)) jobs.cancel(id);
    },
    ofPerson: (person) => ({ ...jobs, start: (wanted) => jobs.start(wanted, person) }),
  };
  return jobs;
}

export const jobProcedures: Handlers = {
  'jobs.list': query((context) => ({ jobs: context.jobs.seenBy(context.person.id) })),
  'jobs.cancel': command((context, _tx, input) => {
    context.jobs.cancelBy(input.job, context.person.id);
    return { ok: true as const };
  }),
};
