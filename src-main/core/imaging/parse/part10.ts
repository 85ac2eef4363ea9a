/** Opens a DICOM file (PS3.10), also one without preamble or meta information, one that breaks off, and one that lies about its encoding. */
import { inflateRawSync } from 'node:zlib';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import { type DataSet, type Element, tags } from './data-set.ts';
import { type Encoding, guessEncoding, isVr, type Problem, readDataSet } from './reader.ts';
import { syntaxes, transferSyntaxOf } from './uids.ts';
import { uidOf } from './values.ts';

export interface DicomFile {
  /** The file meta information, empty where there is none. */
  meta: DataSet;
  dataSet: DataSet;
  /** UID; where the file has none, that of the encoding it was found in. */
  transferSyntax: string;
  /** False where the transfer syntax was guessed. */
  declared: boolean;
  problems: ReadonlySet<Problem>;
  /** Where the data set begins in the bytes as they came (before inflation). */
  start: number;
}

const MAGIC_AT = 128;
const META_GROUP = 2;

/** @throws AppError `file-empty`, `dicom-not`, `dicom-damaged`, `file-too-large` */
export function openDicom(bytes: Uint8Array): DicomFile {
  if (bytes.byteLength === 0) throw new AppError('file-empty');
  if (bytes.byteLength > limits.fileBytes)
    throw new AppError('file-too-large', {
      size: `${Math.round(bytes.byteLength / 1e6)} MB`,
      limit: `${limits.fileBytes / 1e6} MB`,
    });
  const magic = String.fromCharCode(...bytes.subarray(MAGIC_AT, MAGIC_AT + 4)) === 'DICM';
  const start = magic ? MAGIC_AT + 4 : headerAt(bytes);
  const { meta, end } = readMeta(bytes, start);
  const named = uidOf(meta, tags.transferSyntax);
  const declared = named === undefined ? undefined : transferSyntaxOf(named);
  if (end >= bytes.byteLength) throw new AppError('dicom-damaged', { what: 'there is nothing behind its header' });
  if (declared?.deflated)
    return opened(meta, inflated(bytes, end), 0, { explicit: true, littleEndian: true }, named ?? '', true, end);
  const encoding =
    encodingOf(bytes, end, declared) ?? (magic && isFirstTag(bytes, end) ? { explicit: false, littleEndian: true } : undefined);
  if (!encoding) throw new AppError(magic ? 'dicom-damaged' : 'dicom-not', { what: 'its content is not made of DICOM elements' });
  const assumed =
    named ??
    (encoding.explicit ? (encoding.littleEndian ? syntaxes.explicitLittle : syntaxes.explicitBig) : syntaxes.implicitLittle);
  return opened(meta, bytes, end, encoding, assumed, named !== undefined, end);
}

function opened(
  meta: DataSet,
  bytes: Uint8Array,
  from: number,
  encoding: Encoding,
  transferSyntax: string,
  declared: boolean,
  start: number,
): DicomFile {
  const { dataSet, problems } = readDataSet(bytes, from, encoding);
  if (dataSet.elements.size === 0) throw new AppError('dicom-damaged', { what: 'it breaks off before its first element' });
  return { meta, dataSet, transferSyntax, declared, problems, start };
}

/** Where a file without the letters DICM begins: at once, or behind a preamble whose letters are missing. */
function headerAt(bytes: Uint8Array): number {
  if (guessEncoding(bytes, 0)) return 0;
  if (bytes.byteLength > MAGIC_AT + 4 && guessEncoding(bytes, MAGIC_AT + 4)) return MAGIC_AT + 4;
  throw new AppError('dicom-not');
}

/** Meta information is explicit VR little endian, whatever the data set is; its group length is not relied on. */
function readMeta(bytes: Uint8Array, start: number): { meta: DataSet; end: number } {
  const elements = new Map<number, Element>();
  const meta: DataSet = { bytes, littleEndian: true, elements };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  while (at + 8 <= bytes.byteLength && view.getUint16(at, true) === META_GROUP) {
    const explicit = isVr(bytes, at + 4);
    const vr = explicit ? String.fromCharCode(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0) : 'UN';
    const long = explicit && (vr === 'OB' || vr === 'UN' || vr === 'OW' || vr === 'UT');
    if (long && at + 12 > bytes.byteLength) throw new AppError('dicom-damaged', { what: 'it breaks off in its header' });
    const length = !explicit || long ? view.getUint32(at + (long ? 8 : 4), true) : view.getUint16(at + 6, true);
    const offset = at + (long ? 12 : 8);
    if (offset + length > bytes.byteLength) throw new AppError('dicom-damaged', { what: 'it breaks off in its header' });
    const tag = META_GROUP * 0x10000 + view.getUint16(at + 2, true);
    elements.set(tag, { tag, vr, offset, length });
    at = offset + length;
  }
  return { meta, end: at };
}

/** Implicit VR little endian is what holds where nothing is said (PS3.5 10.1). */
function isFirstTag(bytes: Uint8Array, at: number): boolean {
  const group = (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  return at + 8 <= bytes.byteLength && group > 0 && group <= 0x28;
}

/** The declared encoding, unless the first element plainly is in another. */
function encodingOf(bytes: Uint8Array, start: number, declared: Encoding | undefined): Encoding | undefined {
  if (!declared) return guessEncoding(bytes, start);
  const group = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const explicit = isVr(bytes, start + 4);
  const plausible = start + 8 <= bytes.byteLength && group.getUint16(start, declared.littleEndian) <= 0x7fe0;
  if (plausible && explicit === declared.explicit) return declared;
  return guessEncoding(bytes, start) ?? (plausible ? declared : undefined);
}

function inflated(bytes: Uint8Array, start: number): Uint8Array {
  try {
    return inflateRawSync(bytes.subarray(start), { maxOutputLength: limits.inflatedBytes });
  } catch (cause) {
    if (cause instanceof RangeError || (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'))
      throw new AppError(
        'file-too-large',
        { size: `more than ${limits.inflatedBytes / 1048576} MiB when inflated`, limit: `${limits.inflatedBytes / 1048576} MiB` },
        { cause },
      );
    throw new AppError('dicom-damaged', { what: 'its deflated content cannot be inflated' }, { cause });
  }
}
