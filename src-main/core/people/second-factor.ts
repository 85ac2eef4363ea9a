/** Second factor: codes by time (RFC 6238) and single-use codes in their place. The secret lies in the encrypted database alone. */
import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import type { Person } from '../../../src-shared/contract/session.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Clock, Db, Tx } from '../context.ts';
import { FACTOR_GROUPS, makeCode, readCode } from './codes.ts';
import { readSettings } from './drafts.ts';

/** RFC 6238 4: what every authenticator application takes. */
const PERIOD_S = 30;
const DIGITS = 6;
/** RFC 4226 4: 160 bits. */
const SECRET_BYTES = 20;
/** Steps that a phone's clock may be off in either direction (RFC 6238 5.2). */
const DRIFT_STEPS = 1;
const CODES = 10;
const DAY_MS = 86_400_000;

const policyShape = z.object({
  required: z.enum(['nobody', 'administrators', 'everybody']),
  graceDays: z.number().int().min(0).max(90),
});
export type FactorPolicy = z.output<typeof policyShape>;
/** Administrators need one, and have two weeks from the first time they are asked. Patients are cared for all the while. */
const DEFAULT_POLICY: FactorPolicy = { required: 'administrators', graceDays: 14 };

interface FactorRow {
  roles: string;
  totp_secret: Uint8Array | null;
  totp_pending: Uint8Array | null;
  totp_step: number;
  factor_asked_at: string | null;
}

function factorPolicy(db: Db): FactorPolicy {
  const set = policyShape.safeParse(readSettings(db).secondFactor);
  return set.success ? set.data : DEFAULT_POLICY;
}

export function factorIsOn(db: Db, person: string): boolean {
  return rowOf(db, person).totp_secret !== null;
}

/** Must this person have one, and until when may they go without? */
export function factorDue(db: Db, person: string): { required: boolean; dueAt?: string } {
  const { required, graceDays } = factorPolicy(db);
  const row = rowOf(db, person);
  const concerned = required === 'everybody' || (required === 'administrators' && row.roles.includes('"it-admin"'));
  if (!concerned) return { required: false };
  if (row.totp_secret || !row.factor_asked_at) return { required: true };
  return { required: true, dueAt: new Date(Date.parse(row.factor_asked_at) + graceDays * DAY_MS).toISOString() };
}

/** Begins the time that somebody may go without. */
export function askForFactor(tx: Tx, person: string): void {
  const { required } = factorDue(tx.db, person);
  const { totp_secret: secret } = rowOf(tx.db, person);
  if (required && !secret)
    tx.db.prepare('UPDATE user SET factor_asked_at = coalesce(factor_asked_at, ?) WHERE id = ?').run(tx.at, person);
}

/** A new secret that counts once a code of it was typed. */
export function beginFactor(tx: Tx, person: Person): { uri: string; secret: string } {
  const secret = tx.chance.bytes(SECRET_BYTES);
  tx.db.prepare('UPDATE user SET totp_pending = ? WHERE id = ?').run(secret, person.id);
  return { uri: totpOf(secret, person.userName).toString(), secret: base32(secret) };
}

/** Turns the new secret on by its first code. Throws `second-factor-code-wrong`. @returns the single-use codes, shown this once */
export function confirmFactor(tx: Tx, vault: string, person: string, code: string): string[] {
  const { totp_pending: pending } = rowOf(tx.db, person);
  const step = pending && stepOf(pending, code, tx.clock, 0);
  if (!pending || step === null) throw new AppError('second-factor-code-wrong');
  return turnOn(tx, vault, person, pending, step);
}

/** Turns a new secret on at once, for somebody who is handed it. */
export function giveFactor(tx: Tx, vault: string, person: Person): { uri: string; secret: string; recoveryCodes: string[] } {
  const made = beginFactor(tx, person);
  const { totp_pending: pending } = rowOf(tx.db, person.id);
  if (!pending) throw new Error('the new secret is gone');
  return { ...made, recoveryCodes: turnOn(tx, vault, person.id, pending, 0) };
}

export function removeFactor(tx: Tx, person: string): void {
  tx.db
    .prepare('UPDATE user SET totp_secret = NULL, totp_pending = NULL, totp_step = 0, factor_asked_at = NULL WHERE id = ?')
    .run(person);
  tx.db.prepare('DELETE FROM factor_code WHERE person = ?').run(person);
}

/** New single-use codes; the old ones stop working. */
export function renewCodes(tx: Tx, vault: string, person: string): string[] {
  tx.db.prepare('DELETE FROM factor_code WHERE person = ?').run(person);
  const codes = Array.from({ length: CODES }, () => makeCode(tx.chance, FACTOR_GROUPS));
  const insert = tx.db.prepare('INSERT INTO factor_code (person, hash) VALUES (?, ?)');
  for (const code of codes) insert.run(person, hashOf(vault, person, code));
  return codes;
}

export function codesLeft(db: Db, person: string): number {
  return (
    db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM factor_code WHERE person = ? AND used_at IS NULL').get(person)
      ?.n ?? 0
  );
}

/**
 * Takes six digits, each step once, or one of the single-use codes. Throws `sign-in-failed`; with no code at all `second-factor-required`, which says when
 * the next step begins that was not used yet.
 */
export function passFactor(tx: Tx, vault: string, person: string, code: string | undefined): 'time' | 'single-use' {
  const { totp_secret: secret, totp_step: lastStep } = rowOf(tx.db, person);
  if (!secret) return 'time';
  if (!code) throw new AppError('second-factor-required', { unusedFromMs: (lastStep + 1) * PERIOD_S * 1000 });
  const step = stepOf(secret, code, tx.clock, lastStep);
  if (step !== null) {
    tx.db.prepare('UPDATE user SET totp_step = ? WHERE id = ?').run(step, person);
    return 'time';
  }
  const single = readCode(code, FACTOR_GROUPS);
  const used =
    single &&
    tx.db
      .prepare('UPDATE factor_code SET used_at = ? WHERE person = ? AND hash = ? AND used_at IS NULL')
      .run(tx.at, person, hashOf(vault, person, single)).changes === 1;
  if (!used) throw new AppError('sign-in-failed');
  return 'single-use';
}

function turnOn(tx: Tx, vault: string, person: string, secret: Uint8Array, step: number): string[] {
  tx.db
    .prepare('UPDATE user SET totp_secret = ?, totp_pending = NULL, totp_step = ?, factor_asked_at = NULL WHERE id = ?')
    .run(secret, step, person);
  return renewCodes(tx, vault, person);
}

/** The step whose code this is, if it is within the drift and later than the last one used. */
function stepOf(secret: Uint8Array, code: string, clock: Clock, lastStep: number): number | null {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const timestamp = clock.now();
  const delta = totpOf(secret, '').validate({ token, timestamp, window: DRIFT_STEPS });
  if (delta === null) return null;
  const step = Math.floor(timestamp / (PERIOD_S * 1000)) + delta;
  return step > lastStep ? step : null;
}

function totpOf(secret: Uint8Array, userName: string): TOTP {
  return new TOTP({
    issuer: 'Lamplight',
    label: userName,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_S,
    secret: asSecret(secret),
  });
}

const base32 = (secret: Uint8Array) => asSecret(secret).base32;

function asSecret(secret: Uint8Array): Secret {
  // A buffer of its own: the database's may be a view into a larger one.
  return new Secret({ buffer: Uint8Array.from(secret).buffer });
}

function hashOf(vault: string, person: string, code: string): string {
  return createHash('sha256').update(`${vault}\n${person}\n${code}`).digest('hex');
}

function rowOf(db: Db, person: string): FactorRow {
  const row = db
    .prepare<[string], FactorRow>('SELECT roles, totp_secret, totp_pending, totp_step, factor_asked_at FROM user WHERE id = ?')
    .get(person);
  if (!row) throw new AppError('not-found', { what: 'user' });
  return row;
}

/** The code of a base32 secret at a moment, in milliseconds: for the terminal, where a script holds the secret. */
export function codeAt(secret: string, timestamp: number): string {
  return new TOTP({
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_S,
    secret: Secret.fromBase32(secret.toUpperCase().replace(/[\s-]/g, '')),
  }).generate({ timestamp });
}
