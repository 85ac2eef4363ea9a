/** Folders and files that a person chose in a dialog of the shell or named at the terminal. Procedures take their handles, so that no page can name a path. */
import { AppError } from '../../src-shared/errors/index.ts';
import type { Chance, Clock } from './context.ts';

const KEPT_MS = 3_600_000;
const HELD_MAX = 64;

export interface Places {
  /** @returns the handle, good for an hour */
  offer(path: string, handle?: string): string;
  /** Throws `not-found`. */
  path(handle: string): string;
}

export function openPlaces(clock: Clock, chance: Chance): Places {
  const held = new Map<string, { path: string; atMs: number }>();
  return {
    offer(path, handle = chance.id()) {
      const [oldest] = held.keys();
      if (held.size >= HELD_MAX && oldest !== undefined) held.delete(oldest);
      held.set(handle, { path, atMs: clock.now() });
      return handle;
    },
    path(handle) {
      const known = held.get(handle);
      if (!known || clock.now() - known.atMs > KEPT_MS) throw new AppError('not-found', { what: 'chosen folder or file' });
      return known.path;
    },
  };
}
