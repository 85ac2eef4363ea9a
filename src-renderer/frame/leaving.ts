/** Making room for somebody else, or signing out: what the core did not keep would be gone, so the person is asked first. */
import { useSyncExternalStore } from 'react';
import { refusedDrafts } from '../core/drafts.ts';

export interface Leaving {
  /** `switch`: somebody else takes over the screen. */
  how: 'switch' | 'sign-out';
  go: () => void;
}

let asked: Leaving | null = null;
const listeners = new Set<() => void>();

/** Goes at once where everything typed is kept; asks otherwise. */
export function leaveBy(how: Leaving['how'], go: () => void): void {
  if (refusedDrafts().length === 0) go();
  else ask({ how, go });
}

export function stay(): void {
  ask(null);
}

export function useLeaving(): Leaving | null {
  return useSyncExternalStore(subscribe, () => asked);
}

function ask(next: Leaving | null): void {
  asked = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
