/** Overlay planes (PS3.3 C.9.2): one bit a pixel, in (60xx,3000). Those in unused bits of the pixels are retired and read from there. */
import { clean } from '../parse/charset.ts';
import type { DataSet } from '../parse/data-set.ts';
import type { DicomFile } from '../parse/part10.ts';
import { bytesOf, lineOf, numberOf, numbersOf, uint16Of } from '../parse/values.ts';
import { numbersIn, typeOf } from './display.ts';
import { framesOf } from './file-frames.ts';

export interface Overlay {
  rows: number;
  columns: number;
  origin: [number, number];
  type: 'G' | 'R';
  label: string;
  bits: Uint8Array;
}

const OVERLAY_BYTES_MAX = 900_000;

/** Groups 6000 to 601E that hold a plane of their own, or say which bit of the pixels theirs is. */
export function overlaysIn(dataSet: DataSet): number[] {
  const groups: number[] = [];
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const own = dataSet.elements.has(group * 0x10000 + 0x3000) || bitOf(dataSet, group) !== undefined;
    if (own && dataSet.elements.has(group * 0x10000 + 0x0010)) groups.push(group);
  }
  return groups;
}

/** Whether drawings stand in bits of the pixels themselves. */
export const overlaysInPixels = (dataSet: DataSet) =>
  overlaysIn(dataSet).some((group) => !dataSet.elements.has(group * 0x10000 + 0x3000));

/** Which bit of each pixel is this overlay's, where it is one that the values do not use. */
function bitOf(dataSet: DataSet, group: number): number | undefined {
  const [allocated, bit] = [uint16Of(dataSet, group * 0x10000 + 0x0100) ?? 1, uint16Of(dataSet, group * 0x10000 + 0x0102) ?? 0];
  const stored = uint16Of(dataSet, 0x00280101) ?? allocated;
  const high = uint16Of(dataSet, 0x00280102) ?? stored - 1;
  const unused = bit > high || bit < high + 1 - stored;
  return allocated > 1 && allocated === uint16Of(dataSet, 0x00280100) && bit < allocated && unused ? bit : undefined;
}

/** The planes that lie over a frame, from 1. @throws AppError as decoding the frame does, where a plane lies in its bits */
export function overlaysOf(file: DicomFile, frame: number): Overlay[] {
  const { dataSet } = file;
  let pixelValues: ArrayLike<number> | undefined;
  return overlaysIn(dataSet).flatMap((group) => {
    const tag = (element: number) => group * 0x10000 + element;
    const [rows, columns] = [uint16Of(dataSet, tag(0x0010)) ?? 0, uint16Of(dataSet, tag(0x0011)) ?? 0];
    const data = dataSet.elements.get(tag(0x3000));
    const first = numberOf(dataSet, tag(0x0051)) ?? 1;
    const frames = numberOf(dataSet, tag(0x0015)) ?? 1;
    const pixels = rows * columns;
    const bit = data ? undefined : bitOf(dataSet, group);
    const [top = 1, left = 1] = numbersOf(dataSet, tag(0x0050)).map((value) => (value > 0x7fff ? value - 0x10000 : value));
    const about = {
      rows,
      columns,
      origin: [top, left] as [number, number],
      type: lineOf(dataSet, tag(0x0040)) === 'R' ? ('R' as const) : ('G' as const),
      label: clean(lineOf(dataSet, tag(0x1500)) ?? '').slice(0, 100),
    };
    if (bit !== undefined && pixels / 8 <= OVERLAY_BYTES_MAX) {
      const frames = framesOf(file);
      pixelValues ??= numbersIn({ bytes: frames.decode(frame).bytes, type: typeOf(frames.module) });
      return pixelValues.length === pixels ? [{ ...about, bits: bitsIn(pixelValues, bit) }] : [];
    }
    const index = frames > 1 ? frame - first : 0;
    if (!data || data.items || data.fragments || pixels === 0 || index < 0 || index >= frames) return [];
    const from = index * pixels;
    if (data.length * 8 < from + pixels || pixels / 8 > OVERLAY_BYTES_MAX) return [];
    return [{ ...about, bits: bitsFrom(bytesOf(dataSet, data), from, pixels) }];
  });
}

function bitsIn(values: ArrayLike<number>, bit: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let index = 0; index < values.length; index++)
    bits[index >> 3] = (bits[index >> 3] ?? 0) | ((((values[index] ?? 0) >>> bit) & 1) << (index & 7));
  return bits;
}

function bitsFrom(bytes: Uint8Array, from: number, count: number): Uint8Array {
  if (from % 8 === 0) return bytes.slice(from / 8, Math.ceil((from + count) / 8));
  const bits = new Uint8Array(Math.ceil(count / 8));
  for (let index = 0; index < count; index++)
    if (((bytes[(from + index) >> 3] ?? 0) >> ((from + index) & 7)) & 1)
      bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  return bits;
}
