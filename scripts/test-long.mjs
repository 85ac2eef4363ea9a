/**
 * `npm run test:long [-- NAME ...]`: what takes too long for every change, one suite after the other, each with its own measure of thoroughness. Its last line sums up
 * as that of `npm test` does; names run only the suites that hold one of them. LAMPLIGHT_TRIALS and LAMPLIGHT_SIMULATION_RUNS of the environment win over what stands here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeBinary, root } from './paths.mjs';

const SUITES = [
  { name: 'power cuts', says: '500 power cuts', files: ['tests/power-cut'], env: { LAMPLIGHT_TRIALS: '500' } },
  {
    name: 'kills',
    says: '50 kills each of writing under a new key, backing up by hand and by plan, and restoring',
    files: ['tests/hostile/backup.test.ts', 'tests/hostile/killed.test.ts'],
    env: { LAMPLIGHT_TRIALS: '50' },
  },
  { name: 'dicom', says: '2,000 mutations', files: ['tests/hostile/dicom.test.ts'], env: { LAMPLIGHT_TRIALS: '2000' } },
  {
    name: 'fuzzing',
    says: 'twenty times the usual cases: files, key file, backups, log, merge',
    files: [
      'src-main/core/vault/vault.test.ts',
      'src-main/core/vault/slots.test.ts',
      'src-main/core/audit/tamper.test.ts',
      'src-shared/sync/merge.test.ts',
      'tests/hostile/damage.test.ts',
      'tests/hostile/backup-file.test.ts',
    ],
    env: { LAMPLIGHT_FUZZ: '20' },
  },
  {
    name: 'simulation',
    says: '20,000 simulated histories of synchronisation',
    files: ['tests/simulation/sync.test.ts', 'tests/simulation/loop.test.ts'],
    env: { LAMPLIGHT_SIMULATION_RUNS: '20000' },
  },
];
const HOUR_MS = 3_600_000;

const wanted = process.argv.slice(2);
const results = join(root, 'out', 'test');
mkdirSync(results, { recursive: true });
const sum = { passed: 0, failed: 0 };
const lines = SUITES.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part))).map(run);
process.stdout.write(`\n${lines.join('\n')}\n${sum.passed} passed, ${sum.failed} failed\n`);
process.exitCode = sum.failed > 0 || lines.length === 0 ? 1 : 0;

/** @returns a line on what was done */
function run({ name, says, files, env }) {
  process.stdout.write(`\n== ${name}: ${says}\n`);
  const report = join(results, `long-${name.replace(' ', '-')}.json`);
  rmSync(report, { force: true });
  const startedMs = Date.now();
  const { status } = spawnSync(
    nodeBinary,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      'unit',
      `--testTimeout=${HOUR_MS}`,
      `--hookTimeout=${HOUR_MS}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...files,
    ],
    { cwd: root, stdio: 'inherit', env: { ...env, ...process.env } },
  );
  const { numPassedTests: passed, numFailedTests } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { numPassedTests: 0, numFailedTests: 0 };
  // A file that cannot be run at all has no failed test of its own.
  const failed = status === 0 ? numFailedTests : Math.max(1, numFailedTests);
  sum.passed += passed;
  sum.failed += failed;
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  return `${failed > 0 ? 'FAILED' : 'ok'}: ${name} (${says}): ${passed} passed, ${failed} failed, ${seconds} s`;
}
