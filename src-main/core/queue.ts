/** What the machine does next where not everything can run at once: the patient whose chart is open comes before a batch of the night. */
import { AppError } from '../../src-shared/errors/index.ts';

/** `open`: somebody waits for it; `batch`: nobody does; `shadow`: nobody will see it. */
export type Priority = 'open' | 'batch' | 'shadow';

const RANK: Record<Priority, number> = { open: 0, batch: 1, shadow: 2 };

interface Entry {
  rank: number;
  start(): void;
}

export interface Queue {
  /** Runs `work` when a lane is free; an aborted signal takes it out of the queue. @throws AppError `cancelled` */
  add<T>(priority: Priority, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Entries that run or wait. */
  size(): number;
}

/** @param lanes so many run at the same time */
export function openQueue(lanes: number): Queue {
  const waiting: Entry[] = [];
  let running = 0;
  const next = () => {
    while (running < lanes) {
      const entry = waiting.shift();
      if (!entry) return;
      running++;
      entry.start();
    }
  };
  return {
    add: (priority, work, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new AppError('cancelled'));
        const entry: Entry = {
          rank: RANK[priority],
          start: () => {
            signal?.removeEventListener('abort', leave);
            work()
              .then(resolve, reject)
              .finally(() => {
                running--;
                next();
              });
          },
        };
        const leave = () => {
          const place = waiting.indexOf(entry);
          if (place < 0) return;
          waiting.splice(place, 1);
          reject(new AppError('cancelled'));
        };
        signal?.addEventListener('abort', leave, { once: true });
        const behind = waiting.findIndex((other) => other.rank > entry.rank);
        waiting.splice(behind < 0 ? waiting.length : behind, 0, entry);
        next();
      }),
    size: () => running + waiting.length,
  };
}
