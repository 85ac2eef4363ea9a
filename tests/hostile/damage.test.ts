import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainPorts } from '../../src-node/chain-ports.ts';
import { verifyLines } from '../../src-shared/audit/lines.ts';
import { type TestCore, testCore } from '../fixtures/core.ts';
import { runs } from '../fixtures/runs.ts';
import { AMINA, type Client } from './core.fixture.ts';

let made: TestCore;
let client: Client;
beforeAll(async () => {
  made = await testCore();
  client = await made.create();
  await client.call('patients.register', AMINA);
  made.core.clinic()?.transactions.seal();
});
afterAll(() => made.remove());

const verify = (text: string) => verifyLines(chainPorts, (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'));

test('any changed byte, missing line or missing end of an exported log is found', async () => {
  const { document } = await client.call('audit.export', { format: 'jsonl' });
  expect(verify(document)).toMatchObject({ ok: true });
  const bytes = Buffer.from(document);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ change;
      expect(verify(changed.toString('utf8')).ok).toBe(false);
    }),
    { numRuns: runs(300) },
  );
  const lines = document.trimEnd().split('\n');
  for (const index of lines.keys()) expect(verify(`${lines.filter((_line, at) => at !== index).join('\n')}\n`).ok).toBe(false);
});

test.each(['', '\n', 'some other file', '{}', '[]', '{"kind":"log"}', '\u0000\u0001'])(
  'what is no log is not whole: %j',
  (text) => {
    expect(verify(text)).toMatchObject({ ok: false, firstBad: { what: expect.any(String) } });
  },
);

test('a page that cannot be read is a damaged vault, not a bug', async () => {
  const db = made.core.clinic()?.vault.db;
  const { id } = (await client.call('patients.search', { text: AMINA.family, limit: 1 })).results[0] ?? { id: '' };
  expect(db && id).toBeTruthy();
  db?.unsafeMode(true);
  db?.pragma('writable_schema = ON');
  db?.exec("UPDATE sqlite_schema SET rootpage = 2147483647 WHERE name = 'setting'");
  db?.pragma('schema_version = 100000');
  await expect(client.call('settings.get', {})).rejects.toMatchObject({ code: 'vault-damaged' });
  expect(made.bugs).toEqual([]);
  db?.pragma('writable_schema = RESET');
});
