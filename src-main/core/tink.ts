/**
 * The published streaming format of Google Tink, template AES256_GCM_HKDF_1MB: a header (length 40, 32 bytes salt, 7 bytes nonce prefix), then segments of
 * 1,048,576 bytes of ciphertext, each AES-256-GCM under HKDF-SHA-256(key, salt, associated data) with nonce prefix ‖ number ‖ last-flag. Seekable; a missing,
 * moved or added segment does not open. Source: Tink wire format, "Streaming AEAD, AES-GCM-HKDF". The vault's files (vault/stream.ts) and backups
 * (backup/sealed-stream.ts) are in it.
 */
import { hkdfSync } from 'node:crypto';
import type { Chance } from './context.ts';

export const HEADER_BYTES = 40;
export const SEGMENT_BYTES = 1_048_576;
export const TAG_BYTES = 16;
/** Clear bytes in a full segment; the first holds 40 fewer. */
export const CLEAR_BYTES = SEGMENT_BYTES - TAG_BYTES;
const SALT_BYTES = 32;
const PREFIX_BYTES = 7;

/** What the segments of one stream are sealed with. */
export interface StreamKey {
  key: Uint8Array;
  /** @param number from 0 */
  nonce(number: number, last: boolean): Uint8Array;
}

/** A new stream: its header, and what its segments are sealed with. */
export function newStream(chance: Chance, key: Uint8Array, associated: string): { header: Uint8Array; sealing: StreamKey } {
  const header = Buffer.concat([Uint8Array.of(HEADER_BYTES), chance.bytes(SALT_BYTES), chance.bytes(PREFIX_BYTES)]);
  return { header, sealing: keyIn(header, key, associated) };
}

/** What the segments behind this header were sealed with, or null where it is no header. */
export function streamKey(header: Uint8Array, key: Uint8Array, associated: string): StreamKey | null {
  return header.byteLength === HEADER_BYTES && header[0] === HEADER_BYTES ? keyIn(header, key, associated) : null;
}

function keyIn(header: Uint8Array, key: Uint8Array, associated: string): StreamKey {
  const salt = header.subarray(1, 1 + SALT_BYTES);
  const prefix = Uint8Array.from(header.subarray(1 + SALT_BYTES));
  return {
    key: new Uint8Array(hkdfSync('sha256', key, salt, associated, 32)),
    nonce(number, last) {
      const out = Buffer.alloc(12);
      out.set(prefix);
      out.writeUInt32BE(number, PREFIX_BYTES);
      out[11] = last ? 1 : 0;
      return out;
    },
  };
}
