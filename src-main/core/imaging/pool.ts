/** Decoding threads: as many as the machine has cores to spare, each with a bound on memory and time; one that dies of a file is replaced. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../../src-node/worker-url.ts';
import { AppError, fromAnswer } from '../../../src-shared/errors/index.ts';
import { limits } from './limits.ts';
import type { Question, Questions, Reply, Request } from './worker-protocol.ts';

const THREADS_MAX = 8;
/** Questions that wait; more at once is more than anybody looks at. */
const WAITING_MAX = 4096;
/** An idle thread goes after this. */
const IDLE_MS = 30_000;

interface Task {
  request: Request;
  seconds: number;
  /** Lower goes first. */
  priority: number;
  signal?: AbortSignal | undefined;
  transfer: ArrayBuffer[];
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

interface Thread {
  worker: Worker;
  task: Task | null;
  timer: NodeJS.Timeout | null;
}

export interface AskOptions {
  seconds?: number;
  /** 0: somebody waits for it; 1: asked for ahead. */
  priority?: 0 | 1;
  signal?: AbortSignal | undefined;
  /** Buffers that are handed over; they are gone here afterwards. */
  transfer?: ArrayBuffer[];
}

export interface DicomPool {
  /** @throws AppError what the file is refused for; `time-limit`; `dicom-damaged` where the thread died of it */
  ask<Name extends Question>(
    question: Name,
    ask: Questions[Name]['ask'],
    options?: AskOptions,
  ): Promise<Questions[Name]['answer']>;
  readonly size: number;
  close(): Promise<void>;
}

/** @param size threads; by default one less than there are cores, at least one */
export function openDicomPool(size = Math.min(THREADS_MAX, Math.max(1, availableParallelism() - 1))): DicomPool {
  const threads = new Set<Thread>();
  const waiting: Task[] = [];
  let next = 1;
  let closed = false;

  function start(): Thread {
    const worker = new Worker(workerUrl(import.meta.url, './dicom.worker'), {
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapMb },
    });
    const thread: Thread = { worker, task: null, timer: null };
    worker.on('message', (reply: Reply) => {
      const { task } = thread;
      free(thread);
      if ('error' in reply) task?.reject(fromAnswer(reply.error));
      else task?.resolve(reply.answer);
      work();
    });
    worker.on('error', (cause) =>
      end(thread, new AppError('dicom-damaged', { what: 'it cannot be decoded within the limits' }, { cause })),
    );
    worker.on('exit', () => end(thread, new AppError('dicom-damaged', { what: 'it cannot be decoded within the limits' })));
    threads.add(thread);
    return thread;
  }

  function free(thread: Thread): void {
    if (thread.timer) clearTimeout(thread.timer);
    thread.task = null;
    thread.worker.unref();
    thread.timer = setTimeout(() => end(thread, new AppError('cancelled')), IDLE_MS).unref();
  }

  function end(thread: Thread, reason: AppError): void {
    if (!threads.delete(thread)) return;
    if (thread.timer) clearTimeout(thread.timer);
    thread.task?.reject(reason);
    thread.task = null;
    void thread.worker.terminate();
    work();
  }

  function work(): void {
    while (waiting.length > 0) {
      const idle = [...threads].find((thread) => thread.task === null) ?? (threads.size < size && !closed ? start() : undefined);
      if (!idle) return;
      const at = waiting.findIndex((task) => task.priority === 0);
      const [task] = waiting.splice(Math.max(0, at), 1);
      if (!task) return;
      if (task.signal?.aborted) {
        task.reject(new AppError('cancelled'));
        continue;
      }
      if (idle.timer) clearTimeout(idle.timer);
      idle.task = task;
      idle.worker.ref();
      idle.timer = setTimeout(() => end(idle, new AppError('time-limit', { seconds: task.seconds })), task.seconds * 1000);
      idle.worker.postMessage(task.request, task.transfer);
    }
  }

  return {
    size,
    ask(question, ask, { seconds = limits.frameSeconds, priority = 0, signal, transfer = [] } = {}) {
      return new Promise((resolve, reject) => {
        if (closed || signal?.aborted) return reject(new AppError('cancelled'));
        if (waiting.length >= WAITING_MAX) return reject(new AppError('busy'));
        const task: Task = {
          request: { id: next++, question, ask },
          seconds,
          priority,
          signal,
          transfer,
          resolve: (answer) => resolve(answer as never),
          reject,
        }; // the worker answers each question with its own kind
        signal?.addEventListener('abort', () => stop(task), { once: true });
        waiting.push(task);
        work();
      });
    },
    async close() {
      closed = true;
      for (const task of waiting.splice(0)) task.reject(new AppError('cancelled'));
      const ended = [...threads].map((thread) => thread.worker);
      for (const thread of threads) end(thread, new AppError('cancelled'));
      await Promise.all(ended.map((worker) => worker.terminate()));
    },
  };

  function stop(task: Task): void {
    const at = waiting.indexOf(task);
    if (at >= 0) {
      waiting.splice(at, 1);
      task.reject(new AppError('cancelled'));
      return;
    }
    for (const thread of threads) if (thread.task === task) end(thread, new AppError('cancelled'));
  }
}
