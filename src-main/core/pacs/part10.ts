/** File meta information (PS3.10 7.1) before a data set that came over the line: the data set stays byte for byte as it was sent. */

/** Ours, from the UUID-derived root (PS3.5 B.2). */
const IMPLEMENTATION_UID = '2.25.323740568917493923093473315697687519251';

export interface MetaInformation {
  sopClass: string;
  sopInstance: string;
  transferSyntax: string;
  /** AE title of the sender. */
  source: string;
}

/** @param pieces the data set as it came; they are let go of one by one, so that it does not lie in memory twice */
export function part10(meta: MetaInformation, pieces: Uint8Array[]): Uint8Array {
  const elements = Buffer.concat([
    element(0x0001, 'OB', Buffer.from([0, 1])),
    element(0x0002, 'UI', text(meta.sopClass, '\0')),
    element(0x0003, 'UI', text(meta.sopInstance, '\0')),
    element(0x0010, 'UI', text(meta.transferSyntax, '\0')),
    element(0x0012, 'UI', text(IMPLEMENTATION_UID, '\0')),
    element(0x0013, 'SH', text('LAMPLIGHT', ' ')),
    element(0x0016, 'AE', text(meta.source, ' ')),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(elements.length);
  const head = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), element(0x0000, 'UL', length), elements]);
  const bytes = new Uint8Array(head.length + pieces.reduce((sum, piece) => sum + piece.length, 0));
  bytes.set(head);
  let at = head.length;
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function element(number: number, vr: string, value: Buffer): Buffer {
  const long = vr === 'OB';
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(0x0002, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}

/** Even length, padded as the VR asks. */
function text(value: string, pad: string): Buffer {
  return Buffer.from(value.length % 2 ? value + pad : value, 'latin1');
}
