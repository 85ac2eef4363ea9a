/** Reads the entries of a zip archive one after the other (APPNOTE 6.3.9, with Zip64). Nothing is written anywhere, so names cannot lead out; sizes are checked before anything is unpacked. */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';

const inflate = promisify(inflateRaw) as (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>; // the overload with options
const END = 0x06054b50;
const END_64_AT = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const COMMENT_MAX = 65_535;

export interface ZipEntry {
  name: string;
  size: number;
  /** Throws `archive-refused`. */
  read(): Promise<Uint8Array>;
}

export const isZip = (bytes: Uint8Array) =>
  bytes.byteLength >= 22 && bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** @throws AppError `archive-refused` for what is damaged, encrypted, or would unpack to more than the limits */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, at: start } = directory(view);
  if (count > limits.zipEntries) throw refused(`it has ${count} entries; the limit is ${limits.zipEntries}`);
  const entries: ZipEntry[] = [];
  let total = 0;
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL) throw refused('its list of contents is damaged');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw refused('its list of contents is damaged');
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + at + 46, nameLength).toString(
      view.getUint16(at + 8, true) & 0x800 ? 'utf8' : 'latin1',
    );
    const entry = {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      ...sizes(view, at, at + 46 + nameLength, extraLength),
    };
    at = next;
    if (name.endsWith('/')) continue;
    if (entry.flags & 1) throw refused('it is protected with a password');
    if (entry.size > limits.fileBytes) throw refused(`an entry unpacks to ${Math.round(entry.size / 1e6)} MB`);
    total += entry.size;
    if (total > limits.zipBytes) throw refused(`it unpacks to more than ${limits.zipBytes / 1e9} GB`);
    entries.push({ name: name.replaceAll('\\', '/'), size: entry.size, read: () => readEntry(bytes, view, entry) });
  }
  // Deflate makes at most 1:1032; pictures of nothing come near, whole archives do not.
  if (total > bytes.byteLength * limits.zipRatio && total > 100_000_000)
    throw refused('it unpacks to more than 200 times its size');
  return entries;
}

interface Entry {
  method: number;
  packed: number;
  size: number;
  at: number;
}

async function readEntry(bytes: Uint8Array, view: DataView, { method, packed, size, at }: Entry): Promise<Uint8Array> {
  if (at + 30 > view.byteLength || view.getUint32(at, true) !== LOCAL) throw refused('an entry is damaged');
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > view.byteLength) throw refused('an entry breaks off');
  const content = bytes.subarray(start, start + packed);
  if (method === 0) {
    if (packed !== size) throw refused('an entry is damaged');
    return content.slice();
  }
  if (method !== 8) throw refused('an entry is packed in a way that is not known here');
  if (size === 0) return new Uint8Array();
  const whole = await inflate(content, { maxOutputLength: size }).catch((cause: unknown) => {
    throw new AppError('archive-refused', { what: 'an entry is damaged, or unpacks to more than it says' }, { cause });
  });
  if (whole.byteLength !== size) throw refused('an entry is damaged');
  return whole;
}

/** Where the list of contents begins and how long it is. */
function directory(view: DataView): { count: number; at: number } {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - COMMENT_MAX); at--) {
    if (view.getUint32(at, true) !== END) continue;
    const small = { count: view.getUint16(at + 10, true), at: view.getUint32(at + 16, true) };
    if ((small.count !== 0xffff && small.at !== 0xffffffff) || at < 20 || view.getUint32(at - 20, true) !== END_64_AT)
      return small;
    const end = Number(view.getBigUint64(at - 12, true));
    if (end + 56 > view.byteLength || view.getUint32(end, true) !== END_64) throw refused('its end is damaged');
    return { count: Number(view.getBigUint64(end + 32, true)), at: Number(view.getBigUint64(end + 48, true)) };
  }
  throw refused('its end is missing');
}

function sizes(view: DataView, at: number, extraAt: number, extraLength: number): { packed: number; size: number; at: number } {
  const found = { size: view.getUint32(at + 24, true), packed: view.getUint32(at + 20, true), at: view.getUint32(at + 42, true) };
  for (let extra = extraAt; extra + 4 <= extraAt + extraLength; extra += 4 + view.getUint16(extra + 2, true)) {
    if (view.getUint16(extra, true) !== 1) continue;
    let value = extra + 4;
    const end = value + view.getUint16(extra + 2, true);
    for (const field of ['size', 'packed', 'at'] as const) {
      if (found[field] !== 0xffffffff || value + 8 > end) continue;
      found[field] = Number(view.getBigUint64(value, true));
      value += 8;
    }
  }
  return found;
}

const refused = (what: string) => new AppError('archive-refused', { what });
