/** Whoever can attach a debugger reads every chart that is opened. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emptyCoreDumps, inspectionAsked } from './no-inspection.ts';

test('switches that let somebody look in are named, others pass', () => {
  const asked = (...given: string[]) => inspectionAsked((name) => given.includes(name));
  expect(asked('force-device-scale-factor', 'lang')).toBeNull();
  for (const name of [
    'remote-debugging-port',
    'remote-debugging-pipe',
    'inspect',
    'inspect-brk',
    'js-flags',
    'no-sandbox',
    'single-process',
    'disable-seccomp-filter-sandbox',
    'zygote-cmd-prefix',
    'trace-startup',
    'disable-web-security',
    'renderer-cmd-prefix',
  ])
    expect(asked('lang', name)).toBe(name);
});

test.runIf(process.platform === 'linux')('a dump of this process, or of one that it has started, would hold no memory', () => {
  const child = spawn('cat');
  const filters = () =>
    ['self', child.pid].map((pid) => Number.parseInt(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8'), 16));
  expect(filters()).not.toEqual([0, 0]);
  emptyCoreDumps();
  expect(filters()).toEqual([0, 0]);
  child.kill();
});
