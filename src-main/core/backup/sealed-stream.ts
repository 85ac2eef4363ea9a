/**
 * Writing and reading one long encrypted stream piece by piece, in the published format of the vault's files (Tink AES256_GCM_HKDF_1MB, see vault/stream.ts):
 * nothing of it need fit into memory, and a missing, moved, added or cut-off piece does not open.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance } from '../context.ts';

const HEADER_BYTES = 40;
const SEGMENT_BYTES = 1_048_576;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
const PREFIX_BYTES = 7;
const CLEAR_BYTES = SEGMENT_BYTES - TAG_BYTES;

export interface SealedWriter {
  write(clear: Uint8Array): Promise<void>;
  /** Writes the last segment; nothing may follow. */
  end(): Promise<void>;
}

/** @param put takes the ciphertext in order; the bytes are its own */
export async function sealStream(
  chance: Chance,
  key: Uint8Array,
  associated: string,
  put: (sealed: Uint8Array) => Promise<void>,
): Promise<SealedWriter> {
  const salt = chance.bytes(SALT_BYTES);
  const prefix = chance.bytes(PREFIX_BYTES);
  const streamKey = keyOf(key, salt, associated);
  await put(Buffer.concat([Uint8Array.of(HEADER_BYTES), salt, prefix]));
  const segment = Buffer.alloc(CLEAR_BYTES);
  let filled = 0;
  let number = 0;
  const capacity = () => (number === 0 ? CLEAR_BYTES - HEADER_BYTES : CLEAR_BYTES);
  const flush = async (last: boolean) => {
    const cipher = createCipheriv('aes-256-gcm', streamKey, nonce(prefix, number, last));
    await put(Buffer.concat([cipher.update(segment.subarray(0, filled)), cipher.final(), cipher.getAuthTag()]));
    number++;
    filled = 0;
  };
  return {
    async write(clear) {
      for (let from = 0; from < clear.byteLength; ) {
        // A full segment waits until something follows it: only then is it not the last.
        if (filled === capacity()) await flush(false);
        const piece = clear.subarray(from, from + capacity() - filled);
        segment.set(piece, filled);
        filled += piece.byteLength;
        from += piece.byteLength;
      }
    },
    end: () => flush(true),
  };
}

/**
 * Opens the stream that takes up the last `sealedBytes` of a file.
 * @param read reads up to `length` bytes at `offset` of the stream
 * Throws `backup-damaged`.
 */
export async function* openStream(
  key: Uint8Array,
  associated: string,
  sealedBytes: number,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): AsyncGenerator<Buffer> {
  const header = await read(0, HEADER_BYTES);
  if (header.byteLength !== HEADER_BYTES || header[0] !== HEADER_BYTES) throw damaged();
  const streamKey = keyOf(key, header.subarray(1, 1 + SALT_BYTES), associated);
  const prefix = header.subarray(1 + SALT_BYTES);
  let offset = HEADER_BYTES;
  for (let number = 0; ; number++) {
    const end = Math.min(sealedBytes, (number + 1) * SEGMENT_BYTES);
    const last = end === sealedBytes;
    const sealed = await read(offset, end - offset);
    if (sealed.byteLength !== end - offset || sealed.byteLength < TAG_BYTES) throw damaged();
    yield opened(streamKey, nonce(prefix, number, last), sealed);
    if (last) return;
    offset = end;
  }
}

function opened(streamKey: Uint8Array, segmentNonce: Uint8Array, sealed: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', streamKey, segmentNonce);
    decipher.setAuthTag(sealed.subarray(sealed.byteLength - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.byteLength - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): AppError {
  return new AppError('backup-damaged', { what: 'a part of it is missing, changed or cut off' }, { cause });
}

function nonce(prefix: Uint8Array, number: number, last: boolean): Uint8Array {
  const out = Buffer.alloc(12);
  out.set(prefix);
  out.writeUInt32BE(number, PREFIX_BYTES);
  out[11] = last ? 1 : 0;
  return out;
}

function keyOf(key: Uint8Array, salt: Uint8Array, associated: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt, associated, 32));
}
