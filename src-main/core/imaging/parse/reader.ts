/** Reads the elements of a data set (PS3.5 chapter 7). Bounded in depth and number; what breaks off is kept up to there and said. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import type { DataSet, Element, Span } from './data-set.ts';
import { tags } from './data-set.ts';
import { isKnown, vrOf } from './dictionary.ts';

const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
/** Two letters each, of a length field of 2 bytes and of 4. */
const SHORT = new Set([
  'AE',
  'AS',
  'AT',
  'CS',
  'DA',
  'DS',
  'DT',
  'FL',
  'FD',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'SL',
  'SS',
  'ST',
  'TM',
  'UI',
  'UL',
  'US',
]);
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

export interface Encoding {
  explicit: boolean;
  littleEndian: boolean;
}

/** What was found wrong on the way, each kind once. */
export type Problem = 'cut' | 'bad-sequence' | 'bad-element';

interface Progress {
  elements: number;
  problems: Set<Problem>;
}

export function isVr(bytes: Uint8Array, at: number): boolean {
  const vr = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0);
  return SHORT.has(vr) || LONG.has(vr);
}

/**
 * Reads from `start` to the end of the bytes.
 * @throws AppError `dicom-damaged` where it is nested deeper or longer than the limits
 */
export function readDataSet(bytes: Uint8Array, start: number, encoding: Encoding): { dataSet: DataSet; problems: Set<Problem> } {
  const dataSet: DataSet = { bytes, littleEndian: encoding.littleEndian, elements: new Map() };
  const progress: Progress = { elements: 0, problems: new Set() };
  new Reader(bytes, encoding, progress).elementsInto(dataSet, start, bytes.byteLength, 0, false);
  return { dataSet, problems: progress.problems };
}

/** Tells that the bytes are over; caught where the rest can be left out. */
class Cut extends Error {}

class Reader {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly encoding: Encoding;
  private readonly progress: Progress;
  private filledAt = -1;

  constructor(bytes: Uint8Array, encoding: Encoding, progress: Progress) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.encoding = encoding;
    this.progress = progress;
  }

  /** Fills `into`; answers where it stopped: at `end`, or behind the delimiter of an item. */
  elementsInto(into: DataSet, start: number, end: number, depth: number, delimited: boolean): number {
    if (depth > limits.depth)
      throw new AppError('dicom-damaged', { what: `sequences are nested more than ${limits.depth} deep` });
    let at = start;
    while (at < end) {
      // Zeros up to the end are padding that some writers leave behind.
      if (end - at < 8) {
        if (!this.blank(at, end)) this.progress.problems.add('cut');
        return end;
      }
      const tag = this.tag(at);
      if (delimited && tag === ITEM_END) return at + 8;
      if (delimited && tag === SEQUENCE_END) return at;
      if (tag === ITEM_END || tag === SEQUENCE_END) {
        this.progress.problems.add('bad-element');
        at += 8;
        continue;
      }
      if (tag === 0 && this.blank(at, end)) return end;
      if (++this.progress.elements > limits.elements) throw new AppError('dicom-damaged', { what: 'it has too many elements' });
      try {
        const { element, next } = this.element(tag, at, end, depth, into);
        // The first of two is what every reader takes.
        if (!into.elements.has(tag)) into.elements.set(tag, element);
        at = next;
      } catch (thrown) {
        if (!(thrown instanceof Cut)) throw thrown;
        this.progress.problems.add('cut');
        return end;
      }
    }
    return at;
  }

  private element(tag: number, start: number, end: number, depth: number, parent: DataSet): { element: Element; next: number } {
    const header = this.header(tag, start, end);
    let { vr } = header;
    const { at, length } = header;
    if (length === UNDEFINED) {
      if (tag === tags.pixels && depth === 0) return this.fragments(tag, vr, at, end);
      if (vr !== 'SQ' && vr !== 'UN' && this.isFragmented(at)) return this.fragments(tag, vr, at, end);
      // An UN of undefined length is a sequence in implicit VR little endian (PS3.5 6.2.2, note 4).
      const reader = vr === 'UN' && this.encoding.explicit ? this.other({ explicit: false, littleEndian: true }, at) : this;
      const { items, next } = reader.items(at, end, depth, parent, true);
      return { element: { tag, vr: 'SQ', offset: at, length: next - at, items }, next };
    }
    if (at + length > end) {
      if (tag !== tags.pixels && tag !== tags.floatPixels && tag !== tags.doublePixels) throw new Cut();
      this.progress.problems.add('cut');
      return { element: { tag, vr, offset: at, length: end - at, cut: 'value' }, next: end };
    }
    if (vr === 'UN' && vrOf(tag) !== 'UN' && tag !== tags.pixels) vr = vrOf(tag);
    if (vr === 'SQ') {
      const items = this.trySequence(header.vr === 'UN' && this.encoding.explicit, at, at + length, depth, parent);
      if (items) return { element: { tag, vr, offset: at, length, items }, next: at + length };
      return { element: { tag, vr: 'UN', offset: at, length }, next: at + length };
    }
    return { element: { tag, vr, offset: at, length }, next: at + length };
  }

  private header(tag: number, start: number, end: number): { vr: string; at: number; length: number } {
    if (!this.encoding.explicit) return { vr: vrOf(tag), at: start + 8, length: this.u32(start + 4) };
    const vr = String.fromCharCode(this.bytes[start + 4] ?? 0, this.bytes[start + 5] ?? 0);
    if (SHORT.has(vr)) return { vr, at: start + 8, length: this.u16(start + 6) };
    if (LONG.has(vr)) {
      if (start + 12 > end) throw new Cut();
      return { vr, at: start + 12, length: this.u32(start + 8) };
    }
    // Some writers fall into implicit VR in the middle; take it where the length is possible.
    const length = this.u32(start + 4);
    if (length !== UNDEFINED && start + 8 + length > end) throw new Cut();
    this.progress.problems.add('bad-element');
    return { vr: vrOf(tag), at: start + 8, length };
  }

  /** A sequence of known length; undefined where its content is not one. */
  private trySequence(implicit: boolean, start: number, end: number, depth: number, parent: DataSet): DataSet[] | undefined {
    const reader = implicit ? this.other({ explicit: false, littleEndian: true }, start) : this;
    try {
      return reader.items(start, end, depth, parent, false).items;
    } catch (thrown) {
      if (!(thrown instanceof Cut)) throw thrown;
      this.progress.problems.add('bad-sequence');
      return undefined;
    }
  }

  private items(
    start: number,
    end: number,
    depth: number,
    parent: DataSet,
    delimited: boolean,
  ): { items: DataSet[]; next: number } {
    const items: DataSet[] = [];
    let at = start;
    while (at < end) {
      if (end - at < 8) {
        if (delimited) this.progress.problems.add('cut');
        else if (!this.blank(at, end)) throw new Cut();
        return { items, next: end };
      }
      const tag = this.tag(at);
      if (tag === SEQUENCE_END) return { items, next: delimited ? at + 8 : end };
      if (tag !== ITEM) {
        // What follows cannot be told apart from what is outside.
        if (!delimited) throw new Cut();
        this.progress.problems.add('bad-sequence');
        return { items, next: at };
      }
      if (++this.progress.elements > limits.elements) throw new AppError('dicom-damaged', { what: 'it has too many elements' });
      const length = this.u32(at + 4);
      const item: DataSet = { bytes: this.bytes, littleEndian: this.encoding.littleEndian, elements: new Map(), parent };
      items.push(item);
      if (length !== UNDEFINED && at + 8 + length > end) {
        if (!delimited) throw new Cut();
        this.elementsInto(item, at + 8, end, depth + 1, true);
        this.progress.problems.add('cut');
        return { items, next: end };
      }
      at =
        length === UNDEFINED
          ? this.elementsInto(item, at + 8, end, depth + 1, true)
          : this.elementsInto(item, at + 8, at + 8 + length, depth + 1, false);
    }
    if (delimited) this.progress.problems.add('cut');
    return { items, next: at };
  }

  private fragments(tag: number, vr: string, start: number, end: number): { element: Element; next: number } {
    const fragments: Span[] = [];
    let at = start;
    let cut: Element['cut'];
    while (true) {
      if (at + 8 > end) {
        cut = 'delimiter';
        break;
      }
      const item = this.tag(at);
      if (item === SEQUENCE_END) {
        at += 8;
        break;
      }
      const length = this.u32(at + 4);
      if (item !== ITEM || at + 8 + length > end) {
        cut = 'value';
        if (item === ITEM) fragments.push({ offset: at + 8, length: end - at - 8 });
        at = end;
        break;
      }
      if (++this.progress.elements > limits.elements) throw new AppError('dicom-damaged', { what: 'it has too many elements' });
      fragments.push({ offset: at + 8, length });
      at += 8 + length;
    }
    if (cut) this.progress.problems.add('cut');
    return { element: { tag, vr: vr === 'UN' ? 'OB' : vr, offset: start, length: at - start, fragments, cut }, next: at };
  }

  /** Whether an item follows whose content cannot be elements: the pixel data of an icon, in pieces. */
  private isFragmented(at: number): boolean {
    return at + 8 <= this.bytes.byteLength && this.tag(at) === ITEM;
  }

  private other(encoding: Encoding, at: number): Reader {
    // The items of a sequence tell by their own tag which byte order they are in.
    const bigEndian = this.bytes[at] === 0xff && this.bytes[at + 1] === 0xfe && this.bytes[at + 2] === 0xe0;
    return new Reader(this.bytes, { ...encoding, littleEndian: !bigEndian }, this.progress);
  }

  private blank(from: number, to: number): boolean {
    // Found before: a long run of zeros is not walked again for each element in it.
    if (this.filledAt >= from && this.filledAt < to) return false;
    for (let at = from; at < to; at++) {
      if (this.bytes[at] === 0) continue;
      this.filledAt = at;
      return false;
    }
    return true;
  }

  private tag(at: number): number {
    return this.u16(at) * 0x10000 + this.u16(at + 2);
  }

  private u16(at: number): number {
    if (at + 2 > this.bytes.byteLength) throw new Cut();
    return this.view.getUint16(at, this.encoding.littleEndian);
  }

  private u32(at: number): number {
    if (at + 4 > this.bytes.byteLength) throw new Cut();
    return this.view.getUint32(at, this.encoding.littleEndian);
  }
}

/**
 * Which encoding the elements at `start` are in, by looking at them; undefined where they are not DICOM.
 * Elements must rise, fit, and begin in a group with which data sets begin (PS3.5 7.1).
 */
export function guessEncoding(bytes: Uint8Array, start: number): Encoding | undefined {
  for (const littleEndian of [true, false]) {
    for (const explicit of [true, false]) {
      if (looksRight(bytes, start, { explicit, littleEndian })) return { explicit, littleEndian };
    }
  }
  return undefined;
}

const LOOK_AT = 3;

function looksRight(bytes: Uint8Array, start: number, { explicit, littleEndian }: Encoding): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  let last = -1;
  let known = 0;
  for (let n = 0; n < LOOK_AT && at < bytes.byteLength; n++) {
    if (at + 8 > bytes.byteLength) return false;
    const tag = view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
    if (tag <= last || (n === 0 && tag >>> 16 > 0x0028)) return false;
    last = tag;
    if (isKnown(tag) || (tag & 0xffff) === 0) known++;
    let length = view.getUint32(at + 4, littleEndian);
    let header = 8;
    if (explicit) {
      if (!isVr(bytes, at + 4)) return false;
      const long = LONG.has(String.fromCharCode(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0));
      if (long && at + 12 > bytes.byteLength) return false;
      length = long ? view.getUint32(at + 8, littleEndian) : view.getUint16(at + 6, littleEndian);
      header = long ? 12 : 8;
    }
    if (length === UNDEFINED) return known > 0 || explicit;
    if (at + header + length > bytes.byteLength) return false;
    at += header + length;
  }
  return known > 0;
}
