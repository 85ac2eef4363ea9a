/**
 * `npm run demo`: the whole way by itself, in the real application against a real server on loopback, on invented patients and on photographs and letters that
 * ship with it. A line and a screenshot a step; out/demo/report.json; exit status 1 where anything failed.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src-node/root.ts';
import { answerPassword } from '../e2e/clinic.ts';
import { launch } from '../e2e/harness.ts';
import { accountForIt } from './account.ts';
import { askTheCoach, findAPatient, lockAndComeBack, readAnEye, scanALetter, setUp } from './chart.ts';
import { type DemoServer, startDemoServer } from './server.ts';
import { synchronise } from './synchronise.ts';

const out = join(root, 'out', 'demo');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

interface Step {
  name: string;
  ok: boolean;
  ms: number;
  error?: string;
}

const steps: Step[] = [];
const facts: Record<string, unknown> = {};

process.stdout.write('Lamplight shows itself: set-up, chart, eye, letter, server, coaching, log.\n');
const server: DemoServer = await startDemoServer(join(out, 'server'));
const application = await launch({ screenshots: out, home: join(out, 'home') });
application.page.setDefaultTimeout(60_000);
await answerPassword(application.page);

/** Later steps need the earlier ones, so the first failure ends the way. */
async function step(name: string, run: () => Promise<Record<string, unknown> | undefined>): Promise<void> {
  if (steps.some((done) => !done.ok)) return;
  const started = performance.now();
  const number = steps.length + 2;
  let error: string | undefined;
  try {
    Object.assign(facts, await run());
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  await application.screenshot(`${number}-${name.replaceAll(/\W+/g, '-').toLowerCase()}`).catch(() => undefined);
  const ms = Math.round(performance.now() - started);
  steps.push({ name, ok: error === undefined, ms, ...(error === undefined ? {} : { error }) });
  process.stdout.write(
    `${error === undefined ? 'ok    ' : 'FAILED'} ${number} ${name} (${(ms / 1000).toFixed(1)} s)${error === undefined ? '' : `: ${error}`}\n`,
  );
}

await step('First run', () => setUp(application));
await step('Lock and come back', () => lockAndComeBack(application));
await step('Find and know a patient', () => findAPatient(application, out));
await step('Read an eye', () => readAnEye(application));
await step('Scan a letter', () => scanALetter(application));
await step('Synchronise', () => synchronise(application, server, out));
await step('Ask', () => askTheCoach(application));
await step('Account for it', () => accountForIt(application, out));

if (application.complaints.length > 0)
  steps.push({ name: 'Page without complaints', ok: false, ms: 0, error: application.complaints.join(' | ') });
await application.close().catch(() => undefined);
await server.stop();
const ok = steps.every((done) => done.ok);
writeFileSync(join(out, 'report.json'), `${JSON.stringify({ ok, steps, ...facts }, null, 2)}\n`);
for (const left of ['home', 'server', 'second']) rmSync(join(out, left), { recursive: true, force: true });
process.stdout.write(`${ok ? 'Everything worked' : 'Something failed'}: report and screenshots in out/demo.\n`);
process.exit(ok ? 0 : 1);
