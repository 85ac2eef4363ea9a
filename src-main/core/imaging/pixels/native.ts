/** Uncompressed frames. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { type EncodedFrame, interleave, unpackBits, unpackCells } from './arrange.ts';
import { cellBits, storedBytes } from './module.ts';

/** @throws AppError `dicom-pixels-damaged` */
export function nativeFrame(frame: EncodedFrame): Uint8Array {
  const { module, bit } = frame;
  const { rows, columns, samples, bitsAllocated, photometric, planar } = module;
  const pixels = rows * columns;
  const ordered = frame.littleEndian
    ? frame.bytes
    : swapped(frame.bytes, [16, 32, 64].includes(bitsAllocated) ? bitsAllocated : frame.words ? 16 : 8);
  const width = cellBits(module);
  if (bitsAllocated !== width) {
    const [count, end] = [pixels * samples, bit + pixels * samples * bitsAllocated];
    if (ordered.byteLength * 8 < end) throw cut(ordered.byteLength, Math.ceil(end / 8));
    if (bitsAllocated === 1) return unpackBits(ordered, bit, count);
    const signed = module.signed && module.bitsStored === bitsAllocated;
    const cells = unpackCells(ordered, bit, count, bitsAllocated, width, signed);
    return samples > 1 && planar ? interleave(cells, pixels, samples, width / 8) : cells;
  }
  const bytes = ordered.subarray(bit / 8);
  const whole = storedBytes(module);
  if (samples === 3 && bitsAllocated === 8 && photometric.endsWith('_422') && bytes.byteLength < whole) {
    if (bytes.byteLength < pixels * 2) throw cut(bytes.byteLength, pixels * 2);
    return doubled(bytes, pixels);
  }
  if (bytes.byteLength < whole) throw cut(bytes.byteLength, whole);
  const values = bytes.subarray(0, whole);
  return samples > 1 && planar ? interleave(values, pixels, samples, bitsAllocated / 8) : values;
}

/** Y1 Y2 Cb Cr for two pixels to three values each (PS3.3 C.7.6.3.1.2). */
function doubled(bytes: Uint8Array, pixels: number): Uint8Array {
  const values = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const pair = (pixel >> 1) * 4;
    values[pixel * 3] = bytes[pair + (pixel & 1)] ?? 0;
    values[pixel * 3 + 1] = bytes[pair + 2] ?? 0;
    values[pixel * 3 + 2] = bytes[pair + 3] ?? 0;
  }
  return values;
}

function swapped(bytes: Uint8Array, bits: number): Uint8Array {
  if (bits <= 8) return bytes;
  const whole = Buffer.from(bytes.subarray(0, bytes.byteLength - (bytes.byteLength % (bits / 8))));
  if (bits === 16) whole.swap16();
  else if (bits === 32) whole.swap32();
  else whole.swap64();
  return whole;
}

const cut = (there: number, wanted: number) =>
  new AppError('dicom-pixels-damaged', { what: `${there} of ${wanted} bytes of a frame are there` });
