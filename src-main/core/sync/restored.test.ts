/** A vault that came back: what was logged before stays provable, what is logged after arrives, and cutting the log by an old copy is no silent way. Against the real server. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { entriesElsewhere, receiptShape } from '../../../src-shared/audit/chain.ts';
import { verifyLines } from '../../../src-shared/audit/lines.ts';
import { toHex } from '../../../src-shared/hex.ts';
import { type BackupFixture, backupFixture, type Client } from '../../../tests/fixtures/backup.ts';
import { ADMIN, type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { type TestServer, testServer } from '../../../tests/fixtures/server.ts';
import { restoreBackup } from '../backup/index.ts';

let server: TestServer;
let at: BackupFixture;
let away: string;
let others: TestCore[] = [];
beforeAll(async () => {
  server = await testServer();
}, 180_000);
afterAll(() => server.remove());
beforeEach(async () => {
  at = await backupFixture();
  at.made.clock.ms = Date.now();
  await at.client.call('session.confirm', { password: ADMIN.password });
  away = mkdtempSync(join(tmpdir(), 'lamplight-restored-'));
  await at.client.call('sync.pair', { url: server.url, code: await server.newCode() });
});
afterEach(async () => {
  for (const core of others) {
    await core.remove();
    expect(core.bugs).toEqual([]);
  }
  others = [];
  await at.remove();
  rmSync(away, { recursive: true, force: true });
});

const phrase = 'quite another phrase';

/** Another machine with what lies in `from` restored. */
async function restored(path: string, recoveryCode: string): Promise<{ core: TestCore; client: Client; recoveryCode: string }> {
  const core = await testCore();
  core.clock.ms = Date.now();
  others.push(core);
  const client = core.connect();
  await restoreBackup(path, join(core.root, 'clinic'), { recoveryCode });
  const back = await client.call('session.recover', { userName: ADMIN.userName, recoveryCode, newPassword: phrase });
  return { core, client, recoveryCode: back.recoveryCode };
}

const dbOf = (core: TestCore) => {
  const clinic = core.core.clinic();
  if (!clinic) throw new Error('no open vault');
  return clinic.vault.db;
};
const deviceOf = (core: TestCore) =>
  dbOf(core).prepare<[], string>("SELECT value FROM meta WHERE key = 'device'").pluck().get() ?? '';
const lastEntry = (core: TestCore) => dbOf(core).prepare<[], number>('SELECT max(n) FROM audit').pluck().get() ?? 0;
const sentTo = (core: TestCore) =>
  Number(dbOf(core).prepare<[], string>("SELECT value FROM meta WHERE key = 'sync-audit-sent'").pluck().get());

const checked = z.object({
  ok: z.boolean(),
  logs: z.array(
    z.object({
      workstation: z.string(),
      log: z.string(),
      entries: z.number(),
      ok: z.boolean(),
      goesOn: z.array(z.object({ n: z.number(), former: z.string(), entriesElsewhere: z.number() })).optional(),
    }),
  ),
});

/** What the server says of the logs of a workstation, as its operator asks. */
async function atServer(workstation: string) {
  const { adminToken } = z
    .object({ adminToken: z.string() })
    .parse(JSON.parse(readFileSync(join(server.folder, 'identity.json'), 'utf8')));
  const dispatcher = new Agent({ connect: { ca: readFileSync(join(server.folder, 'certificate.pem')) } });
  const answer = await request(`${server.url}/api/v1/admin`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ command: 'access-logs', args: [workstation] }),
  });
  const found = checked.parse(await answer.body.json());
  await dispatcher.close();
  return found;
}

test('backup, more work, loss, restore, work: everything arrives, both sides verify it and say where it goes on', async () => {
  const path = join(away, 'clinic.lamplight-backup');
  await at.client.call('sync.now', {});
  await at.create(path);
  await at.register('Later', 0);
  await at.client.call('sync.now', {});
  const device = deviceOf(at.made);
  const lost = lastEntry(at.made);
  const kept = dbOf(at.made)
    .prepare<[], { count: number; head: Uint8Array; at: string; server: string; public_key: Uint8Array; signature: Uint8Array }>(
      'SELECT * FROM audit_receipt ORDER BY count DESC LIMIT 1',
    )
    .get();

  const back = await restored(path, at.recoveryCode);
  const [{ before, begins }] = dbOf(back.core)
    .prepare<[], { before: number; begins: number }>('SELECT n - 1 AS before, n AS begins FROM audit_further')
    .all() as [{ before: number; begins: number }]; // one restore, one row
  expect(await back.client.call('audit.verify', {})).toMatchObject({
    ok: true,
    goesOn: [{ n: begins, last: before, former: device }],
  });
  await back.client.call('patients.register', { family: 'Newcomer', given: 'Grace', birthDate: '1970-01-02', sex: 'female' });
  const round = await back.client.call('sync.now', {});
  expect(round).toMatchObject({ ok: true, refused: 0 });
  expect(round.pulled).toBeGreaterThan(0);
  await back.client.call('sync.now', {});
  expect(sentTo(back.core)).toBeGreaterThan(before);

  const verdict = await back.client.call('audit.verify', {});
  expect(verdict).toMatchObject({ ok: true, goesOn: [{ n: begins, last: before, former: device, formerTo: kept?.count }] });
  const [where] = verdict.goesOn ?? [];
  expect(where && entriesElsewhere(where)).toBe((kept?.count ?? 0) - before);
  expect(where && entriesElsewhere(where)).toBeGreaterThan(0);
  expect(verdict.receiptTo).toBeGreaterThan(begins);

  const there = await atServer(device);
  expect(there).toMatchObject({
    ok: true,
    logs: [
      { log: device, ok: true, entries: kept?.count },
      { log: where?.log, ok: true, goesOn: [{ n: begins, former: device, entriesElsewhere: (kept?.count ?? 0) - before }] },
    ],
  });
  expect(there.logs[1]?.entries).toBe(sentTo(back.core));
  expect(lost).toBeGreaterThanOrEqual(kept?.count ?? 0);

  // The exported file says the same to anybody, also beside a receipt that was kept elsewhere.
  const { document } = await back.client.call('audit.export', { format: 'jsonl' });
  const lines = document.trimEnd().split('\n');
  expect(verifyLines(chainPorts, lines)).toMatchObject({ ok: true, goesOn: verdict.goesOn });
  const elsewhere = receiptShape.parse({
    ...kept,
    kind: 'receipt',
    head: toHex(kept?.head ?? new Uint8Array()),
    publicKey: toHex(kept?.public_key ?? new Uint8Array()),
    signature: toHex(kept?.signature ?? new Uint8Array()),
  });
  expect(verifyLines(chainPorts, lines, [elsewhere])).toMatchObject({ ok: true });

  const report = await back.client.call('compliance.verify', {});
  expect(report.checks.find((check) => check.id === 'log-chain')).toMatchObject({
    ok: true,
    evidence: expect.stringContaining('at the server alone'),
  });

  // Compliance is asked about it, here and at every other workstation.
  const { incidents } = await back.client.call('incidents.list', {});
  expect(incidents.filter((one) => one.rule === 'log-goes-on')).toMatchObject([{ severity: 'review', state: 'open' }]);
}, 120_000);

test('the same backup is restored twice, and once offline in between: each goes on, and none hides another', async () => {
  const path = join(away, 'clinic.lamplight-backup');
  await at.create(path);
  await at.client.call('sync.now', {});
  const device = deviceOf(at.made);
  const first = await restored(path, at.recoveryCode);
  await first.client.call('patients.register', { family: 'First', given: 'Grace', birthDate: '1971-01-02', sex: 'female' });
  // It never met the server, and was saved again.
  const again = join(away, 'again.lamplight-backup');
  const { job } = await first.client.call('backup.create', { place: first.core.core.places.offer(again) });
  await first.core.core.clinic()?.jobs.wait(job);
  const second = await restored(again, first.recoveryCode);
  expect(await second.client.call('sync.now', {})).toMatchObject({ ok: true });
  const other = await restored(path, at.recoveryCode);
  expect(await other.client.call('sync.now', {})).toMatchObject({ ok: true });
  for (const { client } of [second, other]) expect(await client.call('audit.verify', {})).toMatchObject({ ok: true });
  const there = await atServer(device);
  expect(there).toMatchObject({ ok: true });
  expect(there.logs).toHaveLength(3);
  expect(there.logs.map((log) => log.goesOn?.length ?? 0).sort()).toEqual([0, 1, 2]);
}, 120_000);

test('whoever cuts the log by putting an old copy of the folder back is refused; the recovery code is the way on, and is not silent', async () => {
  await at.client.call('sync.now', {});
  await at.made.core.close();
  const copy = join(away, 'copy');
  cpSync(at.made.root, copy, { recursive: true });
  const working = await testCore(at.made.root);
  working.clock.ms = Date.now();
  let client: Client = working.connect();
  await client.call('session.signIn', ADMIN);
  await client.call('patients.register', { family: 'Hidden', given: 'Act', birthDate: '1970-01-02', sex: 'female' });
  await client.call('sync.now', {});
  const device = deviceOf(working);
  const wholeTo = sentTo(working);
  await working.core.close();

  rmSync(at.made.root, { recursive: true, force: true });
  cpSync(copy, at.made.root, { recursive: true });
  const put = await testCore(at.made.root);
  others.push(put);
  put.clock.ms = Date.now();
  client = put.connect();
  await client.call('session.signIn', ADMIN);
  const last = lastEntry(put);
  expect(await client.call('sync.now', {})).toMatchObject({ ok: false, problem: { code: 'server-refused' } });

  client = put.connect();
  await client.call('session.recover', { userName: ADMIN.userName, recoveryCode: at.recoveryCode, newPassword: phrase });
  expect(await client.call('sync.now', {})).toMatchObject({ ok: true });
  const verdict = await client.call('audit.verify', {});
  expect(verdict).toMatchObject({ ok: true, goesOn: [{ formerTo: wholeTo }] });
  const [where] = verdict.goesOn ?? [];
  expect(where?.sharedTo).toBeLessThan(last);
  expect(await atServer(device)).toMatchObject({
    ok: true,
    logs: [{ log: device, entries: wholeTo }, { goesOn: [{ entriesElsewhere: wholeTo - (where?.sharedTo ?? 0) }] }],
  });
  const { incidents } = await client.call('incidents.list', {});
  expect(incidents.map((one) => one.rule)).toContain('log-goes-on');
}, 120_000);

test('a log whose end was cut off is still found where nothing says that it was restored, and none goes on from a log that it is not', async () => {
  await at.client.call('sync.now', {});
  const db = dbOf(at.made);
  const receipted = db.prepare<[], number>('SELECT max(count) FROM audit_receipt').pluck().get() ?? 0;
  // A beginning beside the log says nothing: the log itself must.
  db.prepare("INSERT INTO audit_further (n, log, former) VALUES (?, 'forged', ?)").run(receipted - 1, deviceOf(at.made));
  db.prepare('DELETE FROM audit WHERE n > ?').run(receipted - 2);
  db.prepare('DELETE FROM audit_seal WHERE count > ?').run(receipted - 2);
  const verdict = await at.client.call('audit.verify', {});
  expect(verdict).toMatchObject({ ok: false });
  expect(verdict.firstBad?.what).toMatch(/cut off|receipt|rewritten/);
  db.prepare("UPDATE meta SET value = ? WHERE key = 'sync-audit-sent'").run(String(receipted - 2));
  expect(await at.client.call('sync.now', {})).toMatchObject({ ok: false, problem: { code: 'server-refused' } });
}, 120_000);
