/** Covers the content at once, before the core has answered anything. */
import { useSyncExternalStore } from 'react';
import { forgetCopies } from '../core/clipboard.ts';

/** `locked`: the same person comes back to the same place; `switching`: they make room for somebody else; `left`: they signed out. */
export type Cover = 'open' | 'locked' | 'switching' | 'left';

let current: Cover = 'open';
const listeners = new Set<() => void>();

/** Covered already, it stays covered as it was, until somebody is in. */
export function coverLocked(): void {
  if (current === 'open') cover('locked');
}

export function cover(next: Cover): void {
  current = next;
  if (next !== 'open') forgetCopies();
  for (const listener of listeners) listener();
}

export function useCover(): Cover {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
