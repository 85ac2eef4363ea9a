/** Writes what leaves into a file that a person chose; readable by them alone. Nothing is left behind when it fails. */
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { diskError, writeWhole } from '../vault/index.ts';

/** @returns bytes written */
export function saveParts(path: string, parts: Iterable<Uint8Array>): number {
  let bytes = 0;
  try {
    const handle = openSync(path, 'w', 0o600);
    try {
      for (const part of parts) {
        writeWhole(handle, part);
        bytes += part.byteLength;
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (thrown) {
    rmSync(path, { force: true });
    throw diskError(thrown);
  }
  return bytes;
}
