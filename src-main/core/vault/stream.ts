/**
 * The published streaming format of Google Tink, template AES256_GCM_HKDF_1MB: a header (length 40, 32 bytes salt, 7 bytes nonce prefix), then segments of
 * 1,048,576 bytes of ciphertext, each AES-256-GCM under HKDF-SHA-256(key, salt, associated data) with nonce prefix ‖ number ‖ last-flag. Seekable; a missing,
 * moved or added segment does not open. Source: Tink wire format, "Streaming AEAD, AES-GCM-HKDF".
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance } from '../context.ts';

export const HEADER_BYTES = 40;
export const SEGMENT_BYTES = 1_048_576;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
const PREFIX_BYTES = 7;
/** Clear bytes in a full segment; the first holds 40 fewer. */
const CLEAR_BYTES = SEGMENT_BYTES - TAG_BYTES;

/** Where each segment of a file with `clearSize` clear bytes lies. */
export function segmentCount(clearSize: number): number {
  return Math.max(1, Math.ceil((clearSize + HEADER_BYTES) / CLEAR_BYTES));
}

export function encryptedSize(clearSize: number): number {
  return HEADER_BYTES + clearSize + segmentCount(clearSize) * TAG_BYTES;
}

/** Yields the header, then segment after segment. */
export function* encryptSegments(chance: Chance, key: Uint8Array, associated: string, clear: Uint8Array): Generator<Uint8Array> {
  const salt = chance.bytes(SALT_BYTES);
  const prefix = chance.bytes(PREFIX_BYTES);
  yield Buffer.concat([Uint8Array.of(HEADER_BYTES), salt, prefix]);
  const fileKey = deriveFileKey(key, salt, associated);
  const count = segmentCount(clear.byteLength);
  for (let number = 0; number < count; number++) {
    const [start, end] = clearRange(number, clear.byteLength);
    const cipher = createCipheriv('aes-256-gcm', fileKey, nonce(prefix, number, number === count - 1));
    yield Buffer.concat([cipher.update(clear.subarray(start, end)), cipher.final(), cipher.getAuthTag()]);
  }
}

export interface SegmentReader {
  /** Reads `length` bytes of ciphertext at `offset`. */
  (offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Decrypts clear bytes `from` to `to` (exclusive) of a file.
 * Throws `file-damaged` where a segment, the header or the length does not fit.
 */
export async function decryptRange(read: SegmentReader, encryptedBytes: number, key: Uint8Array, associated: string, clearSize: number, from: number, to: number): Promise<Uint8Array> {
  if (encryptedBytes !== encryptedSize(clearSize)) throw new AppError('file-damaged');
  const header = await read(0, HEADER_BYTES);
  if (header.byteLength !== HEADER_BYTES || header[0] !== HEADER_BYTES) throw new AppError('file-damaged');
  const fileKey = deriveFileKey(key, header.subarray(1, 1 + SALT_BYTES), associated);
  const prefix = header.subarray(1 + SALT_BYTES, HEADER_BYTES);
  const count = segmentCount(clearSize);
  const out = Buffer.alloc(Math.max(0, to - from));
  for (let number = 0; number < count; number++) {
    const [start, end] = clearRange(number, clearSize);
    const whole = from === 0 && to === clearSize;
    if (!whole && (end <= from || start >= to)) continue;
    const sealed = await read(number === 0 ? HEADER_BYTES : number * SEGMENT_BYTES, end - start + TAG_BYTES);
    const clear = openSegment(fileKey, nonce(prefix, number, number === count - 1), sealed);
    const first = Math.max(from, start);
    const last = Math.min(to, end);
    if (last > first) clear.copy(out, first - from, first - start, last - start);
  }
  return out;
}

function openSegment(fileKey: Uint8Array, segmentNonce: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.byteLength < TAG_BYTES) throw new AppError('file-damaged');
  try {
    const decipher = createDecipheriv('aes-256-gcm', fileKey, segmentNonce);
    decipher.setAuthTag(sealed.subarray(sealed.byteLength - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.byteLength - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new AppError('file-damaged', {}, { cause });
  }
}

function clearRange(number: number, clearSize: number): [number, number] {
  const start = number === 0 ? 0 : number * CLEAR_BYTES - HEADER_BYTES;
  return [start, Math.min(clearSize, (number + 1) * CLEAR_BYTES - HEADER_BYTES)];
}

function nonce(prefix: Uint8Array, number: number, last: boolean): Uint8Array {
  const out = Buffer.alloc(12);
  out.set(prefix);
  out.writeUInt32BE(number, PREFIX_BYTES);
  out[11] = last ? 1 : 0;
  return out;
}

function deriveFileKey(key: Uint8Array, salt: Uint8Array, associated: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt, associated, 32));
}
