/** An admin command while the server runs: it holds the database, so it is asked. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { serverCertificate } from '../certificate.ts';
import { serverIdentity } from '../identity.ts';
import type { Options } from '../options.ts';
import { addressFile } from '../start.ts';

/** @returns the server's answer. Throws an Error with a sentence when it does not answer. */
export async function askRunningServer(options: Options, command: string, args: readonly string[]): Promise<unknown> {
  const url = readFileSync(addressFile(options.folder), 'utf8');
  const { cert } = await serverCertificate(options.folder, options.own, new Date());
  const own = new X509Certificate(cert).fingerprint256;
  const dispatcher = new Agent({
    connect: {
      ca: cert,
      checkServerIdentity: (_host, shown) =>
        shown.fingerprint256 === own ? undefined : new Error('Another server answers at this address.'),
    },
  });
  try {
    const answer = await request(`${url}/api/v1/admin`, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${serverIdentity(options.folder).adminToken}` },
      body: JSON.stringify({ command, args }),
    });
    return await answer.body.json();
  } finally {
    await dispatcher.close();
  }
}
