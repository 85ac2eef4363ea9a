/** The encrypted files of the vault, in Tink's streaming format (../tink.ts). */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance } from '../context.ts';
import { CLEAR_BYTES, HEADER_BYTES, newStream, SEGMENT_BYTES, streamKey, TAG_BYTES } from '../tink.ts';

/** The cipher is fed in pieces of this size: it answers each in new memory. Much smaller ones cost calls, whole segments cost fresh memory from the system each time (decision 0016). */
const PIECE_BYTES = 262_144;

/** Where each segment of a file with `clearSize` clear bytes lies. */
function segmentCount(clearSize: number): number {
  return Math.max(1, Math.ceil((clearSize + HEADER_BYTES) / CLEAR_BYTES));
}

export function encryptedSize(clearSize: number): number {
  return HEADER_BYTES + clearSize + segmentCount(clearSize) * TAG_BYTES;
}

/** Yields the encrypted file piece by piece, each in memory of its own. A segment is several pieces: nothing is copied together. */
export function* encryptSegments(chance: Chance, key: Uint8Array, associated: string, clear: Uint8Array): Generator<Uint8Array> {
  const { header, sealing } = newStream(chance, key, associated);
  yield header;
  const count = segmentCount(clear.byteLength);
  for (let number = 0; number < count; number++) {
    const [start, end] = clearRange(number, clear.byteLength);
    const cipher = createCipheriv('aes-256-gcm', sealing.key, sealing.nonce(number, number === count - 1));
    for (let at = start; at < end; at += PIECE_BYTES) yield cipher.update(clear.subarray(at, Math.min(end, at + PIECE_BYTES)));
    cipher.final();
    yield cipher.getAuthTag();
  }
}

/** Reads `length` bytes of ciphertext at `offset`. One segment is read ahead: what was answered stays good until the second next is asked for. */
export type SegmentReader = (offset: number, length: number) => Promise<Uint8Array>;

/**
 * Decrypts clear bytes `from` to `to` (exclusive) of a file.
 * Throws `file-damaged` where a segment, the header or the length does not fit.
 */
export async function decryptRange(
  read: SegmentReader,
  encryptedBytes: number,
  key: Uint8Array,
  associated: string,
  clearSize: number,
  from: number,
  to: number,
): Promise<Uint8Array> {
  if (encryptedBytes !== encryptedSize(clearSize)) throw new AppError('file-damaged');
  const sealing = streamKey(await read(0, HEADER_BYTES), key, associated);
  if (!sealing) throw new AppError('file-damaged');
  const count = segmentCount(clearSize);
  // Every byte is written below, or the whole is thrown away. Not of the shared pool: a picture may be handed on with its buffer.
  const out = Buffer.allocUnsafeSlow(Math.max(0, to - from));
  const [firstWanted, lastWanted] = from === 0 && to === clearSize ? [0, count - 1] : segmentsOf(from, to);
  const readSegment = (number: number) => {
    const [start, end] = clearRange(number, clearSize);
    return read(number === 0 ? HEADER_BYTES : number * SEGMENT_BYTES, end - start + TAG_BYTES);
  };
  let ahead = firstWanted <= lastWanted ? readSegment(firstWanted) : null;
  for (let number = firstWanted; ahead; number++) {
    const sealed = await ahead;
    ahead = number < lastWanted ? readSegment(number + 1) : null;
    // Waited for in the next turn; until then nobody else would hear of its failure.
    ahead?.catch(() => undefined);
    const [start] = clearRange(number, clearSize);
    openSegment(sealing.key, sealing.nonce(number, number === count - 1), sealed, (piece, at) => {
      const first = Math.max(from, start + at);
      const last = Math.min(to, start + at + piece.byteLength);
      if (last > first) out.set(piece.subarray(first - start - at, last - start - at), first - from);
    });
  }
  return out;
}

/** @param take is given each piece with its place in the segment, before it is known whether the segment is whole: what it made of them counts only when this returns */
function openSegment(
  fileKey: Uint8Array,
  segmentNonce: Uint8Array,
  sealed: Uint8Array,
  take: (piece: Uint8Array, at: number) => void,
): void {
  if (sealed.byteLength < TAG_BYTES) throw new AppError('file-damaged');
  const end = sealed.byteLength - TAG_BYTES;
  try {
    const decipher = createDecipheriv('aes-256-gcm', fileKey, segmentNonce);
    decipher.setAuthTag(sealed.subarray(end));
    for (let at = 0; at < end; at += PIECE_BYTES) take(decipher.update(sealed.subarray(at, Math.min(end, at + PIECE_BYTES))), at);
    decipher.final();
  } catch (cause) {
    throw new AppError('file-damaged', {}, { cause });
  }
}

function clearRange(number: number, clearSize: number): [number, number] {
  const start = number === 0 ? 0 : number * CLEAR_BYTES - HEADER_BYTES;
  return [start, Math.min(clearSize, (number + 1) * CLEAR_BYTES - HEADER_BYTES)];
}

/** The first and the last segment that clear bytes `from` to `to` lie in; an empty range has none. */
function segmentsOf(from: number, to: number): [number, number] {
  const holding = (at: number) => Math.floor((at + HEADER_BYTES) / CLEAR_BYTES);
  return to > from ? [holding(from), holding(to - 1)] : [0, -1];
}
