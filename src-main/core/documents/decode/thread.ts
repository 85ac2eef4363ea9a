import { Worker } from 'node:worker_threads';
import { AppError, fromAnswer } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import type { Answer } from './worker-protocol.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(cause: unknown): void;
}

export interface AskOptions {
  seconds: number;
  signal?: AbortSignal | undefined;
}

/** A worker thread that answers questions. It holds nobody up: while nothing is asked the process may end. */
export class Thread {
  #worker: Worker;
  #waiting = new Map<number, Waiting>();
  #next = 1;
  #dead: unknown = null;

  /** @param broken what to answer when the thread dies of its input */
  constructor(file: URL, broken: () => AppError) {
    this.#worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapMb } });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer<unknown>) => this.#take(answer));
    this.#worker.on('error', (cause) => this.#die(new AppError(broken().code, {}, { cause })));
    this.#worker.on('exit', () => this.#die(broken()));
  }

  get dead(): boolean {
    return this.#dead !== null;
  }

  /** Asks and waits. On cancelling and past the time limit the thread is ended. `T` is what the worker's own code answers to this question. */
  async ask<T>(question: object, { seconds, signal }: AskOptions): Promise<T> {
    if (this.#dead !== null) throw this.#dead;
    if (signal?.aborted) throw new AppError('cancelled');
    const id = this.#next++;
    const cancel = () => this.end(new AppError('cancelled'));
    const timer = setTimeout(() => this.end(new AppError('time-limit', { seconds })), seconds * 1000);
    signal?.addEventListener('abort', cancel, { once: true });
    this.#worker.ref();
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#waiting.set(id, { resolve: (value) => resolve(value as T), reject }); // both ends of the channel are ours
        this.#worker.postMessage({ id, ask: question });
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      if (this.#waiting.size === 0) this.#worker.unref();
    }
  }

  /** Ends the thread; whoever waits gets the reason. */
  end(reason: unknown = new AppError('cancelled')): void {
    this.#die(reason);
    void this.#worker.terminate();
  }

  #take(answer: Answer<unknown>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(fromAnswer(answer.error));
    else waiting?.resolve(answer.result);
  }

  #die(reason: unknown): void {
    this.#dead ??= reason;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#dead);
    this.#waiting.clear();
  }
}
