/** Where each frame's bytes lie: by arithmetic in native data, by offset tables or by the fragments themselves in encapsulated data (PS3.5 A.4). */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import type { DataSet, Element, Span } from '../parse/data-set.ts';
import type { Codec } from '../parse/uids.ts';
import { bytesOf } from '../parse/values.ts';
import { type PixelModule, pixelElement } from './module.ts';

const EXTENDED_OFFSETS = 0x7fe00001;

/** Where frames lie; plain data, so that it can be kept beside an instance. */
export interface Layout {
  /** Frames that are there, which may be fewer than the file says. */
  count: number;
  /** Where the first frame begins, bytes of all, and bits from one frame to the next. */
  native?: { offset: number; length: number; bits: number } | undefined;
  /** For each frame its fragments: offset and length. */
  fragments?: [number, number][][] | undefined;
}

/**
 * The parts of the file that make up a frame, and the bit of the first byte where it begins.
 * @param number from 1
 * @param byWords 8-bit values stand in big endian words: a frame is then read from a word's start
 */
export function frameSpans(layout: Layout, number: number, byWords: boolean): { spans: Span[]; bit: number } {
  if (number < 1 || number > layout.count) throw new AppError('not-found', { what: 'frame' });
  if (!layout.native)
    return { spans: (layout.fragments?.[number - 1] ?? []).map(([offset, length]) => ({ offset, length })), bit: 0 };
  const { native } = layout;
  const from = (number - 1) * native.bits;
  const unit = byWords ? 16 : 8;
  const offset = Math.floor(from / unit) * (unit / 8);
  const end = Math.min(native.length, Math.ceil((from + native.bits) / unit) * (unit / 8));
  return { spans: [{ offset: native.offset + offset, length: end - offset }], bit: from % unit };
}

/** @throws AppError `dicom-pixels-damaged`, `file-too-large` */
export function layoutOf(dataSet: DataSet, module: PixelModule, codec: Codec): Layout {
  const element = pixelElement(dataSet);
  if (!element) throw new AppError('dicom-no-picture', { what: 'it holds no pixel data' });
  if (!element.fragments) {
    if (codec !== 'native') throw new AppError('dicom-pixels-damaged', { what: 'its compressed pixel data is not in fragments' });
    return nativeLayout(element, module);
  }
  const groups = fragmentGroups(dataSet, element, module.frames, codec);
  // The last fragment breaks off: what it decodes to would pass for a whole picture.
  if (element.cut === 'value') groups.pop();
  if (groups.length === 0) throw new AppError('dicom-pixels-damaged', { what: 'the file breaks off within its pixel data' });
  return {
    count: atMost(Math.min(groups.length, module.frames)),
    fragments: groups.map((group) => group.map((part): [number, number] => [part.offset, part.length])),
  };
}

function nativeLayout(element: Element, module: PixelModule): Layout {
  const { rows, columns, samples, bitsAllocated, photometric } = module;
  const whole = rows * columns * samples * bitsAllocated;
  // Two pixels share their colours, and some writers say so of data where they do not: then the length tells.
  const halved =
    (photometric === 'YBR_FULL_422' || photometric === 'YBR_PARTIAL_422') && element.length * 8 < whole * module.frames;
  const bits = halved ? (whole / 3) * 2 : whole;
  const count = atMost(Math.min(module.frames, Math.floor((element.length * 8) / bits)));
  if (count === 0)
    throw new AppError('dicom-pixels-damaged', {
      what: `${element.length} of ${Math.ceil(bits / 8)} bytes of the first frame are there`,
    });
  return { count, native: { offset: element.offset, length: element.length, bits } };
}

function atMost(frames: number): number {
  if (frames > limits.frames)
    throw new AppError('file-too-large', { size: `${frames} frames`, limit: `${limits.frames} frames` });
  return frames;
}

function fragmentGroups(dataSet: DataSet, { fragments = [] }: Element, frames: number, codec: Codec): Span[][] {
  const [table, ...parts] = fragments;
  if (!table || parts.length === 0) throw new AppError('dicom-no-picture', { what: 'its pixel data is empty' });
  if (frames === 1) return [parts];
  const byTable = groupsByOffsets(offsetsOf(dataSet, table), parts, frames);
  if (byTable) return byTable;
  if (parts.length === frames || codec === 'native') return parts.map((part) => [part]);
  const byStart: Span[][] = [];
  for (const part of parts) {
    if (byStart.length === 0 || beginsFrame(dataSet.bytes, part, codec)) byStart.push([part]);
    else byStart.at(-1)?.push(part);
  }
  if (byStart.length < frames && parts.length > frames && byStart.length === 1)
    throw new AppError('dicom-pixels-damaged', {
      what: `it cannot be told which of its ${parts.length} fragments belong to which of its ${frames} frames`,
    });
  return byStart;
}

/** Offsets of the frames from the first fragment's item on: the extended table where there is one, otherwise the basic one. */
function offsetsOf(dataSet: DataSet, table: Span): number[] {
  const extended = dataSet.elements.get(EXTENDED_OFFSETS);
  if (extended && extended.length >= 8 && !extended.items) {
    const bytes = bytesOf(dataSet, extended);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: Math.min(limits.frames, Math.floor(bytes.byteLength / 8)) }, (_, index) =>
      Number(view.getBigUint64(index * 8, true)),
    );
  }
  const view = new DataView(dataSet.bytes.buffer, dataSet.bytes.byteOffset + table.offset, table.length);
  return Array.from({ length: Math.min(limits.frames, Math.floor(table.length / 4)) }, (_, index) =>
    view.getUint32(index * 4, true),
  );
}

/** The groups that a table names; undefined where it does not fit the fragments. */
function groupsByOffsets(offsets: readonly number[], parts: readonly Span[], frames: number): Span[][] | undefined {
  const [first] = parts;
  if (offsets.length !== frames || !first || offsets[0] !== 0) return undefined;
  const starts = new Map(parts.map((part, index) => [part.offset - first.offset, index]));
  const indices = offsets.map((offset) => starts.get(offset));
  if (indices.some((index, at) => index === undefined || (at > 0 && index <= (indices[at - 1] ?? 0)))) return undefined;
  return indices.map((from, at) => parts.slice(from, indices[at + 1] ?? parts.length));
}

/** Whether a fragment begins with what a codestream of this kind begins with. */
function beginsFrame(bytes: Uint8Array, { offset, length }: Span, codec: Codec): boolean {
  if (length < 4) return false;
  const [a, b, c] = [bytes[offset], bytes[offset + 1], bytes[offset + 2]];
  if (codec === 'rle') {
    // A header of 64 bytes: 1 to 15 segments, the first behind the header (PS3.5 annex G).
    return (
      length >= 64 &&
      (a ?? 0) >= 1 &&
      (a ?? 0) <= 15 &&
      b === 0 &&
      c === 0 &&
      bytes[offset + 4] === 64 &&
      bytes[offset + 5] === 0 &&
      bytes[offset + 6] === 0
    );
  }
  if (codec === 'jpeg-2000' || codec === 'htj2k')
    return (a === 0xff && b === 0x4f && c === 0xff) || (a === 0 && b === 0 && c === 0 && bytes[offset + 3] === 12);
  return a === 0xff && b === 0xd8 && c === 0xff;
}
