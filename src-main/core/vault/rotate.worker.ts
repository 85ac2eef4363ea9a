/** Brings the copy of a database up to its original, page by page, under another key; then puts into it what the new vault key brings with it. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import Database from 'better-sqlite3-multiple-ciphers';
import { systemChance } from '../ports.ts';
import { deriveKey } from './aead.ts';
import { keyDatabase, type PageBytes } from './database.ts';
import { derivedKeys, keepKeys } from './derived-keys.ts';
import { writeWhole } from './disk.ts';
import { rewrapPatientKeys } from './files.ts';
import { fits, isLockPage, ivOf, type PageKeys, pageKeys, recrypt } from './recrypt.ts';

export type ToRotator =
  | { t: 'begin'; beside: string; pageBytes: PageBytes; vaultKey: Uint8Array; next: Uint8Array }
  /** Takes over what has changed since the round before. @param last nobody writes any more: every page must be whole */
  | { t: 'round'; handle: number; last: boolean }
  | { t: 'complete'; at: string };
export type FromRotator =
  | { t: 'progress'; done: number; total: number }
  | { t: 'rounded'; changed: number }
  | { t: 'damaged'; page: number }
  | { t: 'completed' }
  | { t: 'failed'; code: string; message: string };

const PIECE_BYTES = 1_048_576;
/** No page has this IV but by a chance of 2^-128: it stands for "not taken over yet". */
const NEVER = Buffer.alloc(16);

const port = parentPort;
if (!port) throw new Error('this file is a worker');
const tell = (message: FromRotator) => port.postMessage(message);

let work: ReturnType<typeof begin> | null = null;
port.on('message', (message: ToRotator) => {
  try {
    if (message.t === 'begin') work = begin(message);
    else if (!work) throw new Error('the rotation has not begun');
    else if (message.t === 'round') tell(work.round(message.handle, message.last));
    else {
      work.complete(message.at);
      tell({ t: 'completed' });
    }
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    tell({ t: 'failed', code, message: thrown instanceof Error ? thrown.message : '' });
  }
});

function begin({ beside, pageBytes, vaultKey, next }: Extract<ToRotator, { t: 'begin' }>) {
  const [oldKey, newKey] = [deriveKey(vaultKey, 'database'), deriveKey(next, 'database')];
  const into = pageKeys(newKey, systemChance.bytes(16));
  const perPiece = PIECE_BYTES / pageBytes;
  const piece = Buffer.alloc(PIECE_BYTES);
  const out = Buffer.alloc(PIECE_BYTES);
  let target: number | null = openSync(beside, 'w+', 0o600);
  /** The IV of each page as it was taken over. */
  let taken = Buffer.alloc(0);

  /** @returns the pages that were taken over, or the first that is damaged */
  function onePiece(handle: number, first: number, count: number, from: PageKeys, last: boolean): number | { damaged: number } {
    const bytes = readWhole(handle, piece.subarray(0, count * pageBytes), (first - 1) * pageBytes);
    let changed = 0;
    let run = 0;
    const flush = (end: number) => {
      if (run > 0) writeAt(target, out.subarray((end - run) * pageBytes, end * pageBytes), (first - 1 + end - run) * pageBytes);
      run = 0;
    };
    for (let index = 0; index < count; index++) {
      const number = first + index;
      const page = piece.subarray(index * pageBytes, (index + 1) * pageBytes);
      const known = taken.subarray((number - 1) * 16, number * 16);
      const whole = (index + 1) * pageBytes <= bytes;
      if (isLockPage(number, pageBytes) || (whole && known.equals(ivOf(page)))) flush(index);
      else if (whole && fits(page, number, from)) {
        recrypt(page, number, from, into, out.subarray(index * pageBytes, (index + 1) * pageBytes));
        known.set(ivOf(page));
        run++;
        changed++;
      } else {
        // Half written at this moment: the next round takes it.
        if (last) return { damaged: number };
        known.set(NEVER);
        flush(index);
      }
    }
    flush(count);
    return changed;
  }

  return {
    round(handle: number, last: boolean): FromRotator {
      const { size } = fstatSync(handle);
      const pages = Math.floor(size / pageBytes);
      const from = pageKeys(oldKey, readSalt(handle));
      const grown = Buffer.alloc(pages * 16);
      taken.copy(grown, 0, 0, Math.min(taken.byteLength, grown.byteLength));
      taken = grown;
      let changed = 0;
      for (let first = 1; first <= pages; first += perPiece) {
        const done = onePiece(handle, first, Math.min(perPiece, pages - first + 1), from, last);
        if (typeof done !== 'number') return { t: 'damaged', page: done.damaged };
        changed += done;
        tell({ t: 'progress', done: (first - 1) * pageBytes, total: size });
      }
      if (target !== null) {
        ftruncateSync(target, pages * pageBytes);
        fsyncSync(target);
      }
      return { t: 'rounded', changed };
    },
    complete(at: string) {
      if (target !== null) closeSync(target);
      target = null;
      const copy = new Database(beside);
      try {
        keyDatabase(copy, newKey, pageBytes);
        // What is half done is thrown away: neither a journal nor its syncs are needed.
        for (const pragma of ['temp_store = MEMORY', 'journal_mode = MEMORY', 'synchronous = OFF']) copy.pragma(pragma);
        copy.transaction(() => {
          const old = derivedKeys(copy, vaultKey);
          rewrapPatientKeys(copy, deriveKey(vaultKey, 'files'), deriveKey(next, 'files'), systemChance);
          copy
            .prepare("INSERT INTO meta (key, value) VALUES ('key-made-at', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
            .run(at);
          keepKeys(copy, old, next, systemChance);
        })();
      } finally {
        copy.close();
        for (const key of [vaultKey, next, oldKey, newKey]) key.fill(0);
      }
    },
  };
}

function readSalt(handle: number): Buffer {
  const salt = Buffer.alloc(16);
  readSync(handle, salt, 0, 16, 0);
  return salt;
}

/** @returns bytes read: fewer where the file became shorter meanwhile */
function readWhole(handle: number, into: Buffer, at: number): number {
  let filled = 0;
  while (filled < into.byteLength) {
    const more = readSync(handle, into, filled, into.byteLength - filled, at + filled);
    if (more === 0) break;
    filled += more;
  }
  return filled;
}

function writeAt(handle: number | null, bytes: Buffer, at: number): void {
  if (handle === null) throw new Error('the copy is complete');
  writeWhole(handle, bytes, at);
}
