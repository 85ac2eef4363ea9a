/** Wrong sign-ins slow down (1, 2, 4 ... 60 s) and lock after ten. Kept beside the vault, because they count while it is closed. */
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Clock } from '../context.ts';
import { diskError, replaceFile } from '../vault/index.ts';

const TRIES_MAX = 10;
const WAIT_MS_MAX = 60_000;
/** Whoever holds the count has it for one write of a small file. */
const LOCK_MS_MAX = 10_000;
const triesFile = z.record(z.string(), z.object({ count: z.number(), lastMs: z.number() }));
type TriesFile = z.output<typeof triesFile>;

export interface Tries {
  /** Throws `account-locked` or `sign-in-slowed`. */
  check(who: string): void;
  failed(who: string): void;
  /** Forgets them and answers how many there were. */
  succeeded(who: string): number;
  locked(who: string): boolean;
}

export function openTries(dir: string, clock: Clock): Tries {
  const path = join(dir, 'vault.tries');
  const read = (): TriesFile => {
    if (!existsSync(path)) return {};
    try {
      return triesFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return {};
    }
  };
  const write = (tries: TriesFile) => replaceFile(path, Buffer.from(JSON.stringify(tries)));
  return {
    check(who) {
      const known = read()[who];
      if (!known) return;
      if (known.count >= TRIES_MAX) throw new AppError('account-locked');
      // The first three slips cost nothing: people mistype.
      const waitMs = known.count < 3 ? 0 : Math.min(WAIT_MS_MAX, 1000 * 2 ** (known.count - 3));
      // A clock that was set back must not lengthen the wait.
      const leftMs = Math.min(waitMs, known.lastMs + waitMs - clock.now());
      if (leftMs > 0) throw new AppError('sign-in-slowed', { seconds: Math.ceil(leftMs / 1000) });
    },
    failed(who) {
      alone(`${path}.lock`, () => {
        const tries = read();
        write({ ...tries, [who]: { count: (tries[who]?.count ?? 0) + 1, lastMs: clock.now() } });
      });
    },
    succeeded(who) {
      if (!read()[who]) return 0;
      return alone(`${path}.lock`, () => {
        const { [who]: known, ...others } = read();
        if (known) write(others);
        return known?.count ?? 0;
      });
    },
    locked: (who) => (read()[who]?.count ?? 0) >= TRIES_MAX,
  };
}

/**
 * Several programs may be told a wrong password at the same moment, and each must count. The lock is SQLite's on an empty file: the system lets it go when a
 * program dies, on every platform. Throws `disk-full`, `disk-error`, `busy`.
 */
function alone<T>(path: string, body: () => T): T {
  try {
    // Made here, because SQLite would let others read it.
    closeSync(openSync(path, 'a', 0o600));
    const lock = new Database(path, { timeout: LOCK_MS_MAX });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return body();
    } finally {
      lock.close();
    }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'SQLITE_BUSY')
      throw new AppError('busy', {}, { cause: thrown });
    throw diskError(thrown);
  }
}
