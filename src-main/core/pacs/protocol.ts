/** What the core and the network thread say to each other. The thread speaks DIMSE and knows nothing of the vault. */
import type { ErrorAnswer } from '../../../src-shared/errors/index.ts';

export interface DimseAddress {
  readonly host: string;
  readonly port: number;
  /** Theirs. */
  readonly called: string;
  /** Ours. */
  readonly calling: string;
}

/** Attribute name -> value, as dcmjs names them; sequences are lists of the same. */
export type Attributes = Record<string, unknown>;

export interface Questions {
  listen: {
    ask: { host: string; port: number; allowed: readonly { aeTitle: string; host?: string | undefined }[] };
    answer: { port: number };
  };
  deafen: { ask: Record<string, never>; answer: Record<string, never> };
  echo: { ask: { to: DimseAddress }; answer: Record<string, never> };
  find: {
    ask: { to: DimseAddress; model: 'study' | 'worklist'; query: Attributes; most: number };
    answer: { found: { bytes: Uint8Array; syntax: string }[]; more: boolean };
  };
  /** Objects come as `object` messages of this question before its answer. */
  get: { ask: { to: DimseAddress; study: string }; answer: SubOperations };
  move: { ask: { to: DimseAddress; study: string; destination: string }; answer: SubOperations };
  store: { ask: { to: DimseAddress; bytes: Uint8Array }; answer: { status: number; comment: string } };
}
export type Question = keyof Questions;

export interface SubOperations {
  completed: number;
  failed: number;
  warnings: number;
}

export interface Request {
  readonly id: number;
  readonly question: Question;
  readonly ask: unknown;
}

/** Stored, perhaps with a remark: 0, or a warning (PS3.7 C: codes 0xB000 and up). */
export const isTaken = (status: number) => status === 0 || (status & 0xf000) === 0xb000;

/** One object that came over the line, as a Part 10 file: header of ours, data set as it came. */
export interface Arrived {
  readonly object: number;
  /** The `get` it belongs to; undefined: somebody sent it to the receiver. */
  readonly of: number | undefined;
  readonly from: string;
  readonly sopInstance: string;
  readonly bytes: Uint8Array;
}

export type FromThread =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorAnswer }
  | ({ readonly kind: 'object' } & Arrived)
  /** An association of a sender has ended: what it sent is complete. */
  | { readonly kind: 'end'; readonly from: string }
  | { readonly kind: 'turned-away'; readonly from: string }
  /** An object of a sender found no memory free; the sender was told to come again. */
  | { readonly kind: 'no-room'; readonly from: string };

export type ToThread =
  | ({ readonly kind: 'ask' } & Request)
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'kept'; readonly object: number; readonly ok: boolean };

/** Limits on what comes over the line. */
export const limits = {
  /** One object. */
  objectBytes: 2_000_000_000,
  /** A protocol data unit; we ask for 64 KiB, some send larger ones all the same. */
  pduBytes: 16 * 1024 * 1024,
  /** A message's command set, and a data set that is no object (an answer to a search): at least one unit of the largest size. */
  commandBytes: 1024 * 1024,
  messageBytes: 17 * 1024 * 1024,
  /** All answers to a search together. */
  foundBytes: 32 * 1024 * 1024,
  associations: 16,
  connectMs: 10_000,
  pduMs: 60_000,
} as const;
