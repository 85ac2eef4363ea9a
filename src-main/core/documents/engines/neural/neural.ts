import { workerUrl } from '../../../../../src-node/worker-url.ts';
import { AppError } from '../../../../../src-shared/errors/index.ts';
import { Thread } from '../../decode/thread.ts';
import { limits } from '../../limits.ts';
import type { Box, Grey } from '../../page.ts';
import type { FirstLook } from './protocol.ts';
import type { ReadLine } from './read-line.ts';

const IDLE_MS = 30_000; // the thread with its models (some 150 MB) goes after that

let thread: Thread | null = null;
let asking = 0;
let idle: NodeJS.Timeout | undefined;

/** PP-OCR: finds the lines of a page and says which way is up. */
export function firstLook(page: Grey, signal?: AbortSignal): Promise<FirstLook> {
  return ask({ look: page }, signal);
}

/** Reads the lines that the first look left out; gives all. */
export async function readRest(page: Grey, { boxes, read }: FirstLook, signal?: AbortSignal): Promise<ReadLine[]> {
  const known = new Set(read.map((line) => line.box.join()));
  const rest = boxes.filter((box) => !known.has(box.join()));
  return [...read, ...(await readBoxes(page, rest, signal))];
}

/** Reads what stands in the boxes of a page, each as one line. */
export function readBoxes(of: Grey, boxes: Box[], signal?: AbortSignal): Promise<ReadLine[]> {
  return boxes.length === 0 ? Promise.resolve([]) : ask({ of, boxes }, signal);
}

/** Lets go of the engine's thread. */
export function closeNeural(): void {
  thread?.end();
  thread = null;
}

async function ask<T>(question: object, signal: AbortSignal | undefined): Promise<T> {
  clearTimeout(idle);
  if (thread === null || thread.dead)
    thread = new Thread(workerUrl(import.meta.url, './neural.worker'), () => new AppError('internal'));
  asking += 1;
  try {
    return await untilCancelled(thread.ask<T>(question, { seconds: limits.engineSeconds }), signal);
  } finally {
    asking -= 1;
    if (asking === 0) idle = setTimeout(closeNeural, IDLE_MS).unref();
  }
}

/** The thread serves several documents: cancelling one leaves it running and drops its answer. */
function untilCancelled<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new AppError('cancelled'));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
