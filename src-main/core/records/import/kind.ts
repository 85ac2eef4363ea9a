/** What a file is, by its first bytes and, where those say nothing, by its name. */

export type FileKind = 'fhir' | 'ndjson' | 'hl7v2' | 'dicom' | 'image' | 'document' | 'csv';

export const kindNames: Readonly<Record<FileKind, string>> = {
  fhir: 'FHIR',
  ndjson: 'NDJSON',
  hl7v2: 'an HL7 v2 message',
  dicom: 'a DICOM file',
  image: 'a picture',
  document: 'a document',
  csv: 'a table (CSV)',
};

export function fileKind(name: string, bytes: Uint8Array): FileKind {
  const starts = (...wanted: number[]) => wanted.every((byte, index) => bytes[index] === byte);
  const words = (from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
  if (starts(0xff, 0xd8, 0xff) || starts(0x89, 0x50, 0x4e, 0x47) || starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a))
    return 'image';
  if (words(0, 5) === '%PDF-') return 'document';
  if (words(128, 4) === 'DICM') return 'dicom';
  if (words(0, 4) === 'MSH|') return 'hl7v2';
  if (/\.csv$/i.test(name)) return 'csv';
  return /\.ndjson(\.gz)?$/i.test(name) ? 'ndjson' : 'fhir';
}
