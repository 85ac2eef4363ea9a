/** The window: a sandboxed page, its ports to core and shell, and what it may ask of the shell. */
import { randomUUID } from 'node:crypto';
import { app, BrowserWindow, MessageChannelMain, nativeTheme, type Session } from 'electron';
import {
  COPY_LENGTH_MAX,
  CORE_LOST,
  CORE_PORT,
  choices,
  type PageToShell,
  SHELL_PORT,
  type ShellToPage,
} from '../../src-shared/contract/shell.ts';
import { choosePlace } from './choose-place.ts';
import type { ClipboardGuard } from './clipboard-guard.ts';
import type { CoreHost } from './core-host.ts';
import { PAGE_URL } from './page-scheme.ts';

const WIDTH = 1366;
const HEIGHT = 768;
/** The colour behind the page until it has painted, by theme: the page's own background, so that nothing flashes. */
const BACKGROUND = { light: '#ffffff', dark: '#1a1b1e' };

export class PageWindow {
  readonly #window: BrowserWindow;
  readonly #core: () => CoreHost;
  readonly #clipboard: ClipboardGuard;
  #tellPage: (message: ShellToPage) => void = () => {};
  #loaded = false;

  constructor(session: Session, preload: string, core: () => CoreHost, clipboard: ClipboardGuard) {
    this.#core = core;
    this.#clipboard = clipboard;
    this.#window = new BrowserWindow({
      width: WIDTH,
      height: HEIGHT,
      minWidth: 640,
      minHeight: 480,
      // No name of a patient may stand in a task bar: the title never changes.
      title: 'Lamplight',
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        session,
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        devTools: !app.isPackaged,
        spellcheck: false,
      },
    });
    this.#window.on('page-title-updated', (event) => event.preventDefault());
    // The page's scripts are deferred: when this comes, they listen.
    this.#window.webContents.on('dom-ready', () => {
      this.#loaded = true;
      this.#openShellPort();
      this.openCorePort();
    });
    this.#window.webContents.on('render-process-gone', () => {
      this.#loaded = false;
      this.#window.webContents.reload();
    });
    this.#window.loadURL(PAGE_URL);
  }

  /** Gives the page a fresh port to the core that runs now. */
  openCorePort(): void {
    if (!this.#loaded || !this.#core().running) return;
    const { port1, port2 } = new MessageChannelMain();
    this.#core().connect(port1);
    this.#window.webContents.postMessage(CORE_PORT, null, [port2]);
  }

  coreLost(): void {
    if (this.#loaded) this.#window.webContents.postMessage(CORE_LOST, null);
  }

  tell(message: ShellToPage): void {
    this.#tellPage(message);
  }

  bringToFront(): void {
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
  }

  #openShellPort(): void {
    const { port1, port2 } = new MessageChannelMain();
    port1.on('message', (event) => this.#asked(event.data));
    port1.start();
    this.#tellPage = (message) => port1.postMessage(message);
    this.#window.webContents.postMessage(SHELL_PORT, null, [port2]);
    if (this.#core().failed) this.tell({ t: 'core-failed' });
  }

  #asked(data: unknown): void {
    const request = parseRequest(data);
    if (request?.t === 'print') this.#window.webContents.print({ silent: false });
    if (request?.t === 'choose')
      void choosePlace(this.#window, request.what).then((path) => {
        const handle = path === undefined ? undefined : randomUUID();
        if (handle !== undefined && path !== undefined) this.#core().place(handle, path);
        this.tell({ t: 'chosen', asked: request.asked, handle, name: path });
      });
    if (request?.t === 'copy') this.#clipboard.copy(request.text);
    if (request?.t === 'copied') this.#clipboard.copied();
    if (request?.t === 'covered') void this.#clipboard.forget();
    if (request?.t === 'theme') nativeTheme.themeSource = request.theme;
  }
}

/** Null for anything that the page has no business to ask. */
function parseRequest(data: unknown): PageToShell | null {
  if (typeof data !== 'object' || data === null) return null;
  // Each field is checked before it is used.
  const { t, theme, asked, what, text } = data as {
    t?: unknown;
    theme?: unknown;
    asked?: unknown;
    what?: unknown;
    text?: unknown;
  };
  const choice = choices.find((one) => one === what);
  if (t === 'choose' && typeof asked === 'string' && asked.length <= 64 && choice) return { t, asked, what: choice };
  if (t === 'copy' && typeof text === 'string' && text.length <= COPY_LENGTH_MAX) return { t, text };
  if (t === 'print' || t === 'copied' || t === 'covered') return { t };
  if (t === 'theme' && (theme === 'system' || theme === 'light' || theme === 'dark')) return { t, theme };
  return null;
}
