/** A parsed data set: where each value lies in the bytes. Values are read when asked for (values.ts). */

export interface Span {
  /** In bytes from the start of `DataSet.bytes`. */
  offset: number;
  length: number;
}

export interface Element extends Span {
  /** Group and element as one number: 0x00100010. */
  tag: number;
  /** Two letters; `UN` where nothing is known. */
  vr: string;
  /** Items of a sequence. */
  items?: DataSet[];
  /** Fragments of encapsulated pixel data; the first is the basic offset table. */
  fragments?: Span[];
  /** The file ends before the value does, or only before the delimiter behind it. */
  cut?: 'value' | 'delimiter';
}

export interface DataSet {
  bytes: Uint8Array;
  littleEndian: boolean;
  elements: Map<number, Element>;
  /** The data set whose sequence this one is an item of: character sets are inherited. */
  parent?: DataSet;
}

/** Tags that are used by name. */
export const tags = {
  transferSyntax: 0x00020010,
  characterSet: 0x00080005,
  sopClass: 0x00080016,
  sopInstance: 0x00080018,
  modality: 0x00080060,
  patientName: 0x00100010,
  patientId: 0x00100020,
  studyUid: 0x0020000d,
  seriesUid: 0x0020000e,
  samples: 0x00280002,
  photometric: 0x00280004,
  planar: 0x00280006,
  frames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
  bitsStored: 0x00280101,
  highBit: 0x00280102,
  signed: 0x00280103,
  floatPixels: 0x7fe00008,
  doublePixels: 0x7fe00009,
  pixels: 0x7fe00010,
} as const;

/** `(0010,0010)`, as people write it. */
export function tagText(tag: number): string {
  const hex = (tag >>> 0).toString(16).padStart(8, '0').toUpperCase();
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

export const isPrivate = (tag: number) => ((tag >>> 16) & 1) === 1;
