/** RLE Lossless (PS3.5 annex G): one segment a byte plane, most significant first, each packed with PackBits. */
import { AppError } from '../../../../src-shared/errors/index.ts';

const HEADER_BYTES = 64;
const SEGMENTS_MAX = 15;

/**
 * @param planeBytes bytes of one decoded byte plane
 * @returns the planes, in the order of the segments
 * @throws AppError `dicom-pixels-damaged`
 */
export function rlePlanes(encoded: Uint8Array, planes: number, planeBytes: number): Uint8Array[] {
  if (encoded.byteLength < HEADER_BYTES) throw damaged('its run-length header breaks off');
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== planes || segments > SEGMENTS_MAX)
    throw damaged(`it has ${segments} run-length segments instead of ${planes}`);
  return Array.from({ length: segments }, (_, index) => {
    const from = view.getUint32(4 + index * 4, true);
    const to = index + 1 < segments ? view.getUint32(8 + index * 4, true) : encoded.byteLength;
    if (from < HEADER_BYTES || to < from || to > encoded.byteLength)
      throw damaged('a run-length segment lies outside of the data');
    return unpack(encoded, from, to, planeBytes);
  });
}

function unpack(encoded: Uint8Array, start: number, end: number, bytes: number): Uint8Array {
  const plane = new Uint8Array(bytes);
  let at = start;
  let filled = 0;
  while (at < end && filled < bytes) {
    const control = encoded[at++] ?? 0;
    if (control < 128) {
      const length = Math.min(control + 1, bytes - filled);
      if (at + length > end) throw damaged('a run-length segment breaks off');
      // A view costs more than a short run of bytes.
      if (length > 24) plane.set(encoded.subarray(at, at + length), filled);
      else for (let index = 0; index < length; index++) plane[filled + index] = encoded[at + index] ?? 0;
      at += control + 1;
      filled += length;
    } else if (control > 128) {
      if (at >= end) throw damaged('a run-length segment breaks off');
      const to = Math.min(filled + 257 - control, bytes);
      plane.fill(encoded[at++] ?? 0, filled, to);
      filled = to;
    }
  }
  if (filled < bytes) throw damaged(`a run-length segment gives ${filled} of ${bytes} bytes`);
  return plane;
}

const damaged = (what: string) => new AppError('dicom-pixels-damaged', { what });
