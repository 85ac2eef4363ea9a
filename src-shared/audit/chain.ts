/**
 * The log that shows tampering, pure: canonical entries (RFC 8785), a chain hash(n) = SHA-256(hash(n-1) ‖ entry(n)) from 32 zero bytes, seals over (count, head),
 * receipts of the server. Hashing and signatures come in as ports, so that workstation, server and anybody with the exported file run the same check (lines.ts).
 */
import { z } from 'zod';
import { fromHex, toHex } from '../hex.ts';
import type { ChainEntry } from './entry.ts';

/** Entries between two seals at most. */
export const SEAL_EVERY = 256;

export const hex = z.string().regex(/^([0-9a-f]{2})*$/);

export const sealShape = z.object({
  kind: z.literal('seal'),
  count: z.number().int(),
  head: hex,
  at: z.string(),
  signature: hex,
});
export const receiptShape = z.object({
  kind: z.literal('receipt'),
  count: z.number().int(),
  head: hex,
  at: z.string(),
  server: z.string(),
  publicKey: hex,
  signature: hex,
  /** Where it is of the log that this one goes on from: it stands behind the entry with which this one begins. */
  log: z.string().optional(),
  /** Up to which entry the server has both alike. */
  sharedTo: z.number().int().optional(),
});
export type Seal = z.output<typeof sealShape>;
export type Receipt = z.output<typeof receiptShape>;

export interface ChainPorts {
  sha256(bytes: Uint8Array): Uint8Array;
  /** Ed25519. Keys and signatures raw (32 and 64 bytes). */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** RFC 8785. */
  canonical(value: unknown): string;
}

export const GENESIS = new Uint8Array(32);

const encoder = new TextEncoder();

/** The hash that follows `before` when `canonicalEntry` is appended. */
export function link(ports: Pick<ChainPorts, 'sha256'>, before: Uint8Array, canonicalEntry: string): Uint8Array {
  const text = encoder.encode(canonicalEntry);
  const joined = new Uint8Array(before.length + text.length);
  joined.set(before);
  joined.set(text, before.length);
  return ports.sha256(joined);
}

/** What a device signs to seal its log. The first log of a workstation is called as the workstation is. */
export function sealMessage(log: string, count: number, head: string, at: string): Uint8Array {
  return encoder.encode(`lamplight-seal\n${log}\n${count}\n${head}\n${at}`);
}

/** What the server signs to say that it has seen the log up to here. */
export function receiptMessage(log: string, count: number, head: string, at: string, server: string): Uint8Array {
  return encoder.encode(`lamplight-receipt\n${log}\n${count}\n${head}\n${at}\n${server}`);
}

/** Where a log goes on from a restored copy. */
export interface GoesOn {
  /** The entry that says so. */
  n: number;
  log: string;
  former: string;
  /** The last entry of the former log that is here. */
  last: number;
  backupAt?: string;
  /** The last entry of the former log that the server has receipted: those between are at the server alone. */
  formerTo?: number;
  /** Up to which entry the server has both logs alike, where somebody worked in the copy before it was said to be one. */
  sharedTo?: number;
}

/** How many entries of the former log are at the server alone. */
export function entriesElsewhere({ formerTo, sharedTo, last }: GoesOn): number {
  return formerTo === undefined ? 0 : Math.max(0, formerTo - (sharedTo ?? last));
}

/** What is wrong, and with which entry (null where no entry can be named). */
export interface Fault {
  index: number | null;
  what: string;
  /** The number that was expected and did not come: it may come later, out of order. */
  gap?: number;
}

export interface ChainChecker {
  /** Takes the next entry as stored, read already; answers what is wrong, or null. */
  entry(canonicalEntry: string, entry: Pick<ChainEntry, 'n' | 'key' | 'goesOn'>, storedHash: string): Fault | null;
  /** Seals and receipts come right behind the entry that they cover last. */
  seal(seal: Seal): Fault | null;
  receipt(receipt: Receipt): Fault | null;
  /** After the last entry. */
  finish(): Fault | null;
  readonly count: number;
  readonly seals: number;
  readonly receipts: number;
  readonly head: string;
  /** Up to which entry the log is sealed, and up to which the server has confirmed it. */
  readonly sealedTo: number;
  readonly receiptTo: number;
  /** In order; empty for a log that never came back from a backup. */
  readonly goesOn: readonly GoesOn[];
}

export interface CheckerOptions {
  device: string;
  /** The key that the seals must be made with. */
  publicKey: Uint8Array;
  /** Receipts kept elsewhere (the server's own, or a paper copy): each must fit the log. */
  extra?: readonly Receipt[];
  /** Public key in hex of the server that the workstation is paired with, where it is known. */
  serverKeys?: Readonly<Record<string, string>>;
}

/** Walks a log in order. */
export function chainChecker(
  ports: ChainPorts,
  { device, publicKey, extra = [], serverKeys = {} }: CheckerOptions,
): ChainChecker {
  let head: Uint8Array = GENESIS;
  let headBefore: Uint8Array = GENESIS;
  let lastText = '';
  let count = 0;
  let seals = 0;
  let receipts = 0;
  let sealedTo = 0;
  let receiptTo = 0;
  let log = device;
  const goesOn: GoesOn[] = [];
  const keys = new Map(Object.entries(serverKeys));
  const extraAt = new Map<number, Receipt[]>();
  for (const receipt of extra) extraAt.set(receipt.count, [...(extraAt.get(receipt.count) ?? []), receipt]);
  const bad = (what: string, index: number | null = count): Fault => ({ index, what });

  function misplaced(n: number, text: string, storedHash: string): Fault {
    const here = count + 1;
    if (n > here) return { index: here, what: 'removed: the entry is missing', gap: here };
    if (text === lastText) return { index: here, what: `duplicated: entry ${n} stands here a second time` };
    // The one before it took its number, and this one follows from what stood before that.
    if (n === count && toHex(link(ports, headBefore, text)) === storedHash)
      return { index: n, what: 'inserted: two entries carry this number' };
    return { index: here, what: `duplicated or reordered: entry ${n} stands behind entry ${count}` };
  }

  const signedFor = (receipt: Receipt, of: string) =>
    ports.verify(
      fromHex(receipt.publicKey),
      receiptMessage(of, receipt.count, receipt.head, receipt.at, receipt.server),
      fromHex(receipt.signature),
    );

  function serverFault(receipt: Receipt): string | null {
    const known = keys.get(receipt.server);
    if (known !== undefined && known !== receipt.publicKey)
      return 'receipt forged: it is signed with another key than the server has';
    keys.set(receipt.server, receipt.publicKey);
    return null;
  }

  /** A receipt of a log that this one goes on from, for what lies behind the place where it left it. */
  function formerOf(receipt: Receipt): GoesOn | undefined {
    return goesOn.find(({ former, last }) => receipt.count > last && signedFor(receipt, former));
  }

  function noteFormer(at: GoesOn, receipt: Receipt): string | null {
    at.formerTo = Math.max(at.formerTo ?? 0, receipt.count);
    return serverFault(receipt);
  }

  function formerReceiptFault(receipt: Receipt): string | null {
    const at = goesOn.at(-1);
    if (at === undefined || at.n !== count || at.former !== receipt.log || (receipt.sharedTo ?? at.last) > at.last)
      return 'receipt contradicts: it is of another log';
    if (!signedFor(receipt, at.former)) return 'receipt broken: it was not signed for the former log';
    if (receipt.sharedTo !== undefined && receipt.sharedTo !== at.last) at.sharedTo = receipt.sharedTo;
    return noteFormer(at, receipt);
  }

  function receiptFault(receipt: Receipt): string | null {
    if (receipt.log !== undefined) return formerReceiptFault(receipt);
    if (receipt.count !== count)
      return receipt.count > count
        ? 'cut off: a receipt of the server covers more entries'
        : 'receipt contradicts: it is out of its place and covers another entry';
    if (toHex(head) !== receipt.head)
      return `receipt contradicts: the server saw another log up to here on ${receipt.at}, so it was rewritten`;
    if (!signedFor(receipt, log)) return 'receipt broken: it was not signed for this entry of this log';
    const fault = serverFault(receipt);
    if (fault === null) receiptTo = count;
    return fault;
  }

  return {
    entry(canonicalEntry, entry, storedHash) {
      if (entry.n !== count + 1) return misplaced(entry.n, canonicalEntry, storedHash);
      if (count - sealedTo >= SEAL_EVERY)
        return bad(`removed: the seal is missing that covers entries ${sealedTo + 1} to ${count}`);
      const next = link(ports, head, canonicalEntry);
      if (toHex(next) !== storedHash) return bad('edited: the entry is not what was chained', count + 1);
      if (entry.n === 1 && entry.key !== undefined && entry.key !== toHex(publicKey))
        return bad('forged key: the log was begun with another public key', 1);
      const from = entry.goesOn;
      if (from) {
        if (from.former !== log || from.last !== count || from.head !== toHex(head))
          return bad('goes on from another log than the one that stands before it', count + 1);
        log = from.log;
        goesOn.push({
          n: count + 1,
          log,
          former: from.former,
          last: from.last,
          ...(from.backupAt === undefined ? {} : { backupAt: from.backupAt }),
        });
      }
      headBefore = head;
      head = next;
      lastText = canonicalEntry;
      count += 1;
      for (const receipt of extraAt.get(count) ?? []) {
        const former = formerOf(receipt);
        const what = former ? noteFormer(former, receipt) : receiptFault(receipt);
        if (what !== null) return bad(what);
      }
      return null;
    },
    seal(seal) {
      seals += 1;
      if (seal.count > count) return bad('cut off: a seal covers more entries');
      if (seal.count < count || seal.count === sealedTo)
        return bad('seal broken: it is out of its place and covers another entry', seal.count);
      if (seal.head !== toHex(head))
        return bad(`seal broken: it states another log, so it was replaced, or what lies behind entry ${sealedTo} was rewritten`);
      if (!ports.verify(publicKey, sealMessage(log, seal.count, seal.head, seal.at), fromHex(seal.signature)))
        return bad('seal broken: it was replaced, the device did not sign it');
      sealedTo = count;
      return null;
    },
    receipt(receipt) {
      receipts += 1;
      const what = receiptFault(receipt);
      return what === null ? null : bad(what, Math.min(receipt.count, count));
    },
    finish() {
      if (count - sealedTo >= SEAL_EVERY)
        return bad(`removed: the seal is missing that covers entries ${sealedTo + 1} to ${count}`);
      for (const receipt of extra.filter((one) => one.count > count)) {
        const former = formerOf(receipt);
        const what = former ? noteFormer(former, receipt) : `cut off: a receipt of the server covers ${receipt.count} entries`;
        if (what !== null) return bad(what);
      }
      return null;
    },
    get count() {
      return count;
    },
    get seals() {
      return seals;
    },
    get receipts() {
      return receipts;
    },
    get head() {
      return toHex(head);
    },
    get sealedTo() {
      return sealedTo;
    },
    get receiptTo() {
      return receiptTo;
    },
    get goesOn() {
      return goesOn;
    },
  };
}
