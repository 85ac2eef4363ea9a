/** The parts of a multipart body (RFC 2046 5.1) as they come, each held as a whole within bounds. */
import { AppError } from '../../../src-shared/errors/index.ts';

export interface PartLimits {
  /** One part. */
  bytes: number;
  /** Its own headers; what stands before the first part. */
  headerBytes: number;
}

const BOUNDARY_MAX = 70;
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/** @returns undefined where the content is not in parts, or does not say where they end */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^\s*multipart\//i.test(contentType)) return undefined;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^";,\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  return boundary && boundary.length <= BOUNDARY_MAX ? boundary : undefined;
}

/** @throws AppError `pacs-not-understood`, `file-too-large`; `pacs-broke-off` where the body ends before its last mark */
export async function* parts(body: AsyncIterable<Uint8Array>, boundary: string, limits: PartLimits): AsyncGenerator<Buffer> {
  const mark = Buffer.from(`\r\n--${boundary}`);
  // The first mark may stand at the very beginning, without a line break before it.
  let held = Buffer.from('\r\n');
  let place: 'before' | 'mark' | 'headers' | 'content' | 'end' = 'before';
  let content: Buffer[] = [];
  let size = 0;
  const add = (piece: Buffer) => {
    size += piece.length;
    if (size > limits.bytes)
      throw new AppError('file-too-large', { size: `more than ${mb(limits.bytes)}`, limit: `${mb(limits.bytes)} an object` });
    if (piece.length > 0) content.push(piece);
  };
  for await (const piece of body) {
    held = Buffer.concat([held, piece]);
    for (;;) {
      if (place === 'before' || place === 'content') {
        const at = held.indexOf(mark);
        if (at < 0) {
          // What may be the beginning of a mark stays for the next piece.
          const sure = Math.max(0, held.length - mark.length + 1);
          if (place === 'content') add(Buffer.from(held.subarray(0, sure)));
          else size += sure;
          if (place === 'before' && size > limits.headerBytes) throw new AppError('pacs-not-understood');
          held = held.subarray(sure);
          break;
        }
        if (place === 'content') {
          add(held.subarray(0, at));
          yield Buffer.concat(content);
        }
        [content, size] = [[], 0];
        held = held.subarray(at + mark.length);
        place = 'mark';
      } else if (place === 'mark') {
        if (held.length < 2) break;
        place = held.toString('latin1', 0, 2) === '--' ? 'end' : 'headers';
      } else if (place === 'headers') {
        const at = held.indexOf(END_OF_HEADERS);
        if (at > limits.headerBytes || (at < 0 && held.length > limits.headerBytes)) throw new AppError('pacs-not-understood');
        if (at < 0) break;
        held = held.subarray(at + END_OF_HEADERS.length);
        place = 'content';
        // What follows the last mark is nothing to us (RFC 2046 5.1.1).
      } else return;
    }
  }
  throw new AppError('pacs-broke-off');
}

const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
