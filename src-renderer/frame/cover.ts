/** Covers the content at once, before the core has answered anything. */
import { useSyncExternalStore } from 'react';

let covered = false;
const listeners = new Set<() => void>();

export function cover(on: boolean): void {
  covered = on;
  for (const listener of listeners) listener();
}

export function useCovered(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => covered,
  );
}
