/**
 * What travels between a client (page, terminal, test) and the core. Bytes travel as Uint8Array, copied, at most 1 MiB a message: between Electron processes a
 * transferred buffer arrives as null.
 */
import type { ErrorAnswer } from '../errors/index.ts';

/** Largest piece of bulk data in one message, in bytes. */
export const CHUNK_BYTES_MAX = 1024 * 1024;

/** From a client to the core. `id` is the client's own running number. */
export type ClientMessage = { t: 'call'; id: number; procedure: string; input: unknown } | { t: 'cancel'; id: number };

/** From the core to a client. */
export type CoreMessage =
  | { t: 'answer'; id: number; ok: true; output: unknown }
  | { t: 'answer'; id: number; ok: false; error: ErrorAnswer }
  | { t: 'event'; event: CoreEvent };

/** What the core says unasked. The page invalidates its queries by these. */
export type CoreEvent =
  | { name: 'changed'; topics: readonly Topic[]; patient?: string }
  | { name: 'job'; job: JobState }
  | { name: 'session'; state: 'signed-in' | 'locked' | 'signed-out' }
  | { name: 'sync'; online: boolean };

export type Topic =
  | 'incidents'
  | 'patients'
  | 'chart'
  | 'documents'
  | 'images'
  | 'readings'
  | 'drafts'
  | 'audit'
  | 'sync'
  | 'users'
  | 'settings'
  | 'jobs'
  | 'models'
  | 'batches'
  | 'backups'
  | 'lifetime';

export interface JobState {
  id: string;
  kind: string;
  /** What is being done to what, in words without patient data. */
  title: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  total: number;
  unit: string;
  /** Estimated time left, or null while unknown. */
  leftMs: number | null;
  patient?: string;
  result?: unknown;
  error?: ErrorAnswer;
}

/** One end of a connection between the core and one client. */
export interface Transport<Out, In> {
  post(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  onClose(listener: () => void): void;
}
