/** Whoever can attach a debugger reads every chart that is opened. */
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
    'disable-web-security',
    'renderer-cmd-prefix',
  ])
    expect(asked('lang', name)).toBe(name);
});

test.runIf(process.platform === 'linux')('a dump of this process would hold no memory', () => {
  const before = readFileSync('/proc/self/coredump_filter', 'utf8').trim();
  emptyCoreDumps();
  expect(Number.parseInt(readFileSync('/proc/self/coredump_filter', 'utf8'), 16)).toBe(0);
  emptyCoreDumps((path) => {
    throw new Error(`${path} is closed`);
  });
  expect(before).not.toBe('');
});
