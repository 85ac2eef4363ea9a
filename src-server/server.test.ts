/** The server's door: what it lets in, and what it refuses. LAMPLIGHT_TEST_DATABASE_URL runs it on an (empty) PostgreSQL in place of PGlite. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainPorts, newEd25519, signEd25519 } from '../src-node/chain-ports.ts';
import { uploadName } from '../src-node/upload-name.ts';
import { GENESIS, link, sealMessage } from '../src-shared/audit/chain.ts';
import { toHex } from '../src-shared/hex.ts';
import { readEnrolmentCode } from '../src-shared/sync/enrolment-code.ts';
import { contentDigest, signatureBase } from '../src-shared/sync/signature.ts';
import { newCode } from './devices/index.ts';
import { type App, buildApp } from './http/app.ts';
import { lockFolder } from './lock.ts';
import { readOptions } from './options.ts';
import { type OpenHouse, openHouse } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'lamplight-server-'));
const clock = { ms: Date.parse('2026-11-22T08:00:00Z') };
let house: OpenHouse;
let app: App;
const lines: string[] = [];

beforeAll(async () => {
  house = await openHouse(
    readOptions(['--data', folder], { DATABASE_URL: process.env.LAMPLIGHT_TEST_DATABASE_URL }),
    () => new Date(clock.ms),
    (line) => lines.push(line),
  );
  app = await buildApp(house);
}, 60_000);
afterAll(async () => {
  await app.close();
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Device {
  id: string;
  privateKey: Uint8Array;
}

async function enrolled(id: string): Promise<Device> {
  const { privateKey, publicKey } = newEd25519();
  const { code } = await newCode(house.database, house.certificate.fingerprint, house.now());
  const answer = await enrol(code, id, publicKey);
  expect(answer.statusCode).toBe(200);
  return { id, privateKey };
}

function enrol(code: string, device: string, publicKey: Uint8Array) {
  const secret = toHex(readEnrolmentCode(code)?.secret ?? new Uint8Array());
  return app.inject({
    method: 'POST',
    url: '/api/v1/enrol',
    payload: { protocol: 1, secret, device, name: 'test', publicKey: toHex(publicKey) },
  });
}

type Method = 'GET' | 'POST' | 'PATCH' | 'HEAD';
interface Wanted {
  method?: Method;
  path: string;
  json?: unknown;
  bytes?: Uint8Array;
  headers?: Record<string, string>;
}

function signedHeaders(
  device: Device,
  { method = 'POST', path }: Wanted,
  body: Uint8Array,
  nonce = randomBytes(16).toString('base64url'),
  created = Math.floor(clock.ms / 1000),
): Record<string, string> {
  const digest = contentDigest(createHash('sha256').update(body).digest('base64'));
  const { base, header } = signatureBase({ method, target: path, digest }, { created, nonce, keyId: device.id });
  return {
    'content-digest': digest,
    'signature-input': header,
    signature: `sig=:${Buffer.from(signEd25519(device.privateKey, Buffer.from(base))).toString('base64')}:`,
  };
}

function send(device: Device, wanted: Wanted) {
  const body = wanted.json === undefined ? Buffer.from(wanted.bytes ?? []) : Buffer.from(JSON.stringify(wanted.json));
  const type: Record<string, string> = wanted.json === undefined ? {} : { 'content-type': 'application/json' };
  return app.inject({
    method: wanted.method ?? 'POST',
    url: wanted.path,
    payload: body,
    headers: { ...type, ...wanted.headers, ...signedHeaders(device, wanted, body) },
  });
}

const observation = (id: string, text = 'x') => JSON.stringify({ id, note: [{ text }], resourceType: 'Observation' });
const change = (seq: number, id: string, body = observation(id), base: string | null = null) => ({
  seq,
  type: 'Observation',
  id,
  base,
  hash: createHash('sha256').update(body).digest('hex'),
  body,
  hlc: `h${seq}`,
  author: 'somebody',
  at: 'now',
});

test('a request that is not signed, signed by another key, changed on the way, or sent twice is refused', async () => {
  const device = await enrolled('door');
  const wanted = { method: 'GET' as const, path: '/api/v1/sync/pull?direction=after' };
  expect((await send(device, wanted)).statusCode).toBe(200);
  expect((await app.inject({ method: 'GET', url: wanted.path })).json().error.code).toBe('server-refused');
  expect((await send({ ...device, privateKey: newEd25519().privateKey }, wanted)).statusCode).toBe(403);
  const headers = signedHeaders(device, wanted, new Uint8Array());
  expect((await app.inject({ method: 'GET', url: `${wanted.path}&limit=1`, headers })).statusCode).toBe(403);
  expect((await app.inject({ method: 'GET', url: wanted.path, headers })).statusCode).toBe(200);
  expect((await app.inject({ method: 'GET', url: wanted.path, headers })).json().error.message).toContain('seen before');
  const body = JSON.stringify({ items: [change(1, 'a')], people: [] });
  const posted = signedHeaders(device, { path: '/api/v1/sync/push' }, Buffer.from(body));
  const tampered = await app.inject({
    method: 'POST',
    url: '/api/v1/sync/push',
    payload: body.replace('somebody', 'somebodx'),
    headers: { ...posted, 'content-type': 'application/json' },
  });
  expect(tampered.statusCode).toBe(403);
});

test('what does not fit the protocol is refused with the place where it does not', async () => {
  const device = await enrolled('form');
  const answer = await send(device, { path: '/api/v1/sync/push', json: { items: [], people: 'nobody' } });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('items: ') });
  expect((await send(device, { method: 'GET', path: '/api/v1/sync/pull?direction=sideways' })).statusCode).toBe(400);
  expect((await send(device, { method: 'GET', path: '/api/v1/files/..%2f..%2fx/content' })).statusCode).toBe(400);
});

test('a workstation whose clock is wrong hears the time of the server', async () => {
  const device = await enrolled('clock');
  const wanted = { method: 'GET' as const, path: '/api/v1/audit' };
  const answer = await app.inject({
    method: 'GET',
    url: wanted.path,
    headers: signedHeaders(device, wanted, new Uint8Array(), undefined, 1_000_000),
  });
  expect(answer.statusCode).toBe(403);
  expect(answer.headers).toMatchObject({ 'lamplight-reason': 'clock', 'lamplight-time': String(clock.ms) });
});

test('a code works once and for a day', async () => {
  const { code } = await newCode(house.database, house.certificate.fingerprint, house.now());
  const key = newEd25519().publicKey;
  expect((await enrol(code, 'once', key)).statusCode).toBe(200);
  expect((await enrol(code, 'twice', key)).json().error.code).toBe('enrolment-code-wrong');
  const late = await newCode(house.database, house.certificate.fingerprint, house.now());
  clock.ms += 25 * 3_600_000;
  expect((await enrol(late.code, 'late', key)).json().error.code).toBe('enrolment-code-wrong');
});

test('a bad item is refused with a sentence and the others of its batch are taken', async () => {
  const device = await enrolled('batch');
  const items = [
    change(1, 'good-1'),
    { ...change(2, 'bad-hash'), hash: 'f'.repeat(64) },
    { ...change(3, 'bad-json'), body: '{"resourceType":', hash: createHash('sha256').update('{"resourceType":').digest('hex') },
    { ...change(4, 'other-id', observation('another')) },
    { nonsense: true },
    { ...change(6, 'surrogate'), author: '\ud800' },
    change(7, 'good-2'),
  ];
  const { answers } = (
    await send(device, { path: '/api/v1/sync/push', json: { items, people: [{ id: 'somebody', name: 'Somebody' }] } })
  ).json();
  expect(answers.map((answer: { status: string }) => answer.status)).toEqual([
    'accepted',
    'refused',
    'refused',
    'refused',
    'refused',
    'refused',
    'accepted',
  ]);
  for (const answer of answers) if (answer.status === 'refused') expect(answer.diagnostics.length).toBeGreaterThan(10);
  const again = (await send(device, { path: '/api/v1/sync/push', json: { items: [items[0]], people: [] } })).json();
  expect(again.answers).toEqual([{ status: 'known', version: 1 }]);
  expect(again.feed.before).toBe(again.feed.after);
});

test('a page of the feed has the newest version of each, in order, up and down', async () => {
  const device = await enrolled('feed');
  const first = change(1, 'feed-1');
  const items = [first, change(2, 'feed-2'), change(3, 'feed-1', observation('feed-1', 'y'), first.hash)];
  await send(device, { path: '/api/v1/sync/push', json: { items, people: [] } });
  const get = async (path: string) => (await send(device, { method: 'GET', path })).json();
  const top = await get('/api/v1/sync/pull?direction=before&limit=2');
  expect(top.changes.map(({ id, version }: { id: string; version: number }) => [id, version])).toEqual([
    ['feed-1', 2],
    ['feed-2', 1],
  ]);
  expect(top.more).toBe(true);
  const rest = await get(`/api/v1/sync/pull?direction=before&from=${top.last}`);
  expect(rest.changes.map(({ id }: { id: string }) => id)).not.toContain('feed-1');
  expect((await get(`/api/v1/sync/pull?direction=after&from=${top.head}`)).changes).toEqual([]);
});

test('a file is taken only whole and with the hash it was declared with', async () => {
  const device = await enrolled('files');
  const content = randomBytes(3000);
  const declared = {
    id: 'file-1',
    patient: 'p',
    sha256: createHash('sha256').update(content).digest('hex'),
    size: content.byteLength,
    mediaType: 'image/png',
    name: 'eye.png',
  };
  const tus = { 'tus-resumable': '1.0.0' };
  const upload = async (file: typeof declared, bytes: Buffer) => {
    const metadata = `file ${Buffer.from(JSON.stringify(file)).toString('base64')}`;
    const created = await send(device, {
      path: '/api/v1/files/upload',
      headers: { ...tus, 'upload-length': String(file.size), 'upload-metadata': metadata },
    });
    expect(created.statusCode).toBe(201);
    const path = `/api/v1/files/upload/${uploadName(device.id, file.sha256)}`;
    const half = await send(device, {
      method: 'PATCH',
      path,
      bytes: bytes.subarray(0, 1000),
      headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    });
    expect(half.headers['upload-offset']).toBe('1000');
    expect((await send(device, { method: 'HEAD', path, headers: tus })).headers['upload-offset']).toBe('1000');
    return send(device, {
      method: 'PATCH',
      path,
      bytes: bytes.subarray(1000),
      headers: { ...tus, 'upload-offset': '1000', 'content-type': 'application/offset+octet-stream' },
    });
  };
  expect((await send(device, { path: '/api/v1/files', json: declared })).json()).toEqual({ state: 'wanted' });
  expect((await upload(declared, content)).statusCode).toBe(204);
  expect((await send(device, { path: '/api/v1/files', json: { ...declared, id: 'file-2' } })).json()).toEqual({
    state: 'stored',
  });
  const range = await send(device, {
    method: 'GET',
    path: '/api/v1/files/file-2/content',
    headers: { range: 'bytes=1000-1999' },
  });
  expect(Buffer.compare(range.rawPayload, content.subarray(1000, 2000))).toBe(0);
  const backwards = { method: 'GET' as const, path: '/api/v1/files/file-2/content', headers: { range: 'bytes=1999-1000' } };
  expect((await send(device, backwards)).statusCode).toBe(400);
  const wrong = { ...declared, id: 'file-3', sha256: 'a'.repeat(64) };
  expect((await upload(wrong, content)).statusCode).toBe(422);
  expect((await send(device, { method: 'GET', path: '/api/v1/files/file-3' })).statusCode).toBe(404);
  expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
});

test('an empty file is a file', async () => {
  const device = await enrolled('empty');
  const declared = {
    id: 'file-empty',
    patient: 'p',
    sha256: createHash('sha256').digest('hex'),
    size: 0,
    mediaType: 'text/plain',
    name: 'empty',
  };
  const metadata = `file ${Buffer.from(JSON.stringify(declared)).toString('base64')}`;
  expect(
    (
      await send(device, {
        path: '/api/v1/files/upload',
        headers: { 'tus-resumable': '1.0.0', 'upload-length': '0', 'upload-metadata': metadata },
      })
    ).statusCode,
  ).toBe(201);
  expect((await send(device, { path: '/api/v1/files', json: declared })).json()).toEqual({ state: 'stored' });
});

test('an access log is taken as it grows, and refused where it contradicts itself or what came before', async () => {
  const device = await enrolled('log');
  const audit = newEd25519();
  const entries: { n: number; entry: string; hash: string }[] = [];
  let head: Uint8Array = GENESIS;
  for (let n = 1; n <= 3; n++) {
    const entry = chainPorts.canonical({ n, procedure: 'test' });
    head = link(chainPorts, head, entry);
    entries.push({ n, entry, hash: toHex(head) });
  }
  const seal = {
    count: 3,
    head: toHex(head),
    at: 'now',
    signature: toHex(signEd25519(audit.privateKey, sealMessage(device.id, 3, toHex(head), 'now'))),
  };
  const post = (json: object) =>
    send(device, { path: '/api/v1/audit', json: { publicKey: toHex(audit.publicKey), seals: [], ...json } });
  const answer = (await post({ entries, seals: [seal] })).json();
  expect(answer).toMatchObject({ entries: 3, receipts: [{ count: 3, head: toHex(head), server: house.identity.id }] });
  expect((await post({ entries })).json()).toEqual(answer);
  const rewritten = { ...entries[2], n: 3, entry: 'other', hash: 'b'.repeat(64) };
  expect((await post({ entries: [rewritten] })).json().error.message).toContain('rewritten');
  expect((await post({ entries: [{ n: 5, entry: 'x', hash: 'b'.repeat(64) }] })).json().error.message).toContain(
    'does not follow',
  );
  expect((await post({ entries: [], seals: [{ ...seal, at: 'later' }] })).json().error.message).toContain('seal');
  expect((await post({ entries: [], publicKey: toHex(newEd25519().publicKey) })).json().error.message).toContain('key');
});

test('health, metrics and the description of the interface are open, and nothing else is', async () => {
  expect((await app.inject('/health')).json()).toMatchObject({ ok: true, product: 'lamplight-server' });
  expect((await app.inject('/health/ready')).json()).toMatchObject({ ok: true });
  expect((await app.inject('/metrics')).body).toMatch(/^lamplight_devices \d+$/m);
  const described = (await app.inject('/docs')).json();
  expect(described.openapi).toBe('3.1.0');
  const open = ['/health', '/health/ready', '/metrics', '/api/v1/enrol'];
  const paths = Object.entries(described.paths as Record<string, Record<string, unknown>>).filter(
    ([path]) => !open.includes(path),
  );
  expect(paths.length).toBeGreaterThan(8);
  for (const [path, methods] of paths) {
    for (const method of Object.keys(methods)) {
      const answer = await app.inject({ method: method.toUpperCase() as Method, url: path.replace('{id}', 'x') });
      expect([path, answer.statusCode]).toEqual([path, 403]);
    }
  }
});

test('the admin door opens to the token of the data folder alone', async () => {
  const ask = (authorization: string) =>
    app.inject({ method: 'POST', url: '/api/v1/admin', payload: { command: 'devices', args: [] }, headers: { authorization } });
  expect((await ask('Bearer wrong')).json().error.code).toBe('forbidden');
  expect((await ask(`Bearer ${house.identity.adminToken}`)).json().devices.length).toBeGreaterThan(0);
});

test('a revoked workstation is shut out', async () => {
  const device = await enrolled('gone');
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/admin',
    payload: { command: 'revoke', args: ['gone'] },
    headers: { authorization: `Bearer ${house.identity.adminToken}` },
  });
  expect(answer.json()).toEqual({ ok: true });
  expect((await send(device, { method: 'GET', path: '/api/v1/audit' })).statusCode).toBe(403);
});

test('a data folder serves one server, and nothing was a bug', () => {
  const release = lockFolder(folder);
  expect(release).not.toBeNull();
  expect(lockFolder(folder)).toBeNull();
  release?.();
  expect(lines.filter((line) => line.startsWith('failed'))).toEqual([]);
});
