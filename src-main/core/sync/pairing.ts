/** Pairing by address and enrolment code: the code names the certificate, so the first word already goes to the right server. */
import { hostname } from 'node:os';
import { newEd25519 } from '../../../src-node/chain-ports.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { toHex } from '../../../src-shared/hex.ts';
import { readEnrolmentCode } from '../../../src-shared/sync/enrolment-code.ts';
import { enrolAnswer, PROTOCOL_VERSION } from '../../../src-shared/sync/protocol.ts';
import type { Context } from '../context.ts';
import { openLine, type Patience } from './line.ts';
import type { PairedServer } from './settings.ts';

/** Throws `plain-http`, `invalid-input`, `enrolment-code-wrong`, and what goes wrong on the line. */
export async function pair(context: Context, typed: { url: string; code: string }, patience?: Patience): Promise<PairedServer> {
  const url = serverAddress(typed.url);
  const code = readEnrolmentCode(typed.code);
  if (code === null) throw new AppError('enrolment-code-wrong');
  const fingerprint = toHex(code.fingerprint);
  const { privateKey, publicKey } = newEd25519();
  const line = openLine({ url, fingerprint, device: context.device, privateKey }, context, patience);
  try {
    const { server } = await line.json(enrolAnswer, {
      path: '/api/v1/enrol',
      json: {
        protocol: PROTOCOL_VERSION,
        secret: toHex(code.secret),
        device: context.device,
        name: hostname().slice(0, 200),
        publicKey: toHex(publicKey),
      },
    });
    return { ...server, url, fingerprint, pairedBy: context.person.id, devicePrivateKey: privateKey };
  } finally {
    await line.close();
  }
}

function serverAddress(typed: string): string {
  const text = /^[a-z]+:\/\//i.test(typed) ? typed.trim() : `https://${typed.trim()}`;
  if (!URL.canParse(text)) throw new AppError('invalid-input', { what: 'the address of the server' });
  const { protocol, origin } = new URL(text);
  if (protocol === 'http:') throw new AppError('plain-http');
  if (protocol !== 'https:') throw new AppError('invalid-input', { what: 'the address of the server' });
  return origin;
}
