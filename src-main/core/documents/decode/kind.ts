export type Kind = 'pdf' | 'jpeg' | 'png' | 'tiff' | 'other-image' | 'unknown';

const PDF_HEADER_WITHIN = 1024; // PDF 32000-1 Annex H, note 13: readers accept %PDF- within the first 1024 bytes

/** What a file is by its first bytes; names and endings are not looked at. */
export function kindOf(bytes: Uint8Array): Kind {
  const starts = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a) || starts(0x49, 0x49, 0x2b, 0) || starts(0x4d, 0x4d, 0, 0x2b))
    return 'tiff';
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PDF_HEADER_WITHIN)).toString('latin1');
  if (head.includes('%PDF-')) return 'pdf';
  if (head.startsWith('GIF8') || head.startsWith('BM') || head.startsWith('RIFF') || head.slice(4, 8) === 'ftyp')
    return 'other-image';
  return 'unknown';
}
