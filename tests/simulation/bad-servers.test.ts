/** A server that is down, slow, answers rubbish, or is another one: a sentence, nothing sent to the wrong place, nothing lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemChance, systemClock } from '../../src-main/core/ports.ts';
import { openLine, type Patience } from '../../src-main/core/sync/line.ts';
import { proxyFor } from '../../src-main/core/sync/proxy.ts';
import { type Certificate, serverCertificate } from '../../src-server/certificate.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { toHex } from '../../src-shared/hex.ts';
import { writeEnrolmentCode } from '../../src-shared/sync/enrolment-code.ts';
import { enrolAnswer } from '../../src-shared/sync/protocol.ts';

const patience: Patience = { connect: 1_000, answer: 1_000 };
const folders: string[] = [];
let own: Certificate;
let other: Certificate;
beforeAll(async () => {
  const make = () => {
    const folder = mkdtempSync(join(tmpdir(), 'lamplight-certificate-'));
    folders.push(folder);
    return serverCertificate(folder, undefined, new Date());
  };
  [own, other] = [await make(), await make()];
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function listening(server: Server | ReturnType<typeof createPlain>): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  // A listening server on TCP has an address of this shape.
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a workstation that pins `own` hears from a server. */
async function codeFrom(url: string): Promise<string> {
  const line = openLine(
    { url, fingerprint: toHex(own.fingerprint), device: 'test', privateKey: new Uint8Array(32) },
    { clock: systemClock, chance: systemChance },
    patience,
  );
  try {
    await line.json(enrolAnswer, { path: '/api/v1/enrol', json: { secret: 'a secret' } });
    return 'ok';
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : `bug: ${String(thrown)}`;
  } finally {
    await line.close();
  }
}

test('a server with another certificate is not told anything', async () => {
  let heard = '';
  const server = createServer({ key: other.key, cert: other.cert }, (request, response) => {
    request.on('data', (piece: Buffer) => {
      heard += piece.toString();
    });
    response.end('{}');
  });
  server.on('secureConnection', (socket) =>
    socket.on('data', (piece: Buffer) => {
      heard += piece.toString();
    }),
  );
  const url = await listening(server);
  expect(await codeFrom(url)).toBe('server-certificate');
  expect(heard).toBe('');
  server.close();
});

test('what answers in HTML, in broken JSON, in JSON of another shape or with a redirect is not a Lamplight server', async () => {
  const answers = [
    { status: 200, type: 'text/html', body: '<html>Welcome to the guest network</html>' },
    { status: 200, type: 'application/json', body: '{"server": ' },
    { status: 200, type: 'application/json', body: '{"server": {"id": 7}}' },
    { status: 302, type: 'text/html', body: '' },
    { status: 500, type: 'text/plain', body: 'oops' },
    { status: 403, type: 'application/json', body: '{"error":{"code":"no-such-code","message":"","action":""}}' },
  ];
  let next = answers[0];
  const server = createServer({ key: own.key, cert: own.cert }, (_request, response) => {
    response.writeHead(next?.status ?? 200, { 'content-type': next?.type ?? '', location: 'https://elsewhere.example/' });
    response.end(next?.body);
  });
  const url = await listening(server);
  for (next of answers) expect(await codeFrom(url)).toBe('server-rubbish');
  server.close();
});

test('a server that takes the request and never answers is slow', async () => {
  const server = createServer({ key: own.key, cert: own.cert }, () => undefined);
  const url = await listening(server);
  expect(await codeFrom(url)).toBe('server-slow');
  server.closeAllConnections();
  server.close();
});

test('a server that is not there, or hangs up, cannot be reached', async () => {
  const server = createServer({ key: own.key, cert: own.cert }, (request) => request.socket.destroy());
  const url = await listening(server);
  expect(await codeFrom(url)).toBe('server-unreachable');
  server.close();
  expect(await codeFrom('https://127.0.0.1:9')).toBe('server-unreachable');
});

test('a plain http server behind an https address is not a Lamplight server', async () => {
  const server = createPlain((_request, response) => response.end('hello'));
  expect(await codeFrom(await listening(server))).toBe('server-rubbish');
  server.close();
});

test('through a proxy the certificate is checked all the same', async () => {
  const asked: string[] = [];
  const proxy = createPlain();
  proxy.on('connect', (request, socket, head) => {
    asked.push(request.url ?? '');
    const [, port] = (request.url ?? '').split(':');
    const through = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on('error', () => undefined);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const kept = process.env.HTTPS_PROXY;
  // A listening server on TCP has an address of this shape.
  process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const servers = [own, other].map((certificate) =>
    createServer({ key: certificate.key, cert: certificate.cert }, (_request, response) => {
      response.setHeader('lamplight-time', '1');
      response.end(JSON.stringify({ server: { id: 's', name: 's', publicKey: 'a'.repeat(64) } }));
    }),
  );
  try {
    const codes: string[] = [];
    for (const server of servers)
      codes.push(await codeFrom((await listening(server)).replace('127.0.0.1', 'server.hospital.example')));
    expect(codes).toEqual(['ok', 'server-certificate']);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatch(/^server\.hospital\.example:\d+$/);
    expect(proxyFor('127.0.0.1', process.env)).toBeNull();
    expect(proxyFor('a.intern.example', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'x, .intern.example' })).toBeNull();
  } finally {
    if (kept === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = kept;
    for (const server of [proxy, ...servers]) {
      server.closeAllConnections();
      server.close();
    }
  }
});

test('the code that pairs carries the certificate, and any one wrong or swapped character is found', async () => {
  const { readEnrolmentCode } = await import('../../src-shared/sync/enrolment-code.ts');
  const code = writeEnrolmentCode({ fingerprint: own.fingerprint, secret: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]) });
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){13}[0-9A-HJKMNP-TV-Z]{5}$/);
  const read = readEnrolmentCode(code);
  expect(toHex(read?.fingerprint ?? new Uint8Array())).toBe(toHex(own.fingerprint));
  const letters = [...code.replaceAll('-', '')];
  for (let n = 0; n < letters.length; n++) {
    const changed = letters.with(n, letters[n] === 'Z' ? 'Y' : 'Z').join('');
    expect(readEnrolmentCode(changed)).toBeNull();
    const [here, after] = [letters[n], letters[n + 1]];
    if (after !== undefined && here !== after)
      expect(
        readEnrolmentCode(
          letters
            .with(n, after)
            .with(n + 1, here ?? '')
            .join(''),
        ),
      ).toBeNull();
  }
});
