import { afterEach, expect, test, vi } from 'vitest';
import type { JobState } from '../../../src-shared/contract/wire.ts';
import { systemChance } from '../ports.ts';
import { openJobs, RUNNING_MAX } from './index.ts';

const ofAmina = (jobs: ReturnType<typeof openJobs>, run: () => Promise<unknown>) =>
  jobs.start({ kind: 'save', title: 'Saving a letter', unit: 'bytes', run }, 'amina');
const openBook = () => {
  const told: JobState[] = [];
  return openJobs({ now: () => 0 }, systemChance, (job) => told.push(job));
};

afterEach(() => vi.useRealTimers());

test('whoever has very many jobs under way is told so, and nobody else is kept from theirs', async () => {
  const jobs = openBook();
  const never = () => new Promise<never>(() => {});
  for (let n = 0; n < RUNNING_MAX; n++) ofAmina(jobs, never);
  expect(() => ofAmina(jobs, never)).toThrow(`${RUNNING_MAX} of your jobs are still under way`);
  const joseph = jobs.start({ kind: 'save', title: 'Saving', unit: 'bytes', run: async () => 'kept' }, 'joseph');
  const system = jobs.start({ kind: 'watch', title: 'Tidying', unit: 'entries', run: async () => 'tidy' });
  expect(await Promise.all([jobs.wait(joseph), jobs.wait(system)])).toEqual(['kept', 'tidy']);
});

test('the oldest finished jobs go, those under way and those of others stay', async () => {
  const jobs = openBook();
  const under = ofAmina(jobs, () => new Promise<never>(() => {}));
  const joseph = jobs.start({ kind: 'save', title: 'Saving', unit: 'bytes', run: async () => 'kept' }, 'joseph');
  for (let n = 0; n < 150; n++) await jobs.wait(ofAmina(jobs, async () => n));
  const hers = jobs.seenBy('amina');
  expect(hers.filter((job) => job.state === 'done').map((job) => job.result)).toEqual(
    Array.from({ length: 100 }, (_, place) => 149 - place),
  );
  expect(hers.at(-1)).toMatchObject({ id: under, state: 'running' });
  expect(jobs.seenBy('joseph')).toMatchObject([{ id: joseph, state: 'done' }]);
});

test('work that stalls is shown as far as it came, and work that flows is not told of at every step', async () => {
  vi.useFakeTimers();
  const told: number[] = [];
  const jobs = openJobs({ now: () => Date.now() }, systemChance, (job) => told.push(job.done));
  let finish = () => {};
  const stalled = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const id = jobs.start({
    kind: 'pacs.retrieve',
    title: 'Fetching a study',
    unit: 'objects',
    async run({ progress }) {
      for (let came = 1; came <= 20; came++) progress(came, 24);
      await stalled;
    },
  });
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1, 20, 20]);
  finish();
  await jobs.wait(id);
  expect(vi.getTimerCount()).toBe(0);
  expect(told.at(-1)).toBe(24);
});
