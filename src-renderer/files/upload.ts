/** Hands a file to the core in pieces, each acknowledged before the next; the core encrypts as it comes in. No path and no name of a folder crosses. */
import type { Output } from '../../src-shared/contract/index.ts';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { CHUNK_BYTES_MAX } from '../../src-shared/contract/wire.ts';
import { call } from '../core/connection.ts';

export type FileKind = Output<'uploads.finish'>['kind'];

/** @param progress called with the bytes that the core has acknowledged */
export async function upload(
  file: File,
  patient: PatientId | undefined,
  progress: (done: number) => void,
): Promise<{ upload: string; kind: FileKind }> {
  const { upload: handle } = await call('uploads.begin', { name: file.name.slice(0, 255), size: file.size, patient });
  try {
    let offset = 0;
    const reader = file.stream().getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      for (let start = 0; start < piece.value.byteLength; start += CHUNK_BYTES_MAX) {
        // A copy of its own: a view would send the whole buffer behind it.
        const bytes = piece.value.slice(start, start + CHUNK_BYTES_MAX);
        await call('uploads.chunk', { upload: handle, offset, bytes });
        offset += bytes.byteLength;
        progress(offset);
      }
    }
    const { kind } = await call('uploads.finish', { upload: handle });
    return { upload: handle, kind };
  } catch (thrown) {
    discard(handle);
    throw thrown;
  }
}

/** Throws an upload away; it would end by itself within the hour. */
export function discard(handle: string): void {
  call('uploads.discard', { upload: handle }).catch(() => {});
}
