/** What was just removed and can still be brought back, for ten seconds. */
import { useSyncExternalStore } from 'react';

const UNDO_MS = 10_000;

export interface Undoable {
  /** What was done, as a sentence. */
  text: string;
  undo: () => void;
}

let current: Undoable | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Offers the way back from a removal; a later removal takes its place. */
export function offerUndo(undoable: Undoable): void {
  clearTimeout(timer);
  timer = setTimeout(forgetUndo, UNDO_MS);
  set(undoable);
}

export function forgetUndo(): void {
  clearTimeout(timer);
  set(null);
}

export function useUndo(): Undoable | null {
  return useSyncExternalStore(subscribe, () => current);
}

function set(next: Undoable | null): void {
  current = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
