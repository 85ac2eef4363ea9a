/** Verifying the log of an open vault. The rows are read here, in slices; hashing and checking run in a worker, so that the core goes on answering. */
import { setImmediate as breath } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { workerUrl } from '../../../src-node/worker-url.ts';
import type { Verdict } from '../../../src-shared/audit/lines.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db } from '../context.ts';
import { diskError } from '../vault/index.ts';
import { type LogToCheck, sliceChecker } from './check-slices.ts';
import { type Extent, extentOf, type Slice, sliceReader } from './rows.ts';
import type { FromVerifier, ToVerifier } from './verify.worker.ts';

/** Slices on their way to the worker: one being checked, one waiting. */
const UNDER_WAY_MAX = 2;

export interface VerifyOptions {
  progress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** A log of which a page cannot be read. */
export const unreadable = (entries: number): Verdict => ({
  ok: false,
  entries,
  seals: 0,
  receipts: 0,
  sealedTo: 0,
  receiptTo: 0,
  firstBad: { index: null, what: 'unreadable' },
});

/** Walks chain, seals and receipts in the database, and that the columns beside an entry say what the entry says. Holds the caller's thread until it is done. */
export function verifyLog(db: Db, device: string, publicKey: Uint8Array): Verdict {
  let last = 0;
  try {
    const extent = extentOf(db);
    const read = sliceReader(db);
    const checker = sliceChecker(logToCheck(db, extent, device, publicKey));
    for (
      let slice = read(0, extent.entries);
      slice.entries.length > 0 && !checker.check(slice);
      slice = read(last, extent.entries)
    )
      last = slice.entries.at(-1)?.n ?? extent.entries;
    return checker.verdict();
  } catch (thrown) {
    if (isDamage(thrown)) return unreadable(last);
    throw thrown;
  }
}

/** The same with a thread of its own, for logs of any length. Throws `cancelled`. */
export async function verifyLogAside(
  db: Db,
  device: string,
  publicKey: Uint8Array,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const thread = openThread();
  let last = 0;
  try {
    const extent = extentOf(db);
    const read = sliceReader(db);
    thread.tell({ t: 'begin', log: logToCheck(db, extent, device, publicKey) });
    while (last < extent.entries) {
      options.signal?.throwIfAborted();
      const slice = read(last, extent.entries);
      const { n } = slice.entries.at(-1) ?? {};
      if (n === undefined) break;
      last = n;
      if (await thread.check(slice)) break;
      options.progress?.(last, extent.entries);
      await breath();
    }
    return await thread.finish();
  } catch (thrown) {
    if (isDamage(thrown)) return unreadable(last);
    throw options.signal?.aborted ? new AppError('cancelled') : thrown;
  } finally {
    thread.end();
  }
}

function isDamage(thrown: unknown): boolean {
  const cause = diskError(thrown);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === 'vault-damaged' || code.startsWith('SQLITE');
}

function logToCheck(db: Db, extent: Extent, device: string, publicKey: Uint8Array): LogToCheck {
  return { device, publicKey, serverKeys: serverKeys(db), covered: Math.max(extent.sealedTo, extent.receiptTo) };
}

/** The server that this machine is paired with: a receipt in its name under another key is forged. */
function serverKeys(db: Db): Record<string, string> {
  const row = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'sync-server'").get();
  const server = z.object({ id: z.string(), publicKey: z.string() }).safeParse(row ? JSON.parse(row.value) : null);
  return server.success ? { [server.data.id]: server.data.publicKey } : {};
}

function openThread() {
  const worker = new Worker(workerUrl(import.meta.url, './verify.worker'), { resourceLimits: { maxOldGenerationSizeMb: 256 } });
  let underWay = 0;
  let bad = false;
  let wake: () => void = () => undefined;
  let settle: (verdict: Verdict) => void = () => undefined;
  let fail: (cause: unknown) => void = () => undefined;
  const ended = new Promise<Verdict>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  ended.catch(() => undefined);
  worker.on('message', (message: FromVerifier) => {
    if (message.t === 'verdict') return settle(message.verdict);
    underWay -= 1;
    bad ||= message.bad;
    wake();
  });
  const died = (cause: unknown) => {
    fail(cause);
    bad = true;
    wake();
  };
  worker.on('error', died);
  worker.on('exit', () => died(new Error('the verifier ended early')));
  const tell = (message: ToVerifier) => worker.postMessage(message);
  return {
    tell,
    /** @returns whether something bad was found already, so that nothing more needs to be read */
    async check(slice: Slice): Promise<boolean> {
      tell({ t: 'slice', slice });
      underWay += 1;
      while (underWay >= UNDER_WAY_MAX && !bad) await new Promise<void>((resolve) => (wake = resolve));
      return bad;
    },
    finish() {
      tell({ t: 'finish' });
      return ended;
    },
    end() {
      worker.removeAllListeners('exit');
      void worker.terminate();
    },
  };
}
