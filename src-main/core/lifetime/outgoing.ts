/** A document on its way out that is too large for memory: encrypted on the disk with a key that lives in memory alone, so that what a crash leaves behind is noise. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CHUNK_BYTES_MAX } from '../../../src-shared/contract/wire.ts';
import type { Chance } from '../context.ts';
import { diskError, writeWhole } from '../vault/index.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Outgoing {
  write(bytes: Uint8Array): void;
  /** Bytes written so far. */
  readonly size: number;
  /** The document in pieces; it is gone when the last was taken. */
  pieces(): Iterable<Uint8Array>;
  discard(): void;
}

/** @param dir of the vault; its folder of uploads is emptied whenever the vault is opened */
export function createOutgoing(dir: string, chance: Chance): Outgoing {
  const path = join(dir, 'uploads', chance.id());
  const key = Buffer.from(chance.bytes(32));
  let handle: number;
  try {
    handle = openSync(path, 'wx+', 0o600);
  } catch (thrown) {
    throw diskError(thrown);
  }
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let written = 0;
  let size = 0;
  let open = true;

  // AES-256-GCM with the piece's own number as nonce: the key is used for this document alone.
  const nonce = (piece: number) => {
    const bytes = Buffer.alloc(NONCE_BYTES);
    bytes.writeUIntBE(piece, NONCE_BYTES - 6, 6);
    return bytes;
  };
  const flush = () => {
    const clear = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    for (let from = 0; from < clear.length; from += CHUNK_BYTES_MAX) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce(written++));
      writeWhole(
        handle,
        Buffer.concat([cipher.update(clear.subarray(from, from + CHUNK_BYTES_MAX)), cipher.final(), cipher.getAuthTag()]),
      );
    }
  };
  const discard = () => {
    if (!open) return;
    open = false;
    closeSync(handle);
    rmSync(path, { force: true });
    key.fill(0);
  };

  return {
    get size() {
      return size;
    },
    write(bytes) {
      // The caller may use its buffer again.
      waiting.push(Uint8Array.from(bytes));
      waitingBytes += bytes.byteLength;
      size += bytes.byteLength;
      if (waitingBytes < CHUNK_BYTES_MAX) return;
      try {
        const all = Buffer.concat(waiting);
        const whole = all.length - (all.length % CHUNK_BYTES_MAX);
        waiting = [all.subarray(0, whole)];
        flush();
        waiting = [all.subarray(whole)];
        waitingBytes = all.length - whole;
      } catch (thrown) {
        throw diskError(thrown);
      }
    },
    *pieces() {
      try {
        flush();
        const piece = Buffer.alloc(CHUNK_BYTES_MAX + TAG_BYTES);
        for (let number = 0; number < written; number++) {
          const length = readSync(handle, piece, 0, piece.length, number * piece.length);
          const decipher = createDecipheriv('aes-256-gcm', key, nonce(number));
          decipher.setAuthTag(piece.subarray(length - TAG_BYTES, length));
          yield Buffer.concat([decipher.update(piece.subarray(0, length - TAG_BYTES)), decipher.final()]);
        }
      } finally {
        discard();
      }
    },
    discard,
  };
}
