/** What a workstation keeps for synchronisation, as a port: SQLite in the vault, plain memory in the simulation. Everything in it is synchronous and durable. */
import type { FieldConflict } from './merge.ts';
import type { Remote } from './protocol.ts';

/** An own change that the server has not yet taken. */
export interface Pending {
  seq: number;
  type: string;
  id: string;
  patient?: string;
  /** Of text and file. */
  hash: string;
  /** The resource as text, or null for a deletion. */
  body: string | null;
  /** The file that belongs to it. */
  file?: string;
  origin?: Remote['origin'];
  hlc: string;
  author: string;
  at: string;
}

/** A resource as this device has it now. */
export interface Content {
  hash: string;
  body: string | null;
}

/** The last state of a resource at the server that is contained in what this device has: the base of every merge. */
export interface Known extends Content {
  version: number;
}

/** Where the reading of the server's feed stands: `top` goes up with new changes, `bottom` down through what was there before; 0 when all is read. */
export interface Cursor {
  top: number;
  bottom: number;
}

export interface NewConflict {
  type: string;
  id: string;
  patient?: string;
  fields: FieldConflict[];
}

export interface Replica {
  /** One transaction: all of it or nothing survives. */
  atomically<T>(what: 'bookkeeping' | 'apply', body: () => T): T;
  /** Inside `atomically`: undone by itself when what the server sent cannot be written here, which is noted. @returns null then */
  attempt<T>(theirs: Remote, body: () => T): T | null;
  /** Own changes in order, without those that were acknowledged, refused or taken up by a merge. */
  pending(limit: number): Pending[];
  pendingOf(type: string, id: string): Pending[];
  mark(seqs: readonly number[], state: 'waiting' | 'sending' | 'sent'): void;
  acknowledge(seq: number): void;
  refuse(seq: number, reason: string): void;
  /** The changes live on in the change `by`, or, without one, in the server's version; `conflicted` until somebody settles. */
  takeUp(seqs: readonly number[], by: number | null, conflicted: boolean): void;
  current(type: string, id: string): Content | undefined;
  known(type: string, id: string): Known | undefined;
  /** The server has this change, as that version of its own. */
  knowOwn(change: Pending, version: number): void;
  /** Writes the server's version here, not as an own change, and knows it. */
  apply(theirs: Remote): void;
  /** Knows the server's version, whose content is here already. */
  knowSame(theirs: Remote): void;
  /** Writes a merged resource as an own change by the author of `after`. @returns its seq, or null where it is what is here already */
  putMerged(theirs: Remote, body: string, after: Pending | undefined): number | null;
  raise(conflict: NewConflict): void;
  cursor(): Cursor | null;
  setCursor(cursor: Cursor): void;
}
