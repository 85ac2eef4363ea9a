/**
 * The log that shows tampering, pure: canonical entries (RFC 8785), a chain hash(n) = SHA-256(hash(n-1) ‖ entry(n)), seals over (count, head), receipts of the
 * server. Hashing and signatures come in as ports, so that workstation, server and anybody with the exported file run the same check.
 */
import { z } from 'zod';

export const entryShape = z.object({
  n: z.number().int().min(1),
  at: z.string(),
  person: z.string().optional(),
  roles: z.array(z.string()),
  device: z.string(),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  procedure: z.string(),
  patient: z.string().optional(),
  resources: z.array(z.object({ type: z.string(), id: z.string(), before: z.number().optional(), after: z.number().optional() })),
  outcome: z.enum(['ok', 'denied', 'failed']),
  reason: z.string().optional(),
  model: z.string().optional(),
});
export type ChainEntry = z.output<typeof entryShape>;

const hex = z.string().regex(/^([0-9a-f]{2})*$/);

export const sealShape = z.object({ kind: z.literal('seal'), count: z.number().int(), head: hex, at: z.string(), signature: hex });
export const receiptShape = z.object({ kind: z.literal('receipt'), count: z.number().int(), head: hex, at: z.string(), server: z.string(), publicKey: hex, signature: hex });
export type Seal = z.output<typeof sealShape>;
export type Receipt = z.output<typeof receiptShape>;

/** Lines of an exported log. The last is `end`, so that a cut-off tail shows. */
export const lineShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), format: z.literal(1), device: z.string(), publicKey: hex }),
  z.object({ kind: z.literal('entry'), hash: hex, entry: entryShape }),
  sealShape,
  receiptShape,
  z.object({ kind: z.literal('end'), entries: z.number().int(), seals: z.number().int(), head: hex }),
]);
export type LogLine = z.output<typeof lineShape>;

export interface ChainPorts {
  sha256(bytes: Uint8Array): Uint8Array;
  /** Ed25519. Keys and signatures raw (32 and 64 bytes). */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** RFC 8785. */
  canonical(value: unknown): string;
}

export type Verdict = { ok: boolean; entries: number; seals: number; firstBad?: { index: number | null; what: string } };

export const GENESIS = new Uint8Array(32);

/** The hash that follows `before` when `canonicalEntry` is appended. */
export function link(ports: Pick<ChainPorts, 'sha256'>, before: Uint8Array, canonicalEntry: string): Uint8Array {
  const text = new TextEncoder().encode(canonicalEntry);
  const joined = new Uint8Array(before.length + text.length);
  joined.set(before);
  joined.set(text, before.length);
  return ports.sha256(joined);
}

/** What a device signs to seal its log. */
export function sealMessage(device: string, count: number, head: string, at: string): Uint8Array {
  return new TextEncoder().encode(`lamplight-seal\n${device}\n${count}\n${head}\n${at}`);
}

/** What the server signs to say that it has seen the log up to here. */
export function receiptMessage(device: string, count: number, head: string, at: string, server: string): Uint8Array {
  return new TextEncoder().encode(`lamplight-receipt\n${device}\n${count}\n${head}\n${at}\n${server}`);
}

export interface ChainChecker {
  /** Takes the next entry as stored; answers what is wrong with it, or null. */
  entry(canonicalEntry: string, storedHash: string): string | null;
  seal(seal: Seal): string | null;
  receipt(receipt: Receipt): string | null;
  readonly count: number;
  readonly seals: number;
  readonly head: string;
}

/** Walks a log in order. Seals and receipts are given after the entries they cover. */
export function chainChecker(ports: ChainPorts, device: string, publicKey: Uint8Array): ChainChecker {
  let head: Uint8Array = GENESIS;
  let count = 0;
  let seals = 0;
  const heads = new Map<number, string>();
  const known = (at: number, stated: string) => (at === count ? toHex(head) : heads.get(at)) === stated;
  return {
    entry(canonicalEntry, storedHash) {
      const n = Number((JSON.parse(canonicalEntry) as { n?: unknown }).n);
      if (n !== count + 1) return n <= count ? 'duplicated or reordered' : n === count + 2 ? 'an entry before this one was removed' : 'removed, inserted or reordered';
      head = link(ports, head, canonicalEntry);
      count = n;
      if (toHex(head) !== storedHash) return 'edited';
      if (count % 256 === 0) heads.set(count, storedHash);
      return null;
    },
    seal(seal) {
      seals += 1;
      if (seal.count > count) return 'cut off before this seal';
      if (seal.count === count || heads.has(seal.count)) if (!known(seal.count, seal.head)) return 'rewritten: the seal states another head';
      if (!ports.verify(publicKey, sealMessage(device, seal.count, seal.head, seal.at), fromHex(seal.signature))) return 'seal broken';
      return null;
    },
    receipt(receipt) {
      if (receipt.count > count) return 'cut off: a receipt of the server covers more entries';
      if ((receipt.count === count || heads.has(receipt.count)) && !known(receipt.count, receipt.head)) return 'receipt contradicts: the log was rewritten';
      if (!ports.verify(fromHex(receipt.publicKey), receiptMessage(device, receipt.count, receipt.head, receipt.at, receipt.server), fromHex(receipt.signature))) return 'receipt broken';
      return null;
    },
    get count() {
      return count;
    },
    get seals() {
      return seals;
    },
    get head() {
      return toHex(head);
    },
  };
}

/**
 * Verifies an exported log. Every line must be exactly its own canonical form, so any changed byte shows.
 * @param extra receipts kept elsewhere (the server's, or a paper copy)
 */
export function verifyLines(ports: ChainPorts, lines: readonly string[], extra: readonly Receipt[] = []): Verdict {
  let checker: ChainChecker | null = null;
  let ended = false;
  const receiptsAt = new Map<number, Receipt[]>();
  for (const receipt of extra) receiptsAt.set(receipt.count, [...(receiptsAt.get(receipt.count) ?? []), receipt]);
  const bad = (index: number | null, what: string): Verdict => ({ ok: false, entries: checker?.count ?? 0, seals: checker?.seals ?? 0, firstBad: { index, what } });

  for (const text of lines) {
    const index = (checker?.count ?? 0) + 1;
    const line = parseLine(ports, text);
    if (line === null) return bad(index, 'edited: the line is not what was written');
    if (ended) return bad(index, 'inserted after the end');
    if (line.kind === 'log') {
      if (checker) return bad(index, 'inserted: a second beginning');
      checker = chainChecker(ports, line.device, fromHex(line.publicKey));
      continue;
    }
    if (!checker) return bad(null, 'the beginning of the log is missing');
    if (line.kind === 'entry') {
      const what = checker.entry(ports.canonical(line.entry), line.hash) ?? receiptsAt.get(checker.count)?.map(checker.receipt).find((found) => found !== null);
      if (what) return bad(index, what);
    } else if (line.kind === 'seal') {
      const what = checker.seal(line);
      if (what) return bad(line.count, what);
    } else if (line.kind === 'receipt') {
      const what = checker.receipt(line);
      if (what) return bad(line.count, what);
    } else {
      ended = true;
      if (line.entries !== checker.count || line.seals !== checker.seals || line.head !== checker.head) return bad(checker.count, 'cut off: the end states another length');
    }
  }
  if (!checker) return bad(null, 'the log is empty');
  if (!ended) return bad(checker.count, 'cut off: the end is missing');
  const beyond = extra.find((receipt) => receipt.count > (checker?.count ?? 0));
  if (beyond) return bad(checker.count, 'cut off: a receipt of the server covers more entries');
  return { ok: true, entries: checker.count, seals: checker.seals };
}

function parseLine(ports: ChainPorts, text: string): LogLine | null {
  try {
    const parsed = lineShape.safeParse(JSON.parse(text));
    return parsed.success && ports.canonical(parsed.data) === text ? parsed.data : null;
  } catch {
    return null;
  }
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
