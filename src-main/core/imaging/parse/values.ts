/** Values of a data set, read when asked for. What is missing or does not parse is undefined: nothing here throws. */
import { charsetOf, clean, decodeText } from './charset.ts';
import { type DataSet, type Element, tags } from './data-set.ts';

/** Longest value that is decoded as text; what is longer is no text that anybody reads in a line. */
const TEXT_BYTES_MAX = 4 * 1024 * 1024;
/** In these VRs a backslash is a character (PS3.5 6.2). */
const SINGLE = new Set(['ST', 'LT', 'UT', 'UR']);
const ENCODED = new Set(['SH', 'LO', 'ST', 'LT', 'UT', 'UC', 'PN', 'UN']);

export function bytesOf(dataSet: DataSet, element: Element): Uint8Array {
  return dataSet.bytes.subarray(element.offset, element.offset + element.length);
}

/** The text of an element, trailing padding taken off; undefined where there is none. */
export function textOf(dataSet: DataSet, tag: number): string | undefined {
  const element = dataSet.elements.get(tag);
  if (!element || element.length === 0 || element.items || element.fragments) return undefined;
  const text = elementText(dataSet, element);
  return text === '' ? undefined : text;
}

/** All values of an element. */
export function textsOf(dataSet: DataSet, tag: number): string[] {
  const element = dataSet.elements.get(tag);
  const text = textOf(dataSet, tag);
  if (text === undefined || !element) return [];
  return SINGLE.has(element.vr) ? [text] : text.split('\\').map((value) => value.trim());
}

/** The first value, trimmed, without controls: for lists and headings. */
export function lineOf(dataSet: DataSet, tag: number): string | undefined {
  const text = textsOf(dataSet, tag)[0];
  const line = text === undefined ? '' : clean(text);
  return line === '' ? undefined : line;
}

/** A UID, digits and dots only. */
export function uidOf(dataSet: DataSet, tag: number): string | undefined {
  const element = dataSet.elements.get(tag);
  if (!element || element.items) return undefined;
  const uid = String.fromCharCode(...bytesOf(dataSet, element).subarray(0, 80))
    .replace(/[\0 ]+$/, '')
    .trim();
  return /^[0-9.]{1,64}$/.test(uid) ? uid : undefined;
}

/** Numbers, from binary or from text. Text that begins with a number is taken as that number; anything else is left out. */
export function numbersOf(dataSet: DataSet, tag: number): number[] {
  const element = dataSet.elements.get(tag);
  if (!element || element.length === 0 || element.items) return [];
  const width = binaryWidth[element.vr];
  if (width === undefined) return textsOf(dataSet, tag).map(Number.parseFloat).filter(Number.isFinite);
  const values: number[] = [];
  const bytes = bytesOf(dataSet, element);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + width <= bytes.byteLength; at += width)
    values.push(readNumber(view, at, element.vr, dataSet.littleEndian));
  return values.filter(Number.isFinite);
}

export function numberOf(dataSet: DataSet, tag: number): number | undefined {
  return numbersOf(dataSet, tag)[0];
}

/** A whole number from 16 bits, read without regard to the VR: what US and SS share below 0x8000. */
export function uint16Of(dataSet: DataSet, tag: number): number | undefined {
  const element = dataSet.elements.get(tag);
  if (!element || element.items || element.length < 2) return undefined;
  if (element.vr === 'IS' || element.vr === 'DS' || element.vr === 'UL') return numberOf(dataSet, tag);
  const bytes = bytesOf(dataSet, element);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(0, dataSet.littleEndian);
}

export function itemsOf(dataSet: DataSet, tag: number): readonly DataSet[] {
  return dataSet.elements.get(tag)?.items ?? [];
}

export const itemOf = (dataSet: DataSet, tag: number): DataSet | undefined => itemsOf(dataSet, tag)[0];

const binaryWidth: Readonly<Record<string, number>> = {
  US: 2,
  SS: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  FD: 8,
  UV: 8,
  SV: 8,
  OW: 2,
  AT: 4,
  OF: 4,
  OD: 8,
  OL: 4,
  OV: 8,
};

function readNumber(view: DataView, at: number, vr: string, little: boolean): number {
  switch (vr) {
    case 'SS':
      return view.getInt16(at, little);
    case 'UL':
    case 'OL':
      return view.getUint32(at, little);
    case 'SL':
      return view.getInt32(at, little);
    case 'FL':
    case 'OF':
      return view.getFloat32(at, little);
    case 'FD':
    case 'OD':
      return view.getFloat64(at, little);
    case 'UV':
    case 'OV':
      return Number(view.getBigUint64(at, little));
    case 'SV':
      return Number(view.getBigInt64(at, little));
    case 'AT':
      return view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little);
    default:
      return view.getUint16(at, little);
  }
}

export function elementText(dataSet: DataSet, element: Element): string {
  const bytes = bytesOf(dataSet, element).subarray(0, TEXT_BYTES_MAX);
  const raw = ENCODED.has(element.vr)
    ? decodeText(bytes, charsetIn(dataSet), element.vr === 'PN' ? '\\^=' : SINGLE.has(element.vr) ? '' : '\\')
    : decodeText(bytes, undefined, '');
  return raw.replace(/[\0 ]+$/, '').replace(SINGLE.has(element.vr) ? /^\0+/ : /^[\0 ]+/, '');
}

/** The character set in force: the item's own, or that of the data set around it. */
function charsetIn(dataSet: DataSet): ReturnType<typeof charsetOf> {
  const own = dataSet.elements.get(tags.characterSet);
  if (own)
    return charsetOf(
      String.fromCharCode(...bytesOf(dataSet, own).subarray(0, 200))
        .replace(/[\0 ]+$/, '')
        .split('\\'),
    );
  return dataSet.parent ? charsetIn(dataSet.parent) : undefined;
}

/** DA and TM (PS3.5 6.2) as FHIR dateTime, as precise as the source; undefined where the date is none. */
export function dateTimeOf(dataSet: DataSet, dateTag: number, timeTag?: number): string | undefined {
  const date = dateOf(dataSet, dateTag);
  const time = timeTag === undefined ? undefined : /^(\d{2}):?(\d{2}):?(\d{2})?/.exec(lineOf(dataSet, timeTag) ?? '');
  if (!date || date.length < 10 || !time || Number(time[1]) > 23 || Number(time[2]) > 59 || Number(time[3] ?? 0) > 59)
    return date;
  const offset = /^([+-])(\d{2})(\d{2})$/.exec(rootText(dataSet, 0x00080201) ?? '');
  // Without an offset the wall clock of the scanner is all that is known; it is told as UTC would mislead by hours, as a date alone would lose the order.
  return `${date}T${time[1]}:${time[2]}:${time[3] ?? '00'}${offset ? `${offset[1]}${offset[2]}:${offset[3]}` : ''}`;
}

/** YYYYMMDD (or the old YYYY.MM.DD) as a date of the calendar. */
export function dateOf(dataSet: DataSet, tag: number): string | undefined {
  const text = lineOf(dataSet, tag) ?? '';
  const [, year = '', month = '', day = ''] = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})/.exec(text) ?? [];
  if (year === '' || Number(year) < 1800) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? `${year}-${month}-${day}` : undefined;
}

function rootText(dataSet: DataSet, tag: number): string | undefined {
  return dataSet.parent ? rootText(dataSet.parent, tag) : lineOf(dataSet, tag);
}
