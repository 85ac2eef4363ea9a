/** Writes the DICOM files of the sample clinic: explicit VR little endian (PS3.5 7.1.2), from a list of elements. */

export type Value = string | number | Uint8Array;
/** Tag, VR, value: a number is written as US or UL, as its VR says. */
export type Element = readonly [tag: number, vr: string, value: Value];

const LONG = new Set(['OB', 'OW']);
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** @param elements of the data set, among them SOP class (0008,0016) and SOP instance (0008,0018) */
export function dicomFile(elements: readonly Element[]): Uint8Array {
  const said = (tag: number): Value => elements.find(([one]) => one === tag)?.[2] ?? '';
  const meta = written([
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', said(0x00080016)],
    [0x00020003, 'UI', said(0x00080018)],
    [0x00020010, 'UI', EXPLICIT_LITTLE_ENDIAN],
    [0x00020012, 'UI', '2.25.107741529460913187320148711293580166841'],
  ]);
  const length = written([[0x00020000, 'UL', meta.byteLength]]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), length, meta, written(elements)]);
}

/** A UID made of a UUID (PS3.5 B.2). */
export function uidOf(uuid: string): string {
  return `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`;
}

function written(elements: readonly Element[]): Buffer {
  return Buffer.concat(
    [...elements].sort(([one], [other]) => one - other).flatMap(([tag, vr, value]) => element(tag, vr, bytesOf(vr, value))),
  );
}

function bytesOf(vr: string, value: Value): Uint8Array {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(vr === 'UL' ? 4 : 2);
    if (vr === 'UL') bytes.writeUInt32LE(value);
    else bytes.writeUInt16LE(value);
    return bytes;
  }
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  if (bytes.byteLength % 2 === 0) return bytes;
  return Buffer.concat([bytes, Buffer.from(vr === 'UI' || LONG.has(vr) ? '\0' : ' ', 'latin1')]);
}

function element(tag: number, vr: string, bytes: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (LONG.has(vr)) head.writeUInt32LE(bytes.byteLength, 8);
  else head.writeUInt16LE(bytes.byteLength, 6);
  return [head, bytes];
}
