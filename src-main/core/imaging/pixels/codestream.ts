/** What a compressed frame says of itself, read before a decoder gets it: size, precision, colour, and whether it is whole. */
import { AppError } from '../../../../src-shared/errors/index.ts';

export interface Codestream {
  columns: number;
  rows: number;
  components: number;
  /** Bits a sample. */
  precision: number;
  /** Whether the stream itself says that values have a sign (JPEG 2000). */
  signed: boolean;
  /** Colours as they stand in the stream, where it says so. */
  colour?: 'RGB' | 'YBR';
  /** Components stand one after the other. */
  planes?: boolean;
  /** JPEG 2000: a colour transform that the decoder takes off. */
  transform?: boolean;
  /** Why the stream cannot be trusted although it may decode. */
  flaw?: string;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const SOF_JLS = 0xf7;
const APP14 = 0xee;
const APP0 = 0xe0;

const damaged = (what: string) => new AppError('dicom-pixels-damaged', { what });

/** JPEG of any process (ITU-T T.81) and JPEG-LS (T.87). @throws AppError `dicom-pixels-damaged` */
export function readJpeg(bytes: Uint8Array): Codestream {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw damaged('it does not begin as a JPEG stream');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: Codestream | undefined;
  let adobe: number | undefined;
  let jfif = false;
  let at = 2;
  while (at + 4 <= bytes.byteLength) {
    if (bytes[at] !== 0xff) throw damaged('a JPEG marker is missing');
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    const body = at + 4;
    if (length < 2 || at + 2 + length > bytes.byteLength) throw damaged('it breaks off in its JPEG header');
    if (marker === APP0 && length >= 7 && text(bytes, body, 4) === 'JFIF') jfif = true;
    if (marker === APP14 && length >= 14 && text(bytes, body, 5) === 'Adobe') adobe = bytes[body + 11];
    if (isFrame(marker)) {
      if (length < 8) throw damaged('its JPEG header is too short');
      const components = bytes[body + 5] ?? 0;
      found = {
        precision: bytes[body] ?? 0,
        rows: view.getUint16(body + 1),
        columns: view.getUint16(body + 3),
        components,
        signed: false,
      };
      const ids = text(bytes, body + 6, 1) + text(bytes, body + 9, 1) + text(bytes, body + 12, 1);
      if (components === 3 && marker !== SOF_JLS)
        found.colour = adobe === 0 || ids === 'RGB' ? 'RGB' : adobe === 1 || jfif ? 'YBR' : undefined;
    }
    if (marker === SOS) {
      if (!found) throw damaged('its JPEG header has no frame');
      const inScan = bytes[body] ?? 0;
      return { ...found, planes: inScan < found.components, flaw: scanFlaw(bytes) };
    }
    at += 2 + length;
  }
  throw damaged('it breaks off in its JPEG header');
}

function isFrame(marker: number): boolean {
  return marker === SOF_JLS || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);
}

/** Whether the entropy-coded part goes on to the end of image. */
function scanFlaw(bytes: Uint8Array): string | undefined {
  let end = bytes.byteLength;
  // Fragments are padded to an even length, by some writers further.
  while (end > 2 && bytes[end - 1] === 0) end--;
  for (let at = end - 1; at > Math.max(2, end - 64); at--) if (bytes[at] === EOI && bytes[at - 1] === 0xff) return undefined;
  return 'its compressed data does not come to an end';
}

/** JPEG 2000 and HTJ2K (T.800, T.814), bare or in a JP2 box. @throws AppError `dicom-pixels-damaged` */
export function readJpeg2000(whole: Uint8Array): { header: Codestream; bytes: Uint8Array } {
  const bytes = unboxed(whole);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // SOC, then SIZ: Lsiz, Rsiz, Xsiz, Ysiz, XOsiz, YOsiz, XTsiz ... Csiz, Ssiz.
  if (bytes.byteLength < 44 || view.getUint32(0) !== 0xff4fff51) throw damaged('it does not begin as a JPEG 2000 stream');
  const components = view.getUint16(40);
  const depth = bytes[42] ?? 0;
  const header: Codestream = {
    columns: view.getUint32(8) - view.getUint32(16),
    rows: view.getUint32(12) - view.getUint32(20),
    components,
    precision: (depth & 0x7f) + 1,
    signed: (depth & 0x80) !== 0,
  };
  const [tileColumns, tileRows] = [view.getUint32(24), view.getUint32(28)];
  if (tileColumns === 0 || tileRows === 0) throw damaged('its JPEG 2000 tiles have no size');
  if (Math.ceil(header.columns / tileColumns) * Math.ceil(header.rows / tileRows) > 65_535)
    throw damaged('it has too many JPEG 2000 tiles');
  return { header: { ...header, ...tilesOf(bytes, view) }, bytes };
}

const SOT = 0xff90;
const COD = 0xff52;

/** Follows the tile parts to the end of the codestream. */
function tilesOf(bytes: Uint8Array, view: DataView): { flaw?: string; transform?: boolean } {
  let at = 2;
  let transform = false;
  while (at + 4 <= bytes.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffd9) return { transform };
    if (marker === COD && at + 9 <= bytes.byteLength) transform = bytes[at + 8] === 1;
    if (marker === SOT) {
      if (at + 12 > bytes.byteLength) break;
      const length = view.getUint32(at + 6);
      // Nought: the last tile part goes on to the end.
      if (length === 0) return { transform };
      if (length < 14) return { transform, flaw: 'a JPEG 2000 tile has no length' };
      at += length;
    } else if (marker >= 0xff00) at += 2 + view.getUint16(at + 2);
    else return { transform, flaw: 'a JPEG 2000 marker is missing' };
  }
  // Without the two bytes of the end marker the picture may still be whole; with a tile cut it is not.
  return at + 4 > bytes.byteLength && at > bytes.byteLength ? { transform, flaw: 'a JPEG 2000 tile breaks off' } : { transform };
}

/** The codestream inside of JP2 boxes, which some writers leave around it. */
function unboxed(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 8 <= bytes.byteLength) {
    const length = view.getUint32(at);
    const type = text(bytes, at + 4, 4);
    if (type === 'jp2c') return bytes.subarray(at + 8, length === 0 ? bytes.byteLength : Math.min(bytes.byteLength, at + length));
    if (length < 8) break;
    at += length;
  }
  return bytes;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
