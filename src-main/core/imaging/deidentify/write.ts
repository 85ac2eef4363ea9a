/** Writes a data set again: values as they are or as they were replaced, in the encoding it came in. */
import type { DataSet, Element } from '../parse/data-set.ts';
import { bytesOf } from '../parse/values.ts';

/** What stands instead of an element's own value. */
export type Replacement = { bytes: Uint8Array } | { items: Changed[] };

export interface Changed {
  dataSet: DataSet;
  /** Elements in this order; without a replacement the value is copied. */
  elements: { tag: number; vr: string; element?: Element; replacement?: Replacement }[];
}

export interface Target {
  explicit: boolean;
  littleEndian: boolean;
}

const UNDEFINED = 0xffffffff;
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

/** Pieces in order; group lengths are left out, as PS3.5 7.2 allows. */
export function writeDataSet({ dataSet, elements }: Changed, target: Target): Buffer {
  const pieces: Uint8Array[] = [];
  for (const { tag, vr, element, replacement } of elements) {
    if (replacement && 'items' in replacement)
      pieces.push(
        header(tag, 'SQ', UNDEFINED, target),
        ...replacement.items.flatMap((item) => [
          mark(ITEM, UNDEFINED, target),
          writeDataSet(item, target),
          mark(ITEM_END, 0, target),
        ]),
        mark(SEQUENCE_END, 0, target),
      );
    else if (replacement)
      pieces.push(header(tag, vr, even(replacement.bytes, vr).byteLength, target), even(replacement.bytes, vr));
    else if (element?.fragments) pieces.push(header(tag, vr, UNDEFINED, target), bytesOf(dataSet, element));
    else if (element)
      pieces.push(header(tag, vr, even(bytesOf(dataSet, element), vr).byteLength, target), even(bytesOf(dataSet, element), vr));
  }
  return Buffer.concat(pieces);
}

function header(tag: number, wanted: string, length: number, { explicit, littleEndian }: Target): Buffer {
  // A value that came in implicit VR may be longer than its VR can say (PS3.5 6.2.2, note 1).
  const vr = length > 0xffff && !LONG.has(wanted) ? 'UN' : wanted;
  const long = explicit && LONG.has(vr);
  const bytes = Buffer.alloc(long ? 12 : 8);
  tagInto(bytes, tag, littleEndian);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (explicit) bytes.write(vr, 4, 'latin1');
  if (!explicit || long) view.setUint32(long ? 8 : 4, length, littleEndian);
  else view.setUint16(6, length, littleEndian);
  return bytes;
}

function mark(tag: number, length: number, { littleEndian }: Target): Buffer {
  const bytes = Buffer.alloc(8);
  tagInto(bytes, tag, littleEndian);
  new DataView(bytes.buffer, bytes.byteOffset, 8).setUint32(4, length, littleEndian);
  return bytes;
}

function tagInto(bytes: Buffer, tag: number, littleEndian: boolean): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint16(0, tag >>> 16, littleEndian);
  view.setUint16(2, tag & 0xffff, littleEndian);
}

function even(bytes: Uint8Array, vr: string): Uint8Array {
  if (bytes.byteLength % 2 === 0) return bytes;
  const padded = new Uint8Array(bytes.byteLength + 1);
  padded.set(bytes);
  padded[bytes.byteLength] = vr === 'UI' || LONG.has(vr) ? 0 : 0x20;
  return padded;
}
