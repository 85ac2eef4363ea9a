import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';

/** A network namespace of its own: Orthanc binds every address of the machine for a moment. */
const apart = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$0" "$1"'];

test('receiver and client against dcmtk and Orthanc', { timeout: 300_000 }, () => {
  for (const [program, from] of [
    ['Orthanc', 'orthanc, orthanc-dicomweb'],
    ['storescu', 'dcmtk'],
    ['wlmscpfs', 'dcmtk'],
    ['unshare', 'util-linux'],
  ] as const) {
    expect(spawnSync('which', [program]).status, `${program} is needed: install Debian's ${from}`).toBe(0);
  }
  const [command = '', ...args] = [...apart, process.execPath, join(root, 'tests/interop/pacs-peers.ts')];
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const steps = done.stdout
    .trim()
    .split('\n')
    .map((line): { name: string; ok: boolean } => JSON.parse(line));
  for (const step of steps) console.log(`${step.ok ? 'ok    ' : 'FAILED'} ${step.name}`);
  expect(steps.filter((step) => !step.ok)).toEqual([]);
  expect(steps.length, done.stderr.slice(-1000)).toBe(14);
});
