/** Whatever is copied out of the page is cleared again by the shell: after a minute, at each lock and at the end. */
import { askShell } from './shell.ts';

/** Called once: tells the shell of each copy and cut, by key or menu. */
export function watchCopies(): void {
  for (const event of ['copy', 'cut'] as const) document.addEventListener(event, () => askShell({ t: 'copied' }));
}

/** Puts a text on the clipboard. */
export function copyText(text: string): void {
  askShell({ t: 'copy', text });
}

/** The content is covered: nothing of it stays on the clipboard. */
export function forgetCopies(): void {
  askShell({ t: 'covered' });
}
