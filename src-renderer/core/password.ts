/**
 * Some acts want a password that was typed a short while ago. Whichever screen calls them, one dialog asks, and the call then goes on: no screen needs code of its own.
 */
import { useSyncExternalStore } from 'react';

/** Each call that waits hears whether the password was given. */
let waiting: ((given: boolean) => void)[] = [];
const listeners = new Set<() => void>();

/** Resolves to false where it was not given, or nobody is there to ask. */
export function askForPassword(): Promise<boolean> {
  if (listeners.size === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    waiting.push(resolve);
    tell();
  });
}

export function passwordGiven(): void {
  settle(true);
}

export function passwordNotGiven(): void {
  settle(false);
}

export function usePasswordAsked(): boolean {
  return useSyncExternalStore(subscribe, () => waiting.length > 0);
}

/** Called once, before any dialog is there: Escape ends this question alone, not the dialog beneath it from which the call came. */
export function watchEscape(): void {
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || event.isComposing || waiting.length === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      passwordNotGiven();
    },
    { capture: true },
  );
}

function settle(given: boolean): void {
  const answered = waiting;
  waiting = [];
  tell();
  for (const resolve of answered) resolve(given);
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
