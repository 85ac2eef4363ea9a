/** Hands the page its ports to the core and to the shell, and does nothing else. */
import { ipcRenderer } from 'electron';
import { CORE_LOST, CORE_PORT, SHELL_PORT } from '../src-shared/contract/shell.ts';

// The compiler's settings for this side know no DOM; this is all that the script needs of it.
declare const window: {
  location: { origin: string };
  postMessage(message: string, origin: string, ports: readonly unknown[]): void;
};

for (const channel of [CORE_PORT, SHELL_PORT, CORE_LOST]) {
  ipcRenderer.on(channel, (event) => window.postMessage(channel, window.location.origin, event.ports));
}
