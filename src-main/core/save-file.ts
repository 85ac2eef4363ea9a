/** Writes what leaves into a file that a person chose, for its owner's eyes alone. */
import { open, rename, rm } from 'node:fs/promises';
import type { RunningJob } from './context.ts';
import { diskError } from './vault/index.ts';

/**
 * Under another name first: when it fails nothing half-written is left, and what had that name before is still there.
 * @returns bytes written. @throws AppError `disk-full`, `cancelled`, and what the pieces throw
 */
export async function saveFile(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  job?: Pick<RunningJob, 'signal' | 'progress'>,
): Promise<number> {
  const half = `${path}.part`;
  try {
    const file = await open(half, 'w', 0o600);
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
    await rm(half, { force: true });
    throw diskError(thrown);
  }
}
