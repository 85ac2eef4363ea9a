/** The core's side of the import worker. */
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../../../src-node/worker-url.ts';
import { AppError, fromAnswer } from '../../../../src-shared/errors/index.ts';
import type { Answer, Decision, FileFinding, Head, Opened, Ready, Request } from './messages.ts';

/** Memory of the worker's heap in MiB: a file of 200 MB of small entries needs about three quarters of it. */
const HEAP_MIB_MAX = 2048;

export class ImportReader {
  private worker: Worker | undefined;
  private readonly signal: AbortSignal | undefined;

  /** @param signal stops the worker in the middle of whatever it does */
  constructor(signal?: AbortSignal) {
    this.signal = signal;
  }

  open(name: string, bytes: Uint8Array, nowMs: number): Promise<Opened> {
    return this.ask({ t: 'open', name, bytes, nowMs });
  }

  heads(from: number): Promise<Head[]> {
    return this.ask({ t: 'heads', from });
  }

  decide(decision: Decision): Promise<void> {
    return this.ask({ t: 'decide', decision });
  }

  ready(from: number): Promise<{ entries: Ready[]; findings: FileFinding[] }> {
    return this.ask({ t: 'ready', from });
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  /** One question at a time. A worker that died of a file is replaced for the next one. */
  private ask<T>(request: Request): Promise<T> {
    this.worker ??= new Worker(workerUrl(import.meta.url, './parse.worker'), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    const { worker, signal } = this;
    return new Promise<T>((resolve, reject) => {
      const onAnswer = (reply: Answer) => {
        stop();
        // The worker answers each request with what messages.ts says.
        if (reply.ok) resolve(reply.value as T);
        else reject(fromAnswer(reply.error));
      };
      const fail = (thrown: unknown) => {
        stop();
        this.worker = undefined;
        void worker.terminate();
        reject(thrown);
      };
      const onError = (thrown: Error) =>
        fail(
          'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? new AppError('file-too-large', { size: 'more than fits in memory', limit: `${HEAP_MIB_MAX} MB` })
            : thrown,
        );
      const onExit = () => fail(new AppError('internal'));
      const onAbort = () => fail(new AppError('cancelled'));
      const stop = () => {
        worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
        signal?.removeEventListener('abort', onAbort);
      };
      if (signal?.aborted) return onAbort();
      worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
      signal?.addEventListener('abort', onAbort);
      worker.postMessage(request);
    });
  }
}
