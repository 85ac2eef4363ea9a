/** `npm test [-- PATTERN ...]`: everything that must hold before a change lands. Its last line sums up; patterns run only the tests whose path holds one of them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { startDisplay } from './display.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { nodeBinary, root } from './paths.mjs';
import { SetupError, say } from './say.mjs';
import { setUp } from './setup.mjs';

const results = join(root, 'out', 'test');
const shared = process.env.LAMPLIGHT_SHARED ?? join(root, '..', 'shared');
const patterns = process.argv.slice(2);
const sum = { passed: 0, failed: 0 };

mkdirSync(results, { recursive: true });
if (patterns.length === 0) {
  check('lint', 'node_modules/@biomejs/biome/bin/biome', 'lint');
  check('types', 'scripts/types.mjs');
}
tests('unit', process.env);
await endToEnd();
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`);
process.exitCode = sum.failed > 0 ? 1 : 0;

async function endToEnd() {
  let display = null;
  try {
    const electron = await resolveElectron({ virtualDisplay: process.platform === 'linux' });
    say(`Electron ${electron.version}: ${electron.why}.`);
    await setUp(['build']);
    if (process.platform === 'linux') display = await startDisplay();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    fail(`the application cannot be built or started here: ${error.message}`);
    return;
  }
  tests('e2e', { ...process.env, ...display?.env });
  display?.stop();
}

/** One tool that answers by its exit status. */
function check(name, script, ...args) {
  heading(name);
  const { status } = spawnSync(nodeBinary, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  if (status === 0) sum.passed++;
  else fail(name);
}

/** One project of vitest.config.ts, counted by its own report. */
function tests(project, env) {
  heading(`${project} tests`);
  const report = join(results, `${project}.json`);
  rmSync(report, { force: true });
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const { status } = spawnSync(nodeBinary, [...vitest, ...patterns], { cwd: root, stdio: 'inherit', env });
  if (!existsSync(report)) {
    if (status !== 0) fail(`${project} tests did not run`);
    return;
  }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  sum.passed += numPassedTests;
  sum.failed += numFailedTests;
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed'),
  );
  for (const file of broken) fail(`${relative(root, file.name)} could not be run`);
  if (status !== 0 && numFailedTests === 0 && broken.length === 0) fail(`${project} tests ended with status ${status}`);
  countLeftOut(testResults);
}

/** Tests may be left out only where the shared data is missing, and not in CI. */
function countLeftOut(files) {
  const names = files.flatMap((file) =>
    file.assertionResults.filter((one) => one.status !== 'passed' && one.status !== 'failed').map((one) => one.fullName),
  );
  if (names.length === 0) return;
  if (existsSync(shared) || process.env.CI) {
    for (const name of names) fail(`left out: ${name}`);
  } else say(`${names.length} tests were left out: they need the shared data (LAMPLIGHT_SHARED names its folder).`);
}

function heading(name) {
  process.stdout.write(`\n== ${name}\n`);
}

function fail(sentence) {
  sum.failed++;
  process.stdout.write(`FAILED: ${sentence}\n`);
}
