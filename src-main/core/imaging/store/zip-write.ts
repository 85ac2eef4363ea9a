/** A zip archive as pieces in memory, on its way to a person. Pictures do not shrink by deflating again, so they are stored as they are. */
import { Zip, ZipPassThrough } from 'fflate';
import { AppError } from '../../../../src-shared/errors/index.ts';

const BYTES_MAX = 2_000_000_000;

export interface ZipPieces {
  /** Throws `file-too-large`. */
  add(name: string, bytes: Uint8Array): void;
  finish(): Uint8Array[];
}

export function zipPieces(): ZipPieces {
  const pieces: Uint8Array[] = [];
  let total = 0;
  const zip = new Zip((failed, piece) => {
    if (failed) throw failed;
    pieces.push(piece);
  });
  return {
    add(name, bytes) {
      total += bytes.byteLength;
      if (total > BYTES_MAX) throw new AppError('file-too-large', { size: 'the study', limit: `${BYTES_MAX / 1e9} GB` });
      const entry = new ZipPassThrough(name);
      // The same for every export: when a study was passed on is in the log.
      entry.mtime = new Date(1980, 0, 1);
      zip.add(entry);
      entry.push(bytes, true);
    },
    finish() {
      zip.end();
      return pieces;
    },
  };
}
