/** Two real vaults and the real server on loopback: what a clinic would lose if one of these failed is work, or trust in what the screen says. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { type TestServer, testServer } from '../../../tests/fixtures/server.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { SYSTEM } from '../context-of.ts';
import { putResource, readResource } from '../records/index.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
}, 60_000);
afterAll(async () => {
  await server.remove();
});

let made: TestCore[] = [];
beforeEach(() => {
  made = [];
});
afterEach(async () => {
  for (const core of made) {
    expect(core.bugs).toEqual([]);
    await core.remove();
  }
});

const AMINA = { family: 'Otieno', given: 'Amina', birthDate: '1984-03-17', sex: 'female' as const };
const codeOf = (promise: Promise<unknown>) => promise.then(() => 'ok', (thrown: unknown) => (thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`));

async function workstation(): Promise<{ core: TestCore; client: Client }> {
  const core = await testCore();
  core.clock.ms = Date.now();
  made.push(core);
  return { core, client: await core.create() };
}

async function paired(): Promise<{ core: TestCore; client: Client }> {
  const one = await workstation();
  await one.client.call('sync.pair', { url: server.url, code: await freshCode() });
  return one;
}

async function freshCode(): Promise<string> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const { stdout } = await promisify(execFile)(process.execPath, ['src-server/main.ts', 'admin', 'enrol-code', '--data', server.folder]);
  return (JSON.parse(stdout) as { code: string }).code;
}

function clinicOf(core: TestCore) {
  const clinic = core.core.clinic();
  if (clinic === null) throw new Error('no open vault');
  return clinic;
}

test('what one workstation writes arrives at another, text for text, and is acknowledged only then', async () => {
  const a = await paired();
  const { id } = await a.client.call('patients.register', AMINA);
  expect(await a.client.call('sync.status', {})).toMatchObject({ paired: true, acknowledged: 0, waiting: 1 });
  const sent = await a.client.call('sync.now', {});
  expect(sent).toMatchObject({ ok: true, sent: 1, acknowledged: 1, refused: 0, waiting: 0, online: true });

  const b = await paired();
  const fetched = await b.client.call('sync.now', {});
  expect(fetched.ok).toBe(true);
  expect(fetched.pulled).toBeGreaterThan(0);
  const [mine, theirs] = [a, b].map(({ core }) => readResource(clinicOf(core).vault.db, 'Patient', id)?.resource);
  expect(theirs).toEqual(mine);
  const found = await b.client.call('patients.search', { text: 'otieno am' });
  expect(found.results.map((row) => row.id)).toContain(id);
}, 60_000);
