/** A workstation's store in memory: a transaction that is broken off leaves nothing, and a crash comes only between transactions or inside one. */
import { canonicalText, type JsonObject } from '../../src-shared/fhir/json.ts';
import { nextHlc } from '../../src-shared/sync/hlc.ts';
import { DELETED, type Remote } from '../../src-shared/sync/protocol.ts';
import type { Content, Cursor, Known, NewConflict, Pending, Replica } from '../../src-shared/sync/replica.ts';
import { hashOf } from './memory-hub.ts';

interface State {
  resources: Map<string, Content>;
  known: Map<string, Known>;
  log: Pending[];
  items: Map<number, { state: string; by: number | null }>;
  conflicts: NewConflict[];
  cursor: Cursor | null;
  hlc: string | null;
  clockMs: number;
}

export class Crash extends Error {}

export class MemoryReplica implements Replica {
  readonly device: string;
  state: State = {
    resources: new Map(),
    known: new Map(),
    log: [],
    items: new Map(),
    conflicts: [],
    cursor: null,
    hlc: null,
    clockMs: 0,
  };
  /** Transactions until the machine dies, or null. */
  fuse: number | null = null;

  /** @param clockMs each machine has its own idea of the time */
  constructor(device: string, clockMs: number) {
    this.device = device;
    this.state.clockMs = clockMs;
  }

  /** What a person does: a new content of a resource, or its deletion. */
  write(type: string, id: string, content: JsonObject | null): void {
    this.#put(type, id, content === null ? null : canonicalText(content));
  }

  atomically<T>(_what: 'bookkeeping' | 'apply', body: () => T): T {
    const before = structuredClone(this.state);
    const dies = this.fuse !== null && this.fuse-- <= 0;
    const afterCommit = dies && before.log.length % 2 === 0;
    try {
      const result = body();
      if (dies && !afterCommit) throw new Crash();
      if (dies) throw Object.assign(new Crash(), { committed: true });
      return result;
    } catch (thrown) {
      if (!(thrown instanceof Crash && 'committed' in thrown)) this.state = before;
      throw thrown;
    }
  }

  attempt<T>(_theirs: Remote, body: () => T): T {
    return body();
  }

  pending(limit: number): Pending[] {
    return this.state.log.filter((change) => this.#waits(change.seq)).slice(0, limit);
  }

  pendingOf(type: string, id: string): Pending[] {
    return this.pending(Number.POSITIVE_INFINITY).filter((change) => change.type === type && change.id === id);
  }

  mark(seqs: readonly number[], state: string): void {
    for (const seq of seqs) this.state.items.set(seq, { state, by: null });
  }

  acknowledge(seq: number): void {
    this.state.items.set(seq, { state: 'acknowledged', by: null });
    for (const item of this.state.items.values()) if (item.by === seq && item.state === 'merged') item.state = 'acknowledged';
  }

  refuse(seq: number): void {
    this.state.items.set(seq, { state: 'refused', by: null });
  }

  takeUp(seqs: readonly number[], by: number | null, conflicted: boolean): void {
    for (const seq of seqs) {
      this.state.items.set(seq, { state: conflicted ? 'conflicted' : by === null ? 'taken' : 'merged', by });
      for (const item of this.state.items.values()) if (item.by === seq) item.by = by;
    }
  }

  current(type: string, id: string): Content | undefined {
    return this.state.resources.get(`${type}/${id}`);
  }

  known(type: string, id: string): Known | undefined {
    return this.state.known.get(`${type}/${id}`);
  }

  knowOwn(change: Pending, version: number): void {
    this.state.known.set(`${change.type}/${change.id}`, { version, hash: change.hash, body: change.body });
  }

  apply({ type, id, version, hash, body }: Remote): void {
    this.state.resources.set(`${type}/${id}`, { hash, body });
    this.state.known.set(`${type}/${id}`, { version, hash, body });
  }

  knowSame({ type, id, version, hash, body }: Remote): void {
    this.state.known.set(`${type}/${id}`, { version, hash, body });
  }

  putMerged(theirs: Remote, body: string): number {
    return this.#put(theirs.type, theirs.id, body);
  }

  raise(conflict: NewConflict): void {
    this.state.conflicts.push(structuredClone(conflict));
  }

  cursor(): Cursor | null {
    return this.state.cursor;
  }

  setCursor(cursor: Cursor): void {
    this.state.cursor = cursor;
  }

  #waits(seq: number): boolean {
    const state = this.state.items.get(seq)?.state;
    return state === undefined || state === 'waiting' || state === 'sending' || state === 'sent';
  }

  #put(type: string, id: string, body: string | null): number {
    const hash = body === null ? DELETED : hashOf(body);
    const seq = this.state.log.length + 1;
    this.state.hlc = nextHlc(this.state.clockMs, this.state.hlc, this.device);
    this.state.resources.set(`${type}/${id}`, { hash, body });
    this.state.log.push({ seq, type, id, hash, body, hlc: this.state.hlc, author: this.device, at: 'now' });
    return seq;
  }
}
