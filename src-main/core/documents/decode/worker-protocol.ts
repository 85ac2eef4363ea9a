import type { ErrorAnswer } from '../../../../src-shared/errors/index.ts';

/** What goes to a worker thread and comes back; one request, one answer. */
export interface Request<T> {
  id: number;
  ask: T;
}

export type Answer<T> = { id: number; result: T } | { id: number; error: ErrorAnswer };
