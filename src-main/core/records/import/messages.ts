/** What the core and its import worker say to each other. The core asks page by page, so that no message is long. */

import type { ErrorAnswer } from '../../../../src-shared/errors/index.ts';
import type { Target } from '../../../../src-shared/fhir/references.ts';
import type { Prepared } from '../store.ts';

export interface FileFinding {
  n: number;
  line: number;
  severity: 'error' | 'warning';
  text: string;
}

/** Entries in one message: the thread that answers the port must not be busy for long with any. */
export const PAGE = 150;

export interface Opened {
  kind: 'fhir' | 'ndjson';
  /** Entries in the file, and those worth taking. */
  count: number;
  heads: number;
  findings: FileFinding[];
  /** Addresses and conditional references that the file itself does not explain. */
  lookUps: string[];
}

/** What the core must know of an entry to decide under which id it is kept. */
export interface Head {
  index: number;
  n: number;
  line: number;
  type: string;
  /** Undefined: the core gives one. */
  id: string | undefined;
  deleted: boolean;
  /** Whose record: an entry of the same file, an id, or nobody's. */
  patient:
    | { index: number }
    | { id: string /** Words of the name that the reference gives beside it. */; named: string[] }
    | undefined;
  /** SHA-256 of its content, where it came without an id. */
  hash: string | undefined;
  /** The address under which it came, where that may be referred to later. */
  address: string | undefined;
  identifiers: { system: string; code: string }[];
  ifNoneExist: string | undefined;
  /** Of a patient: words of the name and the birth date. */
  person: { tokens: string[]; birthDate: string | null } | undefined;
}

/** What the core decided. */
export interface Decision {
  ids: [index: number, id: string][];
  lookUps: [reference: string, target: Target][];
}

/** One entry, ready to be written; `index` as in its head. */
export interface Ready extends Prepared {
  index: number;
  n: number;
  line: number;
  /** References of this entry that lead nowhere. */
  dangling: string[];
}

export type Request =
  | { t: 'open'; name: string; bytes: Uint8Array; nowMs: number }
  | { t: 'heads'; from: number }
  | { t: 'decide'; decision: Decision }
  | { t: 'ready'; from: number };

export type Answer = { ok: true; value: unknown } | { ok: false; error: ErrorAnswer };
