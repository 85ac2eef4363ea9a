/** The core's side of the network thread: started at first use, replaced when it dies. */
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../../src-node/worker-url.ts';
import { AppError, fromAnswer } from '../../../src-shared/errors/index.ts';
import type { Arrived, FromThread, Question, Questions, ToThread } from './protocol.ts';

/** Script heap of the thread, MiB; objects themselves lie outside of it. */
const HEAP_MB = 512;

export interface NetworkEvents {
  /** True once the object is durably kept. */
  keep(object: Arrived): Promise<boolean>;
  end(from: string): void;
  turnedAway(from: string): void;
  /** What somebody sent found no memory free. */
  noRoom(from: string): void;
  /** The thread has died; who listened does so no more. */
  died(): void;
}

export interface Network {
  /** @throws AppError pacs-*, cancelled */
  ask<Name extends Question>(
    question: Name,
    ask: Questions[Name]['ask'],
    options?: { signal?: AbortSignal; onObject?: (object: Arrived) => Promise<boolean> },
  ): Promise<Questions[Name]['answer']>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
  onObject?: ((object: Arrived) => Promise<boolean>) | undefined;
}

/** @param memoryBytes for objects on their way in; left out: by the machine's memory */
export function openNetwork(events: NetworkEvents, memoryBytes?: number): Network {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let next = 1;

  function started(): Worker {
    if (thread) return thread;
    const worker = new Worker(workerUrl(import.meta.url, './pacs.worker'), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      env: {},
      workerData: { memoryBytes },
      stdout: true,
      stderr: true,
    });
    // The libraries in it print values of attributes: nobody may read them.
    worker.stdout.resume();
    worker.stderr.resume();
    const tell = (message: ToThread) => worker.postMessage(message);
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'object') {
        const keep = message.of === undefined ? events.keep : (waiting.get(message.of)?.onObject ?? (async () => false));
        keep(message).then(
          (ok) => tell({ kind: 'kept', object: message.object, ok }),
          () => tell({ kind: 'kept', object: message.object, ok: false }),
        );
      } else if (message.kind === 'end') events.end(message.from);
      else if (message.kind === 'turned-away') events.turnedAway(message.from);
      else if (message.kind === 'no-room') events.noRoom(message.from);
      else {
        const one = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.kind === 'answer') one?.resolve(message.answer);
        else one?.reject(fromAnswer(message.error));
      }
    });
    const gone = () => {
      if (thread !== worker) return;
      thread = undefined;
      for (const one of waiting.values()) one.reject(new AppError('pacs-broke-off'));
      waiting.clear();
      events.died();
    };
    worker.on('error', gone);
    worker.on('exit', gone);
    worker.unref();
    thread = worker;
    return worker;
  }

  return {
    ask(question, ask, { signal, onObject } = {}) {
      const id = next++;
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new AppError('cancelled'));
        const worker = started();
        const cancel = () => worker.postMessage({ kind: 'cancel', id } satisfies ToThread);
        // One job asks thousands of times under the same signal.
        const settled = () => signal?.removeEventListener('abort', cancel);
        waiting.set(id, {
          resolve(answer) {
            settled();
            // The thread answers each question with its own kind.
            resolve(answer as never);
          },
          reject(reason) {
            settled();
            reject(reason);
          },
          onObject,
        });
        signal?.addEventListener('abort', cancel);
        worker.postMessage({ kind: 'ask', id, question, ask } satisfies ToThread);
      });
    },
    async close() {
      const closing = thread;
      thread = undefined;
      for (const one of waiting.values()) one.reject(new AppError('cancelled'));
      waiting.clear();
      await closing?.terminate();
    },
  };
}
