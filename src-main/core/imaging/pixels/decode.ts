/** A frame's stored values: little endian, of the allocated width, pixel-interleaved, one bit as a byte 0 or 1. No colour conversion, no rescaling. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { type EncodedFrame, interleave, unpackBits, widened } from './arrange.ts';
import { type Codestream, readJpeg, readJpeg2000 } from './codestream.ts';
import { cellBits, type PixelModule, storedBytes } from './module.ts';
import { nativeFrame } from './native.ts';
import { rlePlanes } from './rle.ts';
import { CodecError, decodeWasm, type WasmCodec } from './wasm.ts';

export interface StoredFrame {
  bytes: Uint8Array;
  /** Whether the samples are YBR as they stand, whatever the file says; undefined where the file is to be believed. */
  colour?: 'RGB' | 'YBR';
}

/** @throws AppError `dicom-pixels-damaged`, `dicom-unsupported` */
export function decodeFrame(frame: EncodedFrame): StoredFrame {
  switch (frame.codec) {
    case 'native':
      return { bytes: nativeFrame(frame) };
    case 'rle':
      return { bytes: rleFrame(frame) };
    case 'jpeg':
      return jpegFrame(frame, 'DecodeJpeg', readJpeg(frame.bytes));
    case 'jpeg-ls':
      return jpegFrame(frame, 'DecodeJpegLs', readJpeg(frame.bytes));
    case 'jpeg-2000':
    case 'htj2k': {
      const { header, bytes } = readJpeg2000(frame.bytes);
      return jpegFrame({ ...frame, bytes }, frame.codec === 'htj2k' ? 'DecodeHtJpeg2000' : 'DecodeJpeg2000', header);
    }
  }
}

function rleFrame({ module, bytes }: EncodedFrame): Uint8Array {
  const { rows, columns, samples, bitsAllocated } = module;
  const pixels = rows * columns;
  if (bitsAllocated === 1) {
    const [packed] = rlePlanes(bytes, 1, Math.ceil(pixels / 8));
    return unpackBits(packed ?? new Uint8Array(), 0, pixels);
  }
  const width = cellBits(module) / 8;
  const planes = rlePlanes(bytes, samples * width, pixels);
  const [only] = planes;
  if (only && planes.length === 1) return only;
  const stored = new Uint8Array(storedBytes(module));
  planes.forEach((plane, index) => {
    // Segments come sample by sample, within one from the highest byte to the lowest.
    const sample = Math.floor(index / width);
    let at = sample * width + (width - 1 - (index % width));
    for (let pixel = 0; pixel < pixels; pixel++, at += samples * width) stored[at] = plane[pixel] ?? 0;
  });
  return stored;
}

function jpegFrame({ module, bytes }: EncodedFrame, codec: WasmCodec, header: Codestream): StoredFrame {
  const { rows, columns, samples } = module;
  const bitsAllocated = cellBits(module);
  const smaller = module.frames > 1 && header.rows <= rows && header.columns <= columns;
  if ((header.rows !== rows || header.columns !== columns) && !smaller)
    throw damaged(`the compressed picture is ${header.columns} x ${header.rows}, the file says ${columns} x ${rows}`);
  if (header.components !== samples)
    throw damaged(`the compressed picture has ${header.components} values a pixel, the file says ${samples}`);
  if (header.precision > bitsAllocated || header.precision > 16)
    throw damaged(`the compressed picture has ${header.precision} bits, the file says ${bitsAllocated}`);
  if (header.flaw) throw damaged(header.flaw);
  // The decoder keeps the lower eight bits of such colours and does not say so.
  if (samples > 1 && header.precision > 8 && (codec === 'DecodeJpeg2000' || codec === 'DecodeHtJpeg2000'))
    throw new AppError('dicom-unsupported', { what: 'JPEG 2000 colours of more than 8 bits' });
  const width = header.precision > 8 ? 16 : 8;
  let decoded: ReturnType<typeof decodeWasm>;
  try {
    decoded = decodeWasm(codec, bytes, {
      columns: header.columns,
      rows: header.rows,
      samples,
      bitsAllocated: width,
      bitsStored: header.precision,
      signed: codec === 'DecodeJpeg2000' || codec === 'DecodeHtJpeg2000' ? header.signed : module.signed,
    });
  } catch (thrown) {
    if (!(thrown instanceof CodecError)) throw thrown;
    throw new AppError('dicom-pixels-damaged', { what: 'its compressed data cannot be decoded' }, { cause: thrown });
  }
  const wanted = (header.rows * header.columns * samples * width) / 8;
  if (decoded.bytes.byteLength < wanted) throw damaged(`decoding gave ${decoded.bytes.byteLength} of ${wanted} bytes`);
  const values = decoded.bytes.subarray(0, wanted);
  // CharLS leaves planes as planes and does not say so; libijg puts them together.
  const interleaved =
    decoded.planar || (codec === 'DecodeJpegLs' && header.planes)
      ? interleave(values, header.rows * header.columns, samples, width / 8)
      : values;
  const signedStream = module.signed && header.precision < bitsAllocated;
  const stored = widened(interleaved, width, bitsAllocated, signedStream ? header.precision : 0);
  return { bytes: padded(stored, header, module), colour: header.transform ? 'RGB' : header.colour };
}

/** Tiles at the edge of a slide may be compressed smaller than the others: they stand at the top left, the rest is white (PS3.3 C.8.12.4.1 leaves it open). */
function padded(bytes: Uint8Array, header: Codestream, module: PixelModule): Uint8Array {
  const { rows, columns, samples } = module;
  if (header.rows === rows && header.columns === columns) return bytes;
  const whole = new Uint8Array(storedBytes(module));
  if (samples === 3 && cellBits(module) === 8)
    for (let at = 0; at < whole.length; at++) whole[at] = header.colour === 'RGB' || at % 3 === 0 ? 255 : 128;
  const pixel = (samples * cellBits(module)) / 8;
  for (let row = 0; row < header.rows; row++)
    whole.set(bytes.subarray(row * header.columns * pixel, (row + 1) * header.columns * pixel), row * columns * pixel);
  return whole;
}

const damaged = (what: string) => new AppError('dicom-pixels-damaged', { what });
