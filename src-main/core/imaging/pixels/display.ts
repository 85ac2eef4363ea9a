/** Stored values made ready for a viewer: sign and unused bits resolved, modality table applied, colours as 8-bit RGB. Brightness is left to the viewer. */
import type { sampleTypes } from '../../../../src-shared/contract/imaging.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { colourOf, fourToRgb, toRgb } from './colour.ts';
import type { StoredFrame } from './decode.ts';
import { cellBits, type PixelModule } from './module.ts';

export type SampleType = (typeof sampleTypes)[number];

export interface ShownFrame {
  bytes: Uint8Array;
  type: SampleType;
  samples: 1 | 3 | 4;
  photometric: string;
  smallest: number;
  largest: number;
}

export interface DisplayTables {
  palette?: [Palette, Palette, Palette] | undefined;
  modality?: { first: number; entries: Uint16Array } | undefined;
  padding?: [number, number] | undefined;
}
export interface Palette {
  first: number;
  bits: number;
  entries: Uint16Array;
}

/** The values as they stand, with their own type. */
export function asStored({ bytes }: StoredFrame, module: PixelModule): ShownFrame {
  const type = typeOf(module);
  return { bytes, type, samples: module.samples, photometric: module.photometric, ...range(valuesOf(bytes, type), undefined) };
}

/** @throws AppError `dicom-unsupported` */
export function forDisplay(stored: StoredFrame, module: PixelModule, tables: DisplayTables): ShownFrame {
  if (module.samples === 1 && module.photometric === 'PALETTE COLOR') {
    if (!tables.palette) throw new AppError('dicom-unsupported', { what: 'a colour palette that is missing or damaged' });
    return coloured(throughPalette(grey(stored.bytes, module), tables.palette));
  }
  if (module.samples === 1) return greyFrame(stored.bytes, module, tables);
  const values = eightBit(stored.bytes, module);
  if (module.samples === 3) return coloured(toRgb(values, colourOf(stored, module)));
  return coloured(fourToRgb(values, module.photometric, tables.palette && eightBitPalette(tables.palette)));
}

/** The numbers of a frame that was shown or stored. */
export const numbersIn = ({ bytes, type }: Pick<ShownFrame, 'bytes' | 'type'>): Values => valuesOf(bytes, type);

type Values = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

function greyFrame(bytes: Uint8Array, module: PixelModule, { modality, padding }: DisplayTables): ShownFrame {
  let values = grey(bytes, module);
  let outside = padding;
  if (modality) {
    values = throughTable(values, modality);
    outside = undefined;
  }
  // Viewers draw 8 and 16 bits and floats.
  if (values instanceof Uint32Array || values instanceof Int32Array || values instanceof Float64Array)
    values = Float32Array.from(values);
  const photometric = module.photometric === 'MONOCHROME1' ? 'MONOCHROME1' : 'MONOCHROME2';
  return {
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    type: typeOfValues(values),
    samples: 1,
    photometric,
    ...range(values, outside),
  };
}

function coloured(bytes: Uint8Array): ShownFrame {
  return { bytes, type: 'u8', samples: 3, photometric: 'RGB', smallest: 0, largest: 255 };
}

/** Values with the bits that are not theirs (overlays, rubbish) taken off and the sign carried up. */
function grey(bytes: Uint8Array, module: PixelModule): Values {
  const values = valuesOf(bytes, typeOf(module));
  const { bitsAllocated, bitsStored, highBit, signed, float } = module;
  if (float || bitsAllocated === 1 || bitsAllocated > 32 || (bitsStored === bitsAllocated && highBit === bitsAllocated - 1))
    return values;
  const low = highBit + 1 - bitsStored;
  if (low < 0) return values;
  const up = 32 - bitsStored - low;
  for (let index = 0; index < values.length; index++) {
    const shifted = (values[index] ?? 0) << up;
    values[index] = signed ? shifted >> (up + low) : shifted >>> (up + low);
  }
  return values;
}

export function typeOf({ bitsAllocated, signed, float }: Pick<PixelModule, 'bitsAllocated' | 'signed' | 'float'>): SampleType {
  const width = cellBits({ bitsAllocated });
  if (float) return width === 64 ? 'f64' : 'f32';
  if (width === 8) return signed && bitsAllocated > 1 ? 'i8' : 'u8';
  if (width === 16) return signed ? 'i16' : 'u16';
  if (width === 32) return signed ? 'i32' : 'u32';
  throw new AppError('dicom-unsupported', { what: '64-bit whole numbers' });
}

const arrays = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** A copy of its own, aligned. The machines this runs on are little endian, as the bytes are. */
function valuesOf(bytes: Uint8Array, type: SampleType): Values {
  const own = new Uint8Array(bytes); // not slice(): of a Buffer that is no copy
  return new arrays[type](own.buffer, 0, Math.floor(own.byteLength / arrays[type].BYTES_PER_ELEMENT));
}

function typeOfValues(values: Values): SampleType {
  for (const [type, make] of Object.entries(arrays)) if (values instanceof make) return type as SampleType; // keys of `arrays`
  return 'u8';
}

function throughTable(values: Values, { first, entries }: { first: number; entries: Uint16Array }): Uint16Array {
  const last = entries.length - 1;
  return Uint16Array.from(values, (value) => entries[Math.min(last, Math.max(0, value - first))] ?? 0);
}

function throughPalette(values: Values, palette: [Palette, Palette, Palette]): Uint8Array {
  const rgb = new Uint8Array(values.length * 3);
  eightBitPalette(palette).forEach(({ first, entries }, channel) => {
    const last = entries.length - 1;
    for (let index = 0; index < values.length; index++)
      rgb[index * 3 + channel] = entries[Math.min(last, Math.max(0, (values[index] ?? 0) - first))] ?? 0;
  });
  return rgb;
}

/** Entries said to have 16 bits are often 8-bit values doubled, or 8-bit values as they are. */
function eightBitPalette(palette: [Palette, Palette, Palette]): { first: number; entries: Uint8Array }[] {
  return palette.map(({ first, bits, entries }) => {
    const shift = bits > 8 && entries.some((entry) => entry > 255) ? bits - 8 : 0;
    return { first, entries: Uint8Array.from(entries, (entry) => entry >> shift) };
  });
}

function eightBit(bytes: Uint8Array, module: PixelModule): Uint8Array {
  if (cellBits(module) === 8 && module.bitsStored === 8) return bytes;
  const values = valuesOf(bytes, typeOf(module));
  const divisor = 2 ** (module.bitsStored - 8);
  return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.floor(value / divisor))));
}

/** Smallest and largest, padding left out. */
function range(values: Values, padding: [number, number] | undefined): { smallest: number; largest: number } {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  const [from, to] = padding ?? [1, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value >= from && value <= to) continue;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return Number.isFinite(smallest) && Number.isFinite(largest) ? { smallest, largest } : { smallest: 0, largest: 0 };
}
