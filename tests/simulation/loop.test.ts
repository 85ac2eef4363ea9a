/** Synchronisation by itself: it looks, it is patient with a server that fails, and it never floods it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SYSTEM } from '../../src-main/core/context-of.ts';
import { openService } from '../../src-main/core/sync/service.ts';
import { rememberServer } from '../../src-main/core/sync/settings.ts';
import { serverCertificate } from '../../src-server/certificate.ts';
import { toHex } from '../../src-shared/hex.ts';
import { FAILURES_TO_OPEN, OPEN_PAUSE_MS } from '../../src-shared/sync/backoff.ts';
import { testCore } from '../fixtures/core.ts';

test('a server that fails is asked again with growing pauses, and after many failures seldom', async () => {
  const made = await testCore();
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-loop-'));
  const certificate = await serverCertificate(folder, undefined, new Date());
  let asked = 0;
  const server = createServer({ key: certificate.key, cert: certificate.cert }, (_request, response) => {
    asked += 1;
    response.writeHead(503).end('<html>maintenance</html>');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  await made.create();
  const clinic = made.core.clinic();
  if (clinic === null) throw new Error('no open vault');
  // A listening server on TCP has an address of this shape.
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  rememberServer(clinic.vault, clinic.vault.db, {
    id: 's',
    name: 's',
    url,
    fingerprint: toHex(certificate.fingerprint),
    publicKey: '00',
    pairedBy: 'p',
    devicePrivateKey: new Uint8Array(32),
  });

  let look = () => {};
  const timers = {
    every(_ms: number, run: () => void) {
      look = run;
      return () => undefined;
    },
  };
  const service = openService(clinic, SYSTEM, { timers });
  service.start();
  const pauses: number[] = [];
  for (let failure = 1; failure <= FAILURES_TO_OPEN; failure++) {
    const began = made.clock.ms;
    // Only time that passes lets the next try begin; looking more often does not.
    for (look(); service.underWay() === null; look()) made.clock.ms += 100;
    expect((await service.underWay())?.error?.code).toBe('server-rubbish');
    expect(asked).toBe(failure);
    pauses.push(made.clock.ms - began);
  }
  expect(pauses.at(-1)).toBeGreaterThan((pauses[1] ?? 0) * 4);
  const before = asked;
  for (let n = 0; n < 50; n++) look();
  made.clock.ms += OPEN_PAUSE_MS / 2;
  look();
  expect(asked).toBe(before);
  expect(service.link()).toMatchObject({ online: false, problem: { code: 'server-rubbish' } });

  await service.stop();
  server.close();
  await made.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
