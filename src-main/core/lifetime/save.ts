/** Writes what leaves into a file that a person chose; readable by them alone. When it fails nothing is left behind, and what had that name before is still there. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { diskError, writeWhole } from '../vault/index.ts';

/** @returns bytes written */
export function saveParts(path: string, parts: Iterable<Uint8Array>): number {
  let bytes = 0;
  const half = `${path}.part`;
  try {
    const handle = openSync(half, 'w', 0o600);
    try {
      for (const part of parts) {
        writeWhole(handle, part);
        bytes += part.byteLength;
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(half, path);
  } catch (thrown) {
    rmSync(half, { force: true });
    throw diskError(thrown);
  }
  return bytes;
}
