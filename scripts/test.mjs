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
/** Repeated before the last line, where whoever sees only the end of a long log looks. */
const said = [];

mkdirSync(results, { recursive: true });
if (patterns.length === 0) {
  check('lint', 'node_modules/@biomejs/biome/bin/biome', 'lint');
  check('types', 'scripts/types.mjs');
}
tests('unit', process.env);
await endToEnd();
for (const sentence of said) process.stdout.write(`${sentence}\n`);
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

/**
 * One project of vitest.config.ts, counted by its own report. A file that fails runs once more, alone: on a machine that others load, waits run out. What
 * failed only at first is named, so that it can be looked at, and counts by its second run.
 */
function tests(project, env) {
  heading(`${project} tests`);
  const first = vitest(project, env, patterns);
  const failed = first.filter((file) => file.status === 'failed').map((file) => relative(root, file.name));
  if (failed.length > 0) heading(`${project} tests: ${failed.length} failed files once more`);
  const second = failed.length > 0 ? vitest(project, env, failed) : [];
  const files = [...first.filter((file) => file.status !== 'failed'), ...second];
  for (const file of first.filter((one) => one.status === 'failed'))
    for (const sentence of failures(file)) said.push(`failed at the first try: ${sentence}`);
  for (const { status, assertionResults, ...file } of files) {
    const count = (state) => assertionResults.filter((one) => one.status === state).length;
    sum.passed += count('passed');
    if (status === 'failed') for (const sentence of failures({ assertionResults, ...file })) fail(sentence);
  }
  countLeftOut(files);
}

/** Runs the test files whose path holds one of the patterns; answers vitest's own result of each file. */
function vitest(project, env, paths) {
  const report = join(results, `${project}.json`);
  rmSync(report, { force: true });
  const options = [
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const command = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...options, ...paths];
  const { status } = spawnSync(nodeBinary, command, { cwd: root, stdio: 'inherit', env });
  const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
  if (status !== 0 && files.every((file) => file.status !== 'failed')) fail(`${project} tests ended with status ${status}`);
  return files;
}

/** Each failed test of a file by name; the file itself where it could not be run. */
function failures({ name, assertionResults }) {
  const path = relative(root, name);
  const tests = assertionResults.filter((one) => one.status === 'failed');
  if (tests.length === 0) return [`${path} could not be run`];
  return tests.map((one) => `${path}: ${one.fullName}: ${one.failureMessages[0]?.split('\n')[0] ?? 'no reason given'}`);
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
  said.push(`FAILED: ${sentence}`);
  process.stdout.write(`FAILED: ${sentence}\n`);
}
