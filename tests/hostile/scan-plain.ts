/**
 * Looks for texts in every file below some folders: as they are, in UTF-16, in base64 and hex, and after opening what is compressed (gzip, zlib, raw deflate of zip
 * entries, PNG). Nothing is trusted to be what its name says.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** A file is read whole; a cache of hundreds of megabytes is none that this application makes. */
const FILE_BYTES_MAX = 512 * 1024 * 1024;
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;
/** Compressed streams opened in one file: what is beyond is noise that looks like a header. */
const STREAMS_MAX = 20_000;
/** Streams inside of streams. */
const DEPTH_MAX = 3;

export interface Find {
  file: string;
  marker: string;
  /** In which form, and inside of what. */
  how: string;
}

export interface Scan {
  files: number;
  bytes: number;
  streams: number;
  finds: Find[];
}

/** @param skip what is known to hold the markers by right (the test's own inputs) */
export function scanFolders(
  folders: readonly string[],
  markers: readonly (string | Uint8Array)[],
  skip: (path: string) => boolean = () => false,
): Scan {
  const needles = markers.flatMap(formsOf);
  const scan: Scan = { files: 0, bytes: 0, streams: 0, finds: [] };
  for (const folder of folders)
    for (const path of filesBelow(folder)) {
      if (skip(path)) continue;
      const content = readWhole(path);
      if (content === null) continue;
      scan.files++;
      scan.bytes += content.length;
      for (const { marker, how } of found(Buffer.from(path), needles))
        scan.finds.push({ file: path, marker, how: `name, ${how}` });
      look(scan, path, content, needles, '', 0);
    }
  return scan;
}

interface Needle {
  marker: string;
  how: string;
  bytes: Buffer;
}

function look(scan: Scan, file: string, content: Buffer, needles: readonly Needle[], inside: string, depth: number): void {
  for (const { marker, how } of found(content, needles)) scan.finds.push({ file, marker, how: `${inside}${how}` });
  if (depth === DEPTH_MAX) return;
  for (const { kind, bytes } of streamsIn(content)) {
    scan.streams++;
    look(scan, file, bytes, needles, `${inside}${kind}, `, depth + 1);
  }
}

function found(content: Buffer, needles: readonly Needle[]): Needle[] {
  const low = lower(content);
  return needles.filter(({ bytes }) => low.includes(bytes));
}

/** A text in UTF-8 and UTF-16 of both orders, in base64 at each of its three alignments, and in hex; bytes (a picture) as they are, in base64 and in hex. */
function formsOf(marker: string | Uint8Array): Needle[] {
  const name = typeof marker === 'string' ? marker : `bytes ${Buffer.from(marker.subarray(0, 6)).toString('hex')}`;
  const plain =
    typeof marker === 'string'
      ? [...new Set([marker, marker.toLowerCase(), marker.toUpperCase()])].map((text) => Buffer.from(text, 'utf8'))
      : [Buffer.from(marker)];
  const needles: Needle[] = [];
  const add = (how: string, bytes: Buffer) => {
    if (!needles.some((needle) => needle.bytes.equals(bytes))) needles.push({ marker: name, how, bytes });
  };
  for (const bytes of plain) {
    add('as it is', lower(bytes));
    add('hex', lower(Buffer.from(bytes.toString('hex'))));
    for (const lead of [0, 1, 2]) add('base64', lower(Buffer.from(inner(bytes, lead))));
    if (typeof marker !== 'string') continue;
    const little = Buffer.from(bytes.toString('utf8'), 'utf16le');
    add('UTF-16', lower(little));
    add('UTF-16', lower(Buffer.from(little).swap16()));
  }
  return needles;
}

/** The letters of base64 that depend on these bytes alone, when `lead` bytes stand before them. */
function inner(bytes: Buffer, lead: number): string {
  const text = Buffer.concat([Buffer.alloc(lead), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const whole = Math.floor(((lead + bytes.length) * 8) / 6);
  return text.slice(lead === 0 ? 0 : lead + 1, whole);
}

/** Everything in these bytes that opens as gzip, zlib (PNG's pictures too, joined over their chunks) or an entry of a zip. */
function* streamsIn(content: Buffer): Generator<{ kind: string; bytes: Buffer }> {
  let streams = 0;
  if (content.length > 8 && content.readUInt32BE(0) === 0x89504e47) {
    const picture = opened(() => inflateSync(pngData(content), options));
    if (picture) yield { kind: 'png', bytes: picture };
  }
  for (let at = 0; at + 4 < content.length && streams < STREAMS_MAX; at++) {
    const [one, two] = [content[at] ?? 0, content[at + 1] ?? 0];
    let kind = '';
    let bytes: Buffer | null = null;
    if (one === 0x1f && two === 0x8b && content[at + 2] === 8) {
      kind = 'gzip';
      bytes = opened(() => gunzipSync(content.subarray(at), options));
    } else if (one === 0x78 && (one * 256 + two) % 31 === 0 && (two & 0x20) === 0) {
      kind = 'zlib';
      bytes = opened(() => inflateSync(content.subarray(at), options));
    } else if (one === 0x50 && two === 0x4b && content[at + 2] === 3 && content[at + 3] === 4 && at + 30 < content.length) {
      kind = 'zip';
      const start = at + 30 + content.readUInt16LE(at + 26) + content.readUInt16LE(at + 28);
      bytes = content.readUInt16LE(at + 8) === 8 ? opened(() => inflateRawSync(content.subarray(start), options)) : null;
    } else continue;
    streams++;
    if (bytes && bytes.length > 0) yield { kind, bytes };
  }
}

/** What follows a stream is not part of it; a stream that is cut off still gives what came before. */
const options = { maxOutputLength: INFLATED_BYTES_MAX, finishFlush: 2 };

function opened(open: () => Buffer): Buffer | null {
  try {
    return open();
  } catch {
    return null;
  }
}

function pngData(content: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 8; at + 12 <= content.length; ) {
    const length = content.readUInt32BE(at);
    if (content.toString('latin1', at + 4, at + 8) === 'IDAT') pieces.push(content.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(pieces);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Null for what has just gone, as temporary files do while the application runs. */
function readWhole(path: string): Buffer | null {
  try {
    if (statSync(path).size > FILE_BYTES_MAX) throw new Error(`${path} is too large to be looked through`);
    return readFileSync(path);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}

function lower(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < copy.length; i++) {
    const byte = copy[i] ?? 0;
    if (byte >= 0x41 && byte <= 0x5a) copy[i] = byte + 0x20;
  }
  return copy;
}
