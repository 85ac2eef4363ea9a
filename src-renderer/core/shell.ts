/** The page's line to the shell: menu commands, power events, and the two things that the page may ask of it. */
import { useSyncExternalStore } from 'react';
import { type Choice, type PageToShell, SHELL_PORT, type ShellToPage } from '../../src-shared/contract/shell.ts';

const listeners = new Set<(message: ShellToPage) => void>();
let port: MessagePort | undefined;
let coreFailed = false;

/** Listens for the port from the preload script. Called once, before the first paint. */
export function listenForShell(): void {
  window.addEventListener('message', (event) => {
    const [given] = event.ports;
    if (event.source !== window || event.data !== SHELL_PORT || !given) return;
    port = given;
    // The other end of this port is our own shell, which sends nothing but ShellToPage.
    port.onmessage = ({ data }) => tell(data as ShellToPage);
  });
}

/** Subscribes to the shell; returns the way to stop. */
export function onShellMessage(listener: (message: ShellToPage) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The core died too often and is not started again before the application is. */
export function useCoreFailed(): boolean {
  return useSyncExternalStore(onShellMessage, () => coreFailed);
}

export function askShell(request: PageToShell): void {
  port?.postMessage(request);
}

/** Lets the person choose a folder or file in a dialog of the system; undefined where they thought better of it. */
export function choose(what: Choice): Promise<{ handle: string; name: string } | undefined> {
  const asked = crypto.randomUUID();
  return new Promise((resolve) => {
    const stop = onShellMessage((message) => {
      if (message.t !== 'chosen' || message.asked !== asked) return;
      stop();
      resolve(message.handle ? { handle: message.handle, name: message.name ?? '' } : undefined);
    });
    askShell({ t: 'choose', asked, what });
  });
}

function tell(message: ShellToPage): void {
  if (message.t === 'core-failed') coreFailed = true;
  for (const listener of listeners) listener(message);
}
