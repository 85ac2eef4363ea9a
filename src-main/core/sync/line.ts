/**
 * The line to the paired server: HTTPS with its certificate pinned, every request signed, time limits by progress. Nothing is written to a server
 * whose certificate is another one.
 */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { Agent, buildConnector, request } from 'undici';
import { z } from 'zod';
import { signEd25519 } from '../../../src-node/chain-ports.ts';
import { AppError, catalogue, type ErrorAnswer, fromAnswer } from '../../../src-shared/errors/index.ts';
import { readJson } from '../../../src-shared/json.ts';
import { contentDigest, signatureBase } from '../../../src-shared/sync/signature.ts';
import type { Chance, Clock } from '../context.ts';
import { lineError } from './line-errors.ts';
import { proxyFor, tunnel } from './proxy.ts';

/** Milliseconds without any progress before a try is given up. */
export interface Patience {
  connect: number;
  answer: number;
}

export const defaultPatience: Patience = { connect: 10_000, answer: 60_000 };

const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Pieces in which a body is handed over: each that goes out counts as progress. */
const PIECE_BYTES = 64 * 1024;

export interface Peer {
  url: string;
  /** SHA-256 of the certificate, hex. */
  fingerprint: string;
  device: string;
  privateKey: Uint8Array;
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PATCH' | 'HEAD';
  path: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as they are, with the type given in `headers`. */
  bytes?: Uint8Array;
  headers?: Record<string, string>;
  /** When the last byte of the body has been handed over. */
  written?: () => void;
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface ServerLine {
  /** Any answer below 500 that is no error of the catalogue. Throws AppError otherwise. */
  ask(ask: Ask): Promise<Answered>;
  /** Asks and parses; anything else is `server-rubbish`. */
  json<Shape extends z.ZodType>(shape: Shape, ask: Ask): Promise<z.output<Shape>>;
  /** How far this machine's clock is behind the server's, in milliseconds; null before the first answer. */
  skewMs(): number | null;
  close(): Promise<void>;
}

const errorShape = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    action: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  }),
});

export function openLine(peer: Peer, ports: { clock: Clock; chance: Chance }, patience: Patience = defaultPatience): ServerLine {
  const dispatcher = new Agent({
    connect: pinned(peer.fingerprint, patience.connect),
    headersTimeout: patience.answer,
    bodyTimeout: patience.answer,
    maxResponseSize: ANSWER_BYTES_MAX,
    connections: 2,
  });
  let skew: number | null = null;

  async function once(ask: Ask): Promise<Answered> {
    const body = ask.json === undefined ? (ask.bytes ?? new Uint8Array()) : Buffer.from(JSON.stringify(ask.json));
    const method = ask.method ?? (ask.json === undefined ? 'GET' : 'POST');
    const withBody = method === 'POST' || method === 'PATCH';
    const signed = sign(peer, method, ask.path, body, ports, skew ?? 0);
    const answer = await request(new URL(ask.path, peer.url), {
      dispatcher,
      method,
      headers: {
        ...(ask.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...ask.headers,
        ...signed,
        ...(withBody ? { 'content-length': String(body.byteLength) } : {}),
      },
      body: withBody ? Readable.from(pieces(body, ask.written), { objectMode: false }) : null,
    });
    const theirs = Number(answer.headers['lamplight-time']);
    if (Number.isSafeInteger(theirs) && theirs > 0) skew = theirs - ports.clock.now();
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
  }

  async function ask(wanted: Ask): Promise<Answered> {
    try {
      let answer = await once(wanted);
      // The first request of a machine whose clock is wrong: now the difference is known.
      if (answer.headers['lamplight-reason'] === 'clock') answer = await once(wanted);
      if (answer.status >= 400 && wanted.method !== 'HEAD') throw refusal(answer);
      if (answer.headers['lamplight-time'] === undefined) throw new AppError('server-rubbish');
      return answer;
    } catch (thrown) {
      throw lineError(thrown);
    }
  }

  return {
    ask,
    async json(shape, wanted) {
      const { body } = await ask(wanted);
      const parsed = shape.safeParse(readJson(body.toString('utf8')));
      if (!parsed.success) throw new AppError('server-rubbish');
      return parsed.data;
    },
    skewMs: () => skew,
    close: () => dispatcher.destroy(),
  };
}

/** Connects, and lets the socket be used only when the certificate is the pinned one. Sessions are not resumed: each connection shows its certificate. */
function pinned(fingerprint: string, timeoutMs: number): buildConnector.connector {
  // The fingerprint decides, not the names in a certificate that the server made itself.
  const connect = buildConnector({ rejectUnauthorized: false, minVersion: 'TLSv1.2', maxCachedSessions: 0, timeout: timeoutMs });
  const checked: buildConnector.connector = (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      // `https:` addresses alone come here, so it is a TLS socket.
      const shown = (socket as TLSSocket).getPeerX509Certificate();
      if (shown !== undefined && createHash('sha256').update(shown.raw).digest('hex') === fingerprint)
        return callback(null, socket);
      socket.destroy();
      return callback(new AppError('server-certificate'), null);
    });
  return (options, callback) => {
    const proxy = proxyFor(options.hostname, process.env);
    if (proxy === null) return checked(options, callback);
    tunnel(proxy, options.hostname, options.port || '443', timeoutMs).then(
      // A tunnel is a duplex stream over the proxy's own socket.
      (socket) => checked({ ...options, httpSocket: socket as Socket }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

function sign(
  peer: Peer,
  method: string,
  target: string,
  body: Uint8Array,
  ports: { clock: Clock; chance: Chance },
  skewMs: number,
): Record<string, string> {
  const digest = contentDigest(createHash('sha256').update(body).digest('base64'));
  const created = Math.floor((ports.clock.now() + skewMs) / 1000);
  const nonce = Buffer.from(ports.chance.bytes(16)).toString('base64url');
  const { base, header } = signatureBase({ method, target, digest }, { created, nonce, keyId: peer.device });
  const signature = Buffer.from(signEd25519(peer.privateKey, Buffer.from(base))).toString('base64');
  return { 'content-digest': digest, 'signature-input': header, signature: `sig=:${signature}:` };
}

async function* pieces(body: Uint8Array, written: (() => void) | undefined): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < body.byteLength; from += PIECE_BYTES) yield body.subarray(from, from + PIECE_BYTES);
  written?.();
}

function refusal(answer: Answered): AppError {
  const parsed = errorShape.safeParse(readJson(answer.body.toString('utf8')));
  if (!parsed.success || !Object.hasOwn(catalogue, parsed.data.error.code)) return new AppError('server-rubbish');
  // The code was looked up the line before.
  return fromAnswer(parsed.data.error as ErrorAnswer);
}
