import { guessEncoding } from './parse/reader.ts';

/** Whether a file is DICOM by how it begins, with or without preamble. @param bytes the file, or its first kilobytes */
export function looksLikeDicom(bytes: Uint8Array): boolean {
  if (bytes.byteLength >= 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM') return true;
  // Meta information or a data set at once: group 2 or 8, in either byte order.
  const [a, b] = [bytes[0], bytes[1]];
  const begins = (b === 0 && (a === 2 || a === 8)) || (a === 0 && (b === 2 || b === 8));
  return begins && guessEncoding(bytes, 0) !== undefined;
}
