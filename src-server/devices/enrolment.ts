/** One-time codes. The secret itself is kept only in memory and on paper; the database has its hash. */
import { createHash, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '../../src-shared/errors/index.ts';
import { SECRET_BYTES, writeEnrolmentCode } from '../../src-shared/sync/enrolment-code.ts';
import type { enrolRequest } from '../../src-shared/sync/protocol.ts';
import { type Database, one, type Queries } from '../database/index.ts';

const VALID_HOURS = 24;

/** A new code; it works once, within 24 hours. */
export async function newCode(
  queries: Queries,
  fingerprint: Uint8Array,
  now: Date,
): Promise<{ code: string; expiresAt: string }> {
  const secret = randomBytes(SECRET_BYTES);
  const expiresAt = new Date(now.getTime() + VALID_HOURS * 3_600_000).toISOString();
  await queries.query('DELETE FROM enrolment WHERE expires_at < $1', [now.toISOString()]);
  await queries.query('INSERT INTO enrolment (secret_hash, made_at, expires_at) VALUES ($1, $2, $3)', [
    hashOf(secret),
    now.toISOString(),
    expiresAt,
  ]);
  return { code: writeEnrolmentCode({ fingerprint, secret }), expiresAt };
}

/** Enrols a device's key and uses the secret up. Enrolling again gives a device a new key. Throws `enrolment-code-wrong`. */
export async function enrol(database: Database, request: z.output<typeof enrolRequest>, now: Date): Promise<void> {
  const at = now.toISOString();
  const enrolled = await database.transaction(async (tx) => {
    const used = await one<{ secret_hash: string }>(
      tx,
      'UPDATE enrolment SET used_at = $2, device = $3 WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING secret_hash',
      [hashOf(Buffer.from(request.secret, 'hex')), at, request.device],
    );
    if (used === undefined) return false;
    await tx.query(
      `INSERT INTO device (id, name, public_key, enrolled_at, last_seen) VALUES ($1, $2, $3, $4, $4)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, public_key = excluded.public_key, enrolled_at = excluded.enrolled_at, revoked_at = NULL`,
      [request.device, request.name, request.publicKey, at],
    );
    return true;
  });
  if (!enrolled) throw new AppError('enrolment-code-wrong');
}

function hashOf(secret: Uint8Array): string {
  return createHash('sha256').update('lamplight-enrolment').update(secret).digest('hex');
}
