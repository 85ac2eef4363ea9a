/** DICOMweb (PS3.18): QIDO-RS to ask, WADO-RS to fetch, STOW-RS to send. Https; http to this machine alone, for a gateway that runs here. */
import { Agent, request } from 'undici';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Attributes } from './protocol.ts';

const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** One multipart answer: a study. */
const STUDY_BYTES_MAX = 4_000_000_000;
const PATIENCE_MS = 60_000;

export interface WebArchive {
  url: string;
  userName?: string | undefined;
  password?: string | undefined;
}

const json = z.array(z.record(z.string(), z.object({ vr: z.string().optional(), Value: z.array(z.unknown()).optional() })));

/** @returns attributes by tag (eight hex digits), values as PS3.18 F.2 has them */
export async function qido(
  archive: WebArchive,
  path: string,
  query: Record<string, string>,
  signal?: AbortSignal,
): Promise<Attributes[]> {
  const { status, body } = await ask(
    archive,
    `${path}?${new URLSearchParams(query)}`,
    { accept: 'application/dicom+json' },
    signal,
  );
  const bytes = await bounded(body, ANSWER_BYTES_MAX);
  if (status === 204 || (status === 200 && bytes.length === 0)) return [];
  try {
    return json
      .parse(JSON.parse(bytes.toString('utf8')))
      .map((one) => Object.fromEntries(Object.entries(one).map(([tag, { Value }]) => [tag.toUpperCase(), Value ?? []])));
  } catch (cause) {
    throw new AppError('pacs-not-understood', undefined, { cause });
  }
}

/** Instances of a study, each as the archive keeps it, one after the other as they come. */
export async function* wado(archive: WebArchive, study: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const { headers, body } = await ask(
    archive,
    `/studies/${study}`,
    { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
    signal,
  );
  const boundary = /boundary="?([^";,]+)"?/i.exec(String(headers['content-type'] ?? ''))?.[1];
  if (!boundary) throw new AppError('pacs-not-understood');
  yield* parts(body, boundary);
}

/** @returns how many were taken and refused (PS3.18 10.5.3) */
export async function stow(
  archive: WebArchive,
  study: string,
  instances: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<{ sent: number; refused: number }> {
  const boundary = `lamplight-${crypto.randomUUID()}`;
  const pieces = instances.flatMap((bytes) => [
    Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  const payload = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  const { status, body } = await ask(
    archive,
    `/studies/${study}`,
    { accept: 'application/dicom+json', 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
    signal,
    payload,
  );
  const text = (await bounded(body, ANSWER_BYTES_MAX)).toString('utf8');
  if (status !== 200 && status !== 202 && status !== 409) throw new AppError('pacs-refused', { what: `HTTP ${status}` });
  const failed = /"00081198"\s*:\s*\{[^}]*"Value"\s*:\s*\[(.*?)\]\s*\}\s*[,}]/s.exec(text)?.[1] ?? '';
  const refused = (failed.match(/"00081155"/g) ?? []).length;
  return { sent: instances.length - refused, refused };
}

async function ask(archive: WebArchive, path: string, headers: Record<string, string>, signal?: AbortSignal, payload?: Buffer) {
  const url = new URL(archive.url.replace(/\/+$/, '') + path);
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !local)
    throw new AppError('invalid-input', { what: 'http is allowed to this machine alone: give an https address' });
  const authorization: Record<string, string> = archive.userName
    ? { authorization: `Basic ${Buffer.from(`${archive.userName}:${archive.password ?? ''}`).toString('base64')}` }
    : {};
  // A reverse proxy may send elsewhere what carries a password: redirections are not followed.
  const answered = await request(url, {
    method: payload ? 'POST' : 'GET',
    headers: { ...headers, ...authorization },
    body: payload ?? null,
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
    signal: signal ?? null,
    dispatcher: line,
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw new AppError('cancelled');
    throw new AppError('pacs-unreachable', undefined, { cause });
  });
  const { statusCode: status } = answered;
  if (status === 401 || status === 403) throw new AppError('pacs-refused', { what: `HTTP ${status}, user name or password` });
  if (status === 404 && !payload) throw new AppError('not-found', { what: 'study in the archive' });
  if (status >= 300 && status !== 409) throw new AppError('pacs-refused', { what: `HTTP ${status}` });
  return { status, headers: answered.headers, body: answered.body };
}

const line = new Agent({ connect: { timeout: 10_000 }, maxRedirections: 0 } as Agent.Options);

async function bounded(body: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > most) throw new AppError('pacs-not-understood');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The parts of a multipart body (RFC 2046 5.1), each held as a whole. */
export async function* parts(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Buffer> {
  const mark = Buffer.from(`\r\n--${boundary}`);
  // The first mark may stand at the very beginning, without a line break before it.
  let held = Buffer.from('\r\n');
  let pieces: Buffer[] = [];
  let seen = 0;
  let begun = false;
  for await (const piece of body) {
    seen += piece.length;
    if (seen > STUDY_BYTES_MAX) throw new AppError('pacs-not-understood');
    held = Buffer.concat([held, piece]);
    for (let at = held.indexOf(mark); at >= 0; at = held.indexOf(mark)) {
      if (begun) yield content(Buffer.concat([...pieces, held.subarray(0, at)]));
      pieces = [];
      begun = true;
      held = held.subarray(at + mark.length);
    }
    // What may be the beginning of a mark stays for the next piece.
    if (held.length > mark.length) {
      pieces.push(held.subarray(0, held.length - mark.length));
      held = held.subarray(held.length - mark.length);
    }
  }
}

/** After the empty line that ends a part's own headers. */
function content(part: Buffer): Buffer {
  const end = part.indexOf('\r\n\r\n');
  if (end < 0) throw new AppError('pacs-not-understood');
  return part.subarray(end + 4);
}
