/** What a run did to the disk, in order. */

export const BLOCK_BYTES = 4096;

export type Entry =
  /** Blocks of a file that are other than before, and its new size. */
  | { kind: 'data'; file: number; size: number; blocks: { at: number; bytes: Uint8Array }[] }
  /** The file's content is durable. */
  | { kind: 'sync'; file: number }
  /** The names in a folder now: files by number, folders as -1. */
  | { kind: 'folder'; path: string; names: [string, number][] }
  /** The folder's names are durable. */
  | { kind: 'sync-folder'; path: string }
  /** The work was told that this is done. */
  | { kind: 'acknowledged'; fact: Fact };

/** What must be found again. */
export type Fact =
  | { kind: 'row'; table: string; id: string }
  | { kind: 'file'; id: string; text: string }
  | { kind: 'slot'; who: string; secret: string }
  | { kind: 'no-slot'; who: string }
  /** Somebody of the whole core signs in: with a password of their own, or with a one-time code that lets them set one. */
  | { kind: 'enters'; who: string; secret: string; by: 'password' | 'code' }
  | { kind: 'kept-out'; who: string; secret: string }
  | { kind: 'generation'; number: number }
  /** All of these come back whole; without figures whichever of two stands there. */
  | { kind: 'backup'; backups: { path: string; patients?: number; files?: number; entries?: number }[] }
  /** A vault was made of a backup. */
  | { kind: 'restored'; path: string; files: number };
