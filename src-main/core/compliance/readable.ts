/** Would somebody without a key make anything of these bytes? Looks at their beginning and at how evenly the bytes are spread. */

/** Beginnings of kinds of files that one meets in a hospital, of four bytes and more: shorter ones come by chance among thousands of encrypted files. */
const BEGINNINGS = [
  'SQLite format 3\0',
  '\x89PNG',
  'GIF8',
  '%PDF',
  'PK\x03\x04',
  'II*\0',
  'MM\0*',
  'RIFF',
  'MSH|',
  '{\\rtf',
  '<?xml',
  '\xd0\xcf\x11\xe0',
  '7z\xbc\xaf',
  'Rar!',
  '\x28\xb5\x2f\xfd',
].map((text) => Buffer.from(text, 'latin1'));
/** Sizes of the second header of a bitmap, 4 bytes at offset 14 (BITMAPCOREHEADER to BITMAPV5HEADER). */
const BITMAP_HEADERS = [12, 40, 52, 56, 64, 108, 124];
/** DICOM has its mark behind a preamble of 128 bytes (PS3.10 7.1). */
const DICOM_AT = 128;
/** Below this a count of bytes says little. */
const WINDOW_BYTES = 4096;
/** Random bytes in a window of 4096 have 7.95 bits a byte and never less than 7.9; text has 4 to 5, pictures that are not compressed up to 7.5. */
const BITS_MIN = 7.8;
/** So many printable characters in a row do not come by chance: (98/256)^48 is 10^-20. */
const TEXT_RUN = 48;
/** A file shorter than this may be printable by chance. */
const TEXT_MIN = 12;

export function looksReadable(bytes: Uint8Array): boolean {
  if (bytes.byteLength === 0) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (
    BEGINNINGS.some((start) => buffer.subarray(0, start.byteLength).equals(start)) ||
    beginsAsJpeg(buffer) ||
    beginsAsGzip(buffer) ||
    beginsAsBitmap(buffer) ||
    buffer.subarray(DICOM_AT, DICOM_AT + 4).equals(Buffer.from('DICM'))
  )
    return true;
  if (bytes.byteLength >= TEXT_MIN && longestText(bytes) >= Math.min(TEXT_RUN, bytes.byteLength)) return true;
  for (let from = 0; from + WINDOW_BYTES <= bytes.byteLength; from += WINDOW_BYTES)
    if (bitsPerByte(bytes.subarray(from, from + WINDOW_BYTES)) < BITS_MIN) return true;
  return false;
}

/** Start of image, and a marker behind it that may stand there (ITU T.81 B.1.1.3). */
function beginsAsJpeg(bytes: Buffer): boolean {
  const marker = bytes[3] ?? 0;
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff && marker >= 0xc0 && marker < 0xff;
}

/** The one method there is, and no reserved flag (RFC 1952 2.3.1). */
function beginsAsGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && (bytes[3] ?? 0xff) < 0x20;
}

function beginsAsBitmap(bytes: Buffer): boolean {
  return bytes.byteLength >= 18 && bytes.toString('latin1', 0, 2) === 'BM' && BITMAP_HEADERS.includes(bytes.readUInt32LE(14));
}

/** Shannon's entropy of the single bytes, 0 to 8. */
export function bitsPerByte(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.byteLength) * Math.log2(count / bytes.byteLength);
  return bits;
}

function longestText(bytes: Uint8Array): number {
  let longest = 0;
  let run = 0;
  for (const byte of bytes) {
    run = (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13 ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}
