/** What a domain function is given: time, chance, who asks, the open vault, and how to write. No globals. */
import type Database from 'better-sqlite3-multiple-ciphers';
import type { AuditAction } from '../../src-shared/contract/procedure.ts';
import type { Person } from '../../src-shared/contract/session.ts';
import type { CoreEvent, JobState, Topic } from '../../src-shared/contract/wire.ts';
import type { VaultFiles } from './vault/files.ts';

export type Db = Database.Database;

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export interface Chance {
  bytes(length: number): Uint8Array;
  /** UUIDv7: sorts by time, so that new rows lie side by side. */
  id(): string;
}

/** What of the log entry a domain knows; dispatch adds time, person, device and outcome. Hashes and references, never values. */
export interface TouchedResource {
  type: string;
  id: string;
  before?: number;
  after?: number;
}

/** One open transaction: effect, audit entry and change log stand or fall together. Everything in it is synchronous. */
export interface Tx {
  readonly db: Db;
  /** Time of the transaction, ISO 8601 UTC. */
  readonly at: string;
  /** Who writes: person id, or `system`. */
  readonly author: string;
  readonly device: string;
  readonly chance: Chance;
  readonly clock: Clock;
  /** Notes a resource for the audit entry of this transaction. */
  touched(resource: TouchedResource): void;
  /** Says after the commit what has changed, so that pages fetch it again. */
  changed(topics: readonly Topic[], patient?: string): void;
  /** Names in the audit entry the model that spoke (`id version`) and what it said, or what a person decided on it. */
  model(idAndVersion: string, outcome?: string): void;
  /** Runs once the transaction is durable, before anybody hears of it. What it throws is the call's failure; the transaction stands. */
  afterwards(act: () => void): void;
}

/** The act that a transaction outside of dispatch (in a job) is logged as. */
export interface Act {
  action: AuditAction;
  procedure: string;
  patient?: string;
  reason?: string;
  /** The model that spoke: `id version`. */
  model?: string;
  /** What it said, in a few words without anything about the patient beyond the result. */
  modelOutcome?: string;
}

export interface Vault {
  readonly id: string;
  readonly dir: string;
  readonly db: Db;
  readonly files: VaultFiles;
  /** Keyed hash (HMAC-SHA-256 with the `search` key) in hex: for blocking and look-up without clear text. */
  searchHash(text: string): string;
  /** Secrets of this device for the server, wrapped with the `sync` key. */
  seal(label: string, clear: Uint8Array): Uint8Array;
  unseal(label: string, sealed: Uint8Array): Uint8Array;
}

export interface RunningJob {
  readonly id: string;
  readonly signal: AbortSignal;
  /** Progress in the job's unit. */
  progress(done: number, total: number, title?: string): void;
}

export interface Jobs {
  /** Starts long work and answers at once with its id. What `run` resolves to is the job's result. */
  start(job: { kind: string; title: string; unit: string; patient?: string; run: (job: RunningJob) => Promise<unknown> }): string;
  /** Everybody's: for the core itself, not for a page. */
  list(): JobState[];
  /** This person's own, and the system's. */
  seenBy(person: string): JobState[];
  cancel(id: string): void;
  /** Leaves somebody else's alone. */
  cancelBy(id: string, person: string): void;
  /** Resolves when the job has ended, rejects with its error. For the terminal and for tests. */
  wait(id: string): Promise<unknown>;
}

export interface Context {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly vault: Vault;
  readonly person: Person;
  readonly device: string;
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  /** Runs `body` in one transaction with its own audit entry (dispatch does this for commands; jobs call it themselves). */
  write<T>(act: Act, body: (tx: Tx) => T): T;
  emit(event: CoreEvent): void;
}

/** Files handed over in pieces, kept encrypted until a command takes them. */
export interface Uploads {
  /** The whole upload decrypted in memory, with the name it came under. Throws `not-found`. */
  take(upload: string): Promise<{ name: string; bytes: Uint8Array }>;
  discard(upload: string): void;
}
