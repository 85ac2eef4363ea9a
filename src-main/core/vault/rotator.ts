/** The thread that copies a database under another key (rotate.worker.ts), as the core sees it. */
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../../src-node/worker-url.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { FromRotator, ToRotator } from './rotate.worker.ts';

export interface Rotator {
  /** @returns how many pages had changed. Throws `vault-damaged` where a page does not fit in the last round, and what the disk says. */
  round(handle: number, last: boolean, progress?: (doneBytes: number, totalBytes: number) => void): Promise<number>;
  /** Puts patients' keys and kept keys under the new vault key; the copy is closed then. */
  complete(at: string): Promise<void>;
  /** @param why what is told to whoever waits */
  end(why?: AppError): void;
}

export function openRotator(begin: Omit<Extract<ToRotator, { t: 'begin' }>, 't'>): Rotator {
  const worker = new Worker(workerUrl(import.meta.url, './rotate.worker'), { resourceLimits: { maxOldGenerationSizeMb: 256 } });
  let waiting: { done: (message: FromRotator) => void; failed: (cause: unknown) => void } | null = null;
  let progress: ((doneBytes: number, totalBytes: number) => void) | undefined;
  let ended: unknown = null;
  const fail = (cause: unknown) => {
    ended ??= cause;
    waiting?.failed(cause);
    waiting = null;
  };
  worker.on('message', (message: FromRotator) => {
    if (message.t === 'progress') return progress?.(message.done, message.total);
    waiting?.done(message);
    waiting = null;
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread of the rotation ended early')));
  worker.postMessage({ t: 'begin', ...begin } satisfies ToRotator);

  function ask(question: ToRotator): Promise<FromRotator> {
    if (ended !== null) return Promise.reject(ended);
    return new Promise<FromRotator>((done, failed) => {
      waiting = { done, failed };
      worker.postMessage(question);
    }).then((answer) => {
      if (answer.t === 'failed') throw Object.assign(new Error(answer.message), { code: answer.code });
      if (answer.t === 'damaged')
        throw new AppError('vault-damaged', { what: `page ${answer.page} of the database does not fit its check sum` });
      return answer;
    });
  }

  return {
    async round(handle, last, tell) {
      progress = tell;
      const answer = await ask({ t: 'round', handle, last });
      return answer.t === 'rounded' ? answer.changed : 0;
    },
    async complete(at) {
      progress = undefined;
      await ask({ t: 'complete', at });
    },
    end(why) {
      fail(why ?? new AppError('cancelled'));
      void worker.terminate();
    },
  };
}
