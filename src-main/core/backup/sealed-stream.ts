/**
 * Writing and reading one long encrypted stream piece by piece, in the published format of the vault's files (Tink AES256_GCM_HKDF_1MB, see ../tink.ts):
 * nothing of it need fit into memory, and a missing, moved, added or cut-off piece does not open.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance } from '../context.ts';
import { CLEAR_BYTES, HEADER_BYTES, newStream, SEGMENT_BYTES, streamKey, TAG_BYTES } from '../tink.ts';

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
  const { header, sealing } = newStream(chance, key, associated);
  await put(header);
  const segment = Buffer.alloc(CLEAR_BYTES);
  let filled = 0;
  let number = 0;
  const capacity = () => (number === 0 ? CLEAR_BYTES - HEADER_BYTES : CLEAR_BYTES);
  const flush = async (last: boolean) => {
    const cipher = createCipheriv('aes-256-gcm', sealing.key, sealing.nonce(number, last));
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

/** Bytes of the clear stream that could not be opened. */
export interface Gap {
  from: number;
  to: number;
}

/**
 * Opens the stream that takes up the last `sealedBytes` of a file.
 * @param read reads up to `length` bytes at `offset` of the stream
 * @param gaps takes each piece that does not open, and zeros come in its place; without it the first one throws
 * Throws `backup-damaged`.
 */
export async function* openStream(
  key: Uint8Array,
  associated: string,
  sealedBytes: number,
  read: (offset: number, length: number) => Promise<Uint8Array>,
  gaps?: Gap[],
): AsyncGenerator<Buffer> {
  const sealing = streamKey(await read(0, HEADER_BYTES), key, associated);
  if (!sealing) throw damaged();
  let offset = HEADER_BYTES;
  let clearOffset = 0;
  for (let number = 0; ; number++) {
    const end = Math.min(sealedBytes, (number + 1) * SEGMENT_BYTES);
    const last = end === sealedBytes;
    const sealed = await read(offset, end - offset);
    if (sealed.byteLength !== end - offset || sealed.byteLength < TAG_BYTES) throw damaged();
    const clearEnd = clearOffset + sealed.byteLength - TAG_BYTES;
    const clear = opened(sealing.key, sealing.nonce(number, last), sealed);
    if (!(clear instanceof Buffer)) {
      if (!gaps) throw clear;
      gaps.push({ from: clearOffset, to: clearEnd });
    }
    yield clear instanceof Buffer ? clear : Buffer.alloc(clearEnd - clearOffset);
    if (last) return;
    offset = end;
    clearOffset = clearEnd;
  }
}

function opened(key: Uint8Array, segmentNonce: Uint8Array, sealed: Uint8Array): Buffer | AppError {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, segmentNonce);
    decipher.setAuthTag(sealed.subarray(sealed.byteLength - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.byteLength - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    return damaged(cause);
  }
}

function damaged(cause?: unknown): AppError {
  return new AppError('backup-damaged', { what: 'a part of it is missing, changed or cut off' }, { cause });
}
