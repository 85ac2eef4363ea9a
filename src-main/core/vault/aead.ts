/** AES-256-GCM (NIST SP 800-38D) around small secrets: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Chance } from '../context.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** HKDF-SHA-256 (RFC 5869), 32 bytes, without salt: the input is a uniform key. */
export function deriveKey(key: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), `lamplight/1/${label}`, 32));
}

/** @param bound associated data: the seal opens only where the same is given */
export function seal(chance: Chance, key: Uint8Array, clear: Uint8Array, bound: string): Uint8Array {
  const nonce = chance.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** Answers null where key, bound data or bytes do not fit. */
export function unseal(key: Uint8Array, sealed: Uint8Array, bound: string): Buffer | null {
  if (sealed.byteLength < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(bound));
    decipher.setAuthTag(sealed.subarray(sealed.byteLength - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.byteLength - TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
