/** Would somebody without a key make anything of these bytes? Looks at their beginning and at how evenly the bytes are spread. */

/** Beginnings of kinds of files that one meets in a hospital. */
const BEGINNINGS = [
  'SQLite format 3\0',
  '\xff\xd8\xff',
  '\x89PNG',
  'GIF8',
  '%PDF',
  'PK\x03\x04',
  'II*\0',
  'MM\0*',
  'RIFF',
  '\x1f\x8b',
  'BM',
  'MSH|',
  '{\\rtf',
  '<?xml',
  '\xd0\xcf\x11\xe0',
  '7z\xbc\xaf',
  'Rar!',
  '\x28\xb5\x2f\xfd',
].map((text) => Buffer.from(text, 'latin1'));
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
    buffer.subarray(DICOM_AT, DICOM_AT + 4).equals(Buffer.from('DICM'))
  )
    return true;
  if (bytes.byteLength >= TEXT_MIN && longestText(bytes) >= Math.min(TEXT_RUN, bytes.byteLength)) return true;
  for (let from = 0; from + WINDOW_BYTES <= bytes.byteLength; from += WINDOW_BYTES)
    if (bitsPerByte(bytes.subarray(from, from + WINDOW_BYTES)) < BITS_MIN) return true;
  return false;
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
