/**
 * The file of a backup: a line that names it, the length and text of its head, then one encrypted stream bound to the head.
 *
 *     "LAMPLIGHT BACKUP 1\n" · length of the head (4 bytes, big-endian) · head (JSON) · sealed stream
 *
 * The stream's key is 32 random bytes of this backup alone. The head carries it wrapped under the vault key of that day, and the vault's key file of that day,
 * whose slots open that vault key: so a backup opens by itself, whatever became of the vault since.
 *
 * In the stream follow parts, each with a line of JSON before it (length in 4 bytes): `contents`, a `file` or `object` for each encrypted file, `database`, `end`.
 * An `object` has no bytes here: it lies once beside all backups of a folder.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Gap } from './sealed-stream.ts';

export const MAGIC = Buffer.from('LAMPLIGHT BACKUP 1\n');
/** Longest head and longest line before a part. */
const HEAD_BYTES_MAX = 4 * 1024 * 1024;

/** The lines before parts behind the first, as canonical JSON writes them, and the longest with its length before it. */
const LINES =
  /\{"id":"[\w-]{1,64}","part":"(?:file|object)","size":\d{1,15}\}|\{"part":"database","size":\d{1,15}\}|\{"part":"end","parts":\d{1,15}\}/g;
const LINE_BYTES_MAX = 160;

const hex = z.string().regex(/^([0-9a-f]{2})+$/);
const key = z.string().regex(/^[0-9a-f]{64}$/);

const head = z.object({
  format: z.literal(1),
  id: z.string(),
  vaultId: z.string(),
  createdAt: z.string(),
  schemaVersion: z.number().int(),
  /** The vault's key file as it was. */
  keyFile: z.string(),
  /** The backup's key, sealed under the key that the vault derives for `backup`. */
  sealedKey: hex,
});
export type Head = z.output<typeof head>;

const size = z.number().int().min(0);
const fileId = z.string().regex(/^[\w-]{1,64}$/);
const part = z.discriminatedUnion('part', [
  z.object({
    part: z.literal('contents'),
    patients: size,
    files: size,
    entries: size,
    lost: size,
    /** Keys of that day, for the test of what they open. */ databaseKey: key,
    filesKey: key,
  }),
  z.object({ part: z.literal('file'), id: fileId, size }),
  z.object({ part: z.literal('object'), id: fileId, size }),
  z.object({ part: z.literal('database'), size }),
  z.object({ part: z.literal('end'), parts: size }),
]);
export type Part = z.output<typeof part>;

/** Everything before the stream. */
export function writeHead(of: Head): Buffer {
  return Buffer.concat([MAGIC, line(of)]);
}

export function writePart(of: Part): Buffer {
  return line(of);
}

/** What the stream is bound to: a head that was changed or exchanged opens nothing. */
export function bound(before: Uint8Array): string {
  return `lamplight-backup:${createHash('sha256').update(before).digest('hex')}`;
}

/**
 * Reads the head.
 * @param read reads up to `length` bytes at `offset` of the file
 * @returns the head, and all bytes before the stream
 * Throws `backup-foreign` or `backup-damaged`.
 */
export async function readHead(
  read: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<{ head: Head; before: Uint8Array }> {
  const start = await read(0, MAGIC.byteLength + 4);
  if (!MAGIC.equals(start.subarray(0, MAGIC.byteLength))) throw new AppError('backup-foreign');
  const length = start.byteLength === MAGIC.byteLength + 4 ? Buffer.from(start).readUInt32BE(MAGIC.byteLength) : 0;
  const text = length > 0 && length <= HEAD_BYTES_MAX ? await read(MAGIC.byteLength + 4, length) : new Uint8Array(0);
  if (text.byteLength === 0 || text.byteLength !== length) throw new AppError('backup-damaged', { what: 'its head is cut off' });
  return { head: parsed(head, text, 'its head cannot be read'), before: Buffer.concat([start, text]) };
}

/** Takes the clear stream apart. */
export class PartReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #gaps: readonly Gap[];
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;

  /** @param gaps what the source could not open, as it comes to it: a damaged file takes no other with it, damage anywhere else ends the reading */
  constructor(source: AsyncIterable<Buffer>, gaps: readonly Gap[] = []) {
    this.#source = source[Symbol.asyncIterator]();
    this.#gaps = gaps;
  }

  /** Where damage has taken a line, the next one behind it: then `skipped` says so. */
  async next(): Promise<Part> {
    try {
      return await this.#line();
    } catch (thrown) {
      if (!this.skipped) throw thrown;
      return await this.#nextLine();
    }
  }

  /** Parts may have been passed over. */
  get skipped(): boolean {
    return this.#gaps.length > 0;
  }

  async #line(): Promise<Part> {
    const length = (await this.#take(4)).readUInt32BE(0);
    if (length > HEAD_BYTES_MAX) throw new AppError('backup-damaged', { what: 'a part of it has no sensible length' });
    return parsed(part, await this.#take(length), 'a part of it cannot be read');
  }

  /** The bytes of the part that `next` has named, in pieces; to be read to the end before the next. */
  async *bytes(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#rest.byteLength === 0) this.#rest = await this.#more();
      const piece = this.#rest.subarray(0, left);
      this.#drop(piece.byteLength);
      left -= piece.byteLength;
      yield piece;
    }
  }

  /** Whether the last so many bytes that were read are those that were written. */
  wasWhole(length: number): boolean {
    return !this.#gaps.some(({ from, to }) => from < this.#offset && to > this.#offset - length);
  }

  /** Throws where anything follows. */
  async finish(): Promise<void> {
    const after = this.#rest.byteLength === 0 ? await this.#source.next() : { done: false };
    if (!after.done) throw new AppError('backup-damaged', { what: 'something follows its end' });
  }

  async #nextLine(): Promise<Part> {
    for (;;) {
      const text = this.#rest.toString('latin1');
      for (const found of text.matchAll(LINES)) {
        const start = found.index - 4;
        // What stands between lines is ciphertext: nothing there looks like one by chance.
        if (start < 0 || this.#rest.readUInt32BE(start) !== found[0].length) continue;
        this.#drop(found.index + found[0].length);
        return parsed(part, Buffer.from(found[0]), 'a part of it cannot be read');
      }
      this.#drop(Math.max(0, this.#rest.byteLength - LINE_BYTES_MAX));
      this.#rest = Buffer.concat([this.#rest, await this.#more()]);
    }
  }

  #drop(length: number): void {
    this.#rest = this.#rest.subarray(length);
    this.#offset += length;
  }

  async #take(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.bytes(length)) pieces.push(piece);
    if (!this.wasWhole(length)) throw new AppError('backup-damaged', { what: 'a part of it is missing, changed or cut off' });
    return Buffer.concat(pieces);
  }

  async #more(): Promise<Buffer> {
    const { done, value } = await this.#source.next();
    if (done) throw new AppError('backup-damaged', { what: 'it ends too early' });
    return value;
  }
}

function line(of: Head | Part): Buffer {
  const text = Buffer.from(canonicalize(of) ?? '');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.byteLength);
  return Buffer.concat([length, text]);
}

function parsed<Shape extends z.ZodType>(shape: Shape, text: Uint8Array, what: string): z.output<Shape> {
  try {
    return shape.parse(JSON.parse(Buffer.from(text).toString('utf8')));
  } catch (cause) {
    throw new AppError('backup-damaged', { what }, { cause });
  }
}
