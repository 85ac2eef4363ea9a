/** A frame's stored values: little endian, of the allocated width, pixel-interleaved, one bit as a byte 0 or 1. No colour conversion, no rescaling. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { type EncodedFrame, interleave, unpackBits, widened } from './arrange.ts';
import { type Codestream, readJpeg, readJpeg2000 } from './codestream.ts';
import { storedBytes } from './module.ts';
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
  const width = bitsAllocated / 8;
  const planes = rlePlanes(bytes, samples * width, pixels);
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
  const { rows, columns, samples, bitsAllocated } = module;
  if (header.rows !== rows || header.columns !== columns) throw damaged(`the compressed picture is ${header.columns} x ${header.rows}, the file says ${columns} x ${rows}`);
  if (header.components !== samples) throw damaged(`the compressed picture has ${header.components} values a pixel, the file says ${samples}`);
  if (header.precision > bitsAllocated || header.precision > 16) throw damaged(`the compressed picture has ${header.precision} bits, the file says ${bitsAllocated}`);
  if (header.flaw) throw damaged(header.flaw);
  const width = header.precision > 8 ? 16 : 8;
  let decoded: ReturnType<typeof decodeWasm>;
  try {
    decoded = decodeWasm(codec, bytes, { columns, rows, samples, bitsAllocated: width, bitsStored: header.precision, signed: codec === 'DecodeJpeg2000' || codec === 'DecodeHtJpeg2000' ? header.signed : module.signed });
  } catch (thrown) {
    if (!(thrown instanceof CodecError)) throw thrown;
    throw new AppError('dicom-pixels-damaged', { what: 'its compressed data cannot be decoded' }, { cause: thrown });
  }
  const wanted = (rows * columns * samples * width) / 8;
  if (decoded.bytes.byteLength < wanted) throw damaged(`decoding gave ${decoded.bytes.byteLength} of ${wanted} bytes`);
  const values = decoded.bytes.subarray(0, wanted);
  const interleaved = decoded.planar ? interleave(values, rows * columns, samples, width / 8) : values;
  const signedStream = module.signed && header.precision < bitsAllocated;
  return { bytes: widened(interleaved, width, bitsAllocated, signedStream ? header.precision : 0), colour: header.transform ? 'RGB' : header.colour };
}

const damaged = (what: string) => new AppError('dicom-pixels-damaged', { what });
