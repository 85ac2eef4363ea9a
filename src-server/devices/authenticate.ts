/** Checks the signature of a request (RFC 9421 in our profile). */
import { createHash } from 'node:crypto';
import { chainPorts } from '../../src-node/chain-ports.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { fromHex } from '../../src-shared/hex.ts';
import { contentDigest, REQUEST_AGE_SECONDS_MAX, readSignature } from '../../src-shared/sync/signature.ts';
import { type Database, one } from '../database/index.ts';
import { refused } from '../refused.ts';

export interface SignedRequest {
  method: string;
  /** Path with query. */
  target: string;
  body: Uint8Array;
  headers: { digest: string | undefined; input: string | undefined; signature: string | undefined };
}

export interface Caller {
  device: string;
}

/** The clock of the workstation is too far off: it sets its offset by the answer's `lamplight-time` and tries again. */
export class ClockOff extends AppError {
  constructor() {
    super('server-refused', { what: "the workstation's clock is more than five minutes off" });
  }
}

/** Who signed the request. Throws `server-refused` (unknown or revoked device, wrong signature, seen before, clock far off). */
export async function authenticate(database: Database, request: SignedRequest, now: Date): Promise<Caller> {
  const { method, target, headers } = request;
  const digest = contentDigest(createHash('sha256').update(request.body).digest('base64'));
  const read = readSignature({ method, target, digest }, headers.input, headers.signature);
  if (read === null || headers.digest !== digest) throw refused('the request is not signed as it should be');
  const device = await one<{ public_key: string; revoked_at: string | null }>(
    database,
    'SELECT public_key, revoked_at FROM device WHERE id = $1',
    [read.keyId],
  );
  if (device === undefined || device.revoked_at !== null) throw refused('this workstation is not enrolled, or no longer');
  if (!chainPorts.verify(fromHex(device.public_key), Buffer.from(read.base), Buffer.from(read.signatureBase64, 'base64')))
    throw refused('the signature of the request is wrong');
  const seconds = Math.floor(now.getTime() / 1000);
  if (Math.abs(seconds - read.created) > REQUEST_AGE_SECONDS_MAX) throw new ClockOff();
  const fresh = await one(
    database,
    'INSERT INTO nonce (device, nonce, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING nonce',
    [read.keyId, read.nonce, read.created],
  );
  if (fresh === undefined) throw refused('the request was seen before');
  return { device: read.keyId };
}

/** Forgets nonces of requests that are too old to be accepted anyway, and notes who was here. */
export async function tidyNonces(database: Database, now: Date): Promise<void> {
  await database.query('DELETE FROM nonce WHERE created < $1', [Math.floor(now.getTime() / 1000) - 2 * REQUEST_AGE_SECONDS_MAX]);
}

/** Notes that a device was here. */
export async function seen(database: Database, device: string, now: Date): Promise<void> {
  await database.query('UPDATE device SET last_seen = $2 WHERE id = $1', [device, now.toISOString()]);
}
