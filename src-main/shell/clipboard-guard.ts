/**
 * What was copied here does not stay on the clipboard: it is cleared after a minute, at each lock and at the end, where it is still ours. What somebody copied
 * elsewhere since is left alone. The text itself is not kept here, only its hash.
 */
import { createHash } from 'node:crypto';

const CLEAR_AFTER_MS = 60_000;
/** The page's copy reaches the clipboard a moment after its event. */
const SETTLE_MS = 200;

/** Newer versions of Electron answer later, older ones at once. */
export interface Clipboard {
  read(): Promise<string> | string;
  write(text: string): unknown;
  clear(): unknown;
}

export interface ClipboardGuard {
  /** Puts a text there for the page. */
  copy(text: string): void;
  /** The page has just copied or cut by itself. */
  copied(): void;
  /** Clears what is ours at once. */
  forget(): Promise<void>;
}

/** @param after runs `then` after so many milliseconds; answers the way to call it off */
export function guardClipboard(clipboard: Clipboard, after: (ms: number, then: () => void) => () => void): ClipboardGuard {
  let ours: string | null = null;
  /** Copied, and not looked at yet. */
  let settling = false;
  let callOff = () => {};

  const forget = async () => {
    callOff();
    if (settling) await take();
    const mine = ours;
    ours = null;
    if (mine !== null && hashOf(await clipboard.read()) === mine) await clipboard.clear();
  };
  const take = async () => {
    settling = false;
    const text = await clipboard.read();
    ours = text === '' ? null : hashOf(text);
  };
  const count = () => {
    callOff = after(CLEAR_AFTER_MS, () => void forget());
  };
  return {
    copy(text) {
      callOff();
      settling = false;
      void clipboard.write(text);
      ours = hashOf(text);
      count();
    },
    copied() {
      callOff();
      settling = true;
      callOff = after(SETTLE_MS, () => {
        void take();
        count();
      });
    },
    forget,
  };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
