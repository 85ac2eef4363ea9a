import { parentPort } from 'node:worker_threads';
import { errorAnswer } from '../../../../src-shared/errors/index.ts';
import type { Request } from './worker-protocol.ts';

export interface Served {
  result: unknown;
  /** Buffers handed over instead of copied. */
  transfer?: ArrayBuffer[];
}

/** Answers the questions of a `Thread`, one after the other. */
export function serve<T>(handle: (ask: T) => Promise<Served>): void {
  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, ask }: Request<T>) => {
    last = last.then(async () => {
      try {
        const { result, transfer } = await handle(ask);
        parentPort?.postMessage({ id, result }, transfer ?? []);
      } catch (cause) {
        parentPort?.postMessage({ id, error: errorAnswer(cause) });
      }
    });
  });
}
