/** DICOMweb (PS3.18): QIDO-RS to ask, WADO-RS to fetch, STOW-RS to send. Https; http to this machine alone, for a gateway that runs here. */
import type { Readable } from 'node:stream';
import tls from 'node:tls';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import { memoryBytes } from './allowance.ts';
import { boundaryOf, parts } from './multipart.ts';
import type { Attributes } from './protocol.ts';

/** An answer to a search or to what was sent. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
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
  const bytes = await bounded(whole(body, signal), ANSWER_BYTES_MAX);
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
  const boundary = boundaryOf(String(headers['content-type'] ?? ''));
  if (!boundary) {
    letGo(body);
    throw new AppError('pacs-not-understood');
  }
  yield* parts(whole(body, signal), boundary, { bytes: memoryBytes(), headerBytes: HEADER_BYTES_MAX });
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
  const bytes = await bounded(whole(body, signal), ANSWER_BYTES_MAX);
  if (status !== 200 && status !== 202 && status !== 409) throw new AppError('pacs-refused', { what: `HTTP ${status}` });
  // None was taken (PS3.18 10.5.3.1).
  const refused = status === 409 ? instances.length : Math.min(instances.length, failedIn(bytes, status));
  return { sent: instances.length - refused, refused };
}

/** Failed SOP Sequence (PS3.18 10.5.3.2). */
const stored = z.object({ '00081198': z.object({ Value: z.array(z.unknown()).optional() }).optional() });

/** @throws AppError `pacs-not-understood` where some may have failed and it cannot be read which */
function failedIn(bytes: Buffer, status: number): number {
  try {
    // One data set; some archives answer it as a list of one.
    const [answer] = z.array(stored).parse([JSON.parse(bytes.toString('utf8'))].flat());
    return answer?.['00081198']?.Value?.length ?? 0;
  } catch (cause) {
    // "All were stored" needs no words.
    if (status === 200) return 0;
    throw new AppError('pacs-not-understood', undefined, { cause });
  }
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
    // Nothing of what is asked for shrinks much, and what unpacks may unpack to anything.
    headers: { ...headers, ...authorization, 'accept-encoding': 'identity' },
    body: payload ?? null,
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
    signal: signal ?? null,
    dispatcher: line,
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw new AppError('cancelled');
    throw untrusted(cause) ?? new AppError('pacs-unreachable', undefined, { cause });
  });
  const problem = problemOf(answered.statusCode, answered.headers, payload !== undefined);
  if (problem) {
    letGo(answered.body);
    throw problem;
  }
  return { status: answered.statusCode, headers: answered.headers, body: answered.body };
}

/** What is not read is not waited for; that it ends so is no error of anybody's. */
function letGo(body: Readable): void {
  body.on('error', () => undefined).destroy();
}

function problemOf(status: number, headers: Record<string, unknown>, sent: boolean): AppError | undefined {
  if (status === 401 || status === 403) return new AppError('pacs-refused', { what: `HTTP ${status}, user name or password` });
  if (status === 404 && !sent) return new AppError('not-found', { what: 'study in the archive' });
  if (status >= 300 && status < 400) return new AppError('pacs-elsewhere', { where: hostIn(String(headers.location ?? '')) });
  if (status >= 400 && status !== 409) return new AppError('pacs-refused', { what: `HTTP ${status}` });
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  return encoding === 'identity' ? undefined : new AppError('pacs-not-understood');
}

/** Of an address that somebody else wrote: no more than where it leads. */
function hostIn(location: string): string {
  return URL.parse(location)?.host.slice(0, 100) || 'on the same computer';
}

/** Why the other side is not who it says, by the codes of OpenSSL and Node. */
function untrusted(cause: unknown): AppError | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const why: Readonly<Record<string, string>> = {
    CERT_HAS_EXPIRED: 'it has expired',
    CERT_NOT_YET_VALID: 'it is not valid yet; check the clock of this computer',
    ERR_TLS_CERT_ALTNAME_INVALID: 'it is made out to another name',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by nobody but itself',
    SELF_SIGNED_CERT_IN_CHAIN: 'nobody here knows who signed it',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody here knows who signed it',
    UNABLE_TO_GET_ISSUER_CERT: 'nobody here knows who signed it',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'nobody here knows who signed it',
    CERT_REVOKED: 'it was revoked',
  };
  return why[code] ? new AppError('pacs-certificate', { why: why[code] }, { cause }) : undefined;
}

const line = new Agent({ connect: { timeout: 10_000, ca: [...tls.rootCertificates, ...ofThisMachine()] } });

/** Authorities that were installed on this machine, such as the hospital's own; not every build of Node can say. */
function ofThisMachine(): string[] {
  try {
    return tls.getCACertificates('system');
  } catch {
    return [];
  }
}

/** What comes, with sentences for what goes wrong on the way. */
async function* whole(body: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    if (signal?.aborted) throw new AppError('cancelled');
    throw cause instanceof AppError ? cause : new AppError('pacs-broke-off', undefined, { cause });
  }
}

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
