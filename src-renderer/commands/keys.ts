/** Lets keys and the menu of the shell give commands. */
import { useEffect } from 'react';
import { onShellMessage } from '../core/shell.ts';
import { commandOf, giveCommand, isBeginning } from './registry.ts';

/** The second key of a pair must come within this time. */
const PAIR_MS = 1200;

export function useCommandKeys(): void {
  useEffect(() => {
    let first: { key: string; at: number } | undefined;
    function onKey(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return;
      const key = keyOf(event);
      if (!key) return;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && (isTyping(event.target) || inDialog(event.target) || isPressing(key, event.target))) return;
      const pair = first && event.timeStamp - first.at < PAIR_MS ? commandOf(`${first.key} ${key}`) : undefined;
      const command = pair ?? commandOf(key);
      first = !pair && plain && isBeginning(key) ? { key, at: event.timeStamp } : undefined;
      if (!command) return;
      event.preventDefault();
      command.run();
    }
    window.addEventListener('keydown', onKey);
    const stop = onShellMessage((message) => {
      if (message.t === 'command') giveCommand(message.id);
    });
    return () => {
      window.removeEventListener('keydown', onKey);
      stop();
    };
  }, []);
}

function keyOf(event: KeyboardEvent): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return undefined;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  parts.push(event.key.toLowerCase());
  return parts.join('+');
}

function isTyping(target: EventTarget | null): boolean {
  // A slider takes arrows, no letters.
  if (target instanceof HTMLInputElement && target.type === 'range') return false;
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** A space presses the button that has the focus. */
function isPressing(key: string, target: EventTarget | null): boolean {
  return key === ' ' && target instanceof HTMLElement && target.closest('button, a, summary, [role="button"]') !== null;
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"], .mantine-Popover-dropdown') !== null;
}
