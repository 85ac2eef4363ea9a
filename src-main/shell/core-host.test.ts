/** When the core dies a clinician must be able to go on, and a core that cannot live must not be started for ever. */
import { expect, test } from 'vitest';
import { CoreHost } from './core-host.ts';
import type { CoreProcess } from './core-process.ts';

/** A host whose cores die and whose time passes when the test says so. */
function setUp() {
  const said: string[] = [];
  const timers: { ms: number; then: () => void }[] = [];
  const deaths: (() => void)[] = [];
  const time = { ms: 0 };
  const start = (): CoreProcess => {
    said.push('start');
    return {
      kind: 'child',
      pid: () => deaths.length,
      connect: () => said.push('connect'),
      notify: (notice) => said.push(notice),
      place: (handle) => said.push(handle),
      onExit: (listener) => deaths.push(listener),
      kill: () => said.push('kill'),
    };
  };
  const events = { lost: () => said.push('lost'), restarted: () => said.push('restarted'), failed: () => said.push('failed') };
  const host = new CoreHost(start, events, { now: () => time.ms, after: (ms, then) => timers.push({ ms, then }) });
  const die = () => deaths.at(-1)?.();
  const pass = () => {
    const timer = timers.shift();
    time.ms += timer?.ms ?? 0;
    timer?.then();
    return timer?.ms;
  };
  return { host, said, die, pass, time, timers };
}

test('restarts at once, then after a second, and gives up at the third death within a minute', () => {
  const { said, die, pass, host, timers } = setUp();
  die();
  expect(pass()).toBe(0);
  die();
  expect(host.running).toBe(false);
  expect(pass()).toBe(1000);
  die();
  expect(said).toEqual(['start', 'lost', 'start', 'restarted', 'lost', 'start', 'restarted', 'lost', 'failed']);
  expect(timers).toEqual([]);
});

test('forgets deaths that are more than a minute old', () => {
  const { said, die, pass, time } = setUp();
  for (let death = 0; death < 5; death++) {
    die();
    pass();
    time.ms += 60_001;
  }
  expect(said).not.toContain('failed');
});

test('lets the core end by itself when the application quits, and starts no other', async () => {
  const { host, said, die, timers } = setUp();
  const over = host.quit();
  die();
  await over;
  expect(said).toEqual(['start', 'quit']);
  expect(timers.map(({ ms }) => ms)).toEqual([5000]);
});
