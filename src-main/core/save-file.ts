/** Writes what leaves into a file that a person chose, for its owner's eyes alone. */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { RunningJob } from './context.ts';
import { diskError } from './vault/index.ts';

/**
 * Under another name first: when it fails nothing half-written is left, and what had that name before is still there. The other name is new, and nobody else's:
 * what lies there, be it a link or a file that others may read, is not written into.
 * @returns bytes written. @throws AppError `disk-full`, `cancelled`, and what the pieces throw
 */
export async function saveFile(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  job?: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<number> {
  const half = `${path}.${randomBytes(4).toString('hex')}.part`;
  let made = false;
  try {
    const file = await open(half, 'wx', 0o600);
    made = true;
    let written = 0;
    try {
      for await (const piece of pieces) {
        job?.signal.throwIfAborted();
        await file.writeFile(piece);
        written += piece.byteLength;
        job?.progress(written, written);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(half, path);
    return written;
  } catch (thrown) {
    if (made) await rm(half, { force: true });
    throw diskError(thrown);
  }
}
