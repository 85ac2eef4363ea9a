/** Locks by shortcut, after idle time and when the machine sleeps; keeps the core from locking while somebody is at the keyboard. */
import { useEffect } from 'react';
import { call } from '../core/connection.ts';
import { flushDrafts } from '../core/drafts.ts';
import { refresh } from '../core/queries.ts';
import { onShellMessage } from '../core/shell.ts';
import { cover } from './cover.ts';

/** The core hears of keystrokes no more often than this. */
const TOUCH_EVERY_MS = 20_000;

/** Covers at once, then saves what is half typed, then locks. `switch`: somebody else is about to sign in, and the session here is kept. */
export async function lock(reason: 'shortcut' | 'idle' | 'suspend' | 'switch'): Promise<void> {
  cover(reason === 'switch' ? 'switching' : 'locked');
  await flushDrafts();
  await call('session.lock', { reason }).catch(() => {});
  refresh('session.status');
}

export function useLocking(idleLockMs: number): void {
  useEffect(() => {
    let touchedAt = 0;
    let timer = setTimeout(() => void lock('idle'), idleLockMs);
    function stir() {
      clearTimeout(timer);
      timer = setTimeout(() => void lock('idle'), idleLockMs);
      const now = performance.now();
      if (now - touchedAt < TOUCH_EVERY_MS) return;
      touchedAt = now;
      call('session.touch', {}).catch(() => {});
    }
    const stop = onShellMessage((message) => {
      if (message.t === 'power') void lock('suspend');
    });
    const signs = ['keydown', 'pointerdown', 'wheel', 'pointermove'] as const;
    for (const sign of signs) window.addEventListener(sign, stir, { passive: true, capture: true });
    return () => {
      stop();
      clearTimeout(timer);
      for (const sign of signs) window.removeEventListener(sign, stir, { capture: true });
    };
  }, [idleLockMs]);
}
