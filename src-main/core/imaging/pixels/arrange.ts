/** A frame before it is decoded, and how samples are put in order. */
import type { Codec } from '../parse/uids.ts';
import type { PixelModule } from './module.ts';

export interface EncodedFrame {
  module: PixelModule;
  codec: Codec;
  /** Bytes of the pixels are in this order (native only). */
  littleEndian: boolean;
  /** VR of the pixel data: OW in big endian swaps bytes of 8-bit values too. */
  words: boolean;
  /** The frame's fragments joined, or its part of native pixel data. */
  bytes: Uint8Array;
  /** Bit of the first byte at which a native 1-bit frame begins. */
  bit: number;
}

/** Bits, lowest first, as bytes 0 and 1. */
export function unpackBits(packed: Uint8Array, from: number, count: number): Uint8Array {
  const bits = new Uint8Array(count);
  for (let index = 0, bit = from; index < count; index++, bit++) bits[index] = ((packed[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  return bits;
}

/** Cells of `bits` each, lowest bit first (PS3.5 8.1.1), as whole numbers of `width` bits; a sign in the highest bit is carried up. */
export function unpackCells(
  packed: Uint8Array,
  from: number,
  count: number,
  bits: number,
  width: number,
  signed: boolean,
): Uint8Array {
  const result = new Uint8Array((count * width) / 8);
  const target = new DataView(result.buffer);
  for (let index = 0, bit = from; index < count; index++) {
    let value = 0;
    for (let got = 0; got < bits; ) {
      const here = Math.min(8 - (bit & 7), bits - got);
      value |= (((packed[bit >> 3] ?? 0) >> (bit & 7)) & ((1 << here) - 1)) << got;
      got += here;
      bit += here;
    }
    if (signed) value = (value << (32 - bits)) >> (32 - bits);
    if (width === 8) target.setInt8(index, value);
    else if (width === 16) target.setInt16(index * 2, value, true);
    else target.setInt32(index * 4, value, true);
  }
  return result;
}

/** Planes one after the other to values beside each other. @param width bytes of a sample */
export function interleave(planes: Uint8Array, pixels: number, samples: number, width: number): Uint8Array {
  const mixed = new Uint8Array(pixels * samples * width);
  for (let sample = 0; sample < samples; sample++) {
    let from = sample * pixels * width;
    for (let to = sample * width; to < mixed.length; to += samples * width)
      for (let byte = 0; byte < width; byte++) mixed[to + byte] = planes[from++] ?? 0;
  }
  return mixed;
}

/** To the allocated width; a sign that stands in a lower bit (`precision` bits) is carried up. */
export function widened(bytes: Uint8Array, from: number, to: number, precision: number): Uint8Array {
  if (from === to && precision === 0) return bytes;
  const count = (bytes.byteLength * 8) / from;
  const result = new Uint8Array((count * to) / 8);
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const target = new DataView(result.buffer);
  const shift = precision === 0 ? 0 : 32 - precision;
  for (let index = 0; index < count; index++) {
    const raw = from === 8 ? source.getUint8(index) : source.getUint16(index * 2, true);
    const value = (raw << shift) >> shift;
    if (to === 8) target.setInt8(index, value);
    else if (to === 16) target.setInt16(index * 2, value, true);
    else target.setInt32(index * 4, value, true);
  }
  return result;
}
