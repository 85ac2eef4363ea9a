/** Drives the built application in the real Electron: for end-to-end tests, the demonstration and the measurements. Needs `npm run` or scripts/setup.mjs to have built it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { startDisplay } from '../../scripts/display.mjs';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { root } from '../../src-node/root.ts';

export interface LaunchOptions {
  /** Folder for everything that the application keeps (LAMPLIGHT_HOME); a new one that is removed at the end when left out. */
  home?: string;
  env?: Readonly<Record<string, string>>;
  /** Where `screenshot` writes; out/e2e when left out. */
  screenshots?: string;
  theme?: 'light' | 'dark';
}

export interface Application {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** What the page complained of: console errors, uncaught exceptions and violations of its Content Security Policy. Empty in a test that passes. */
  readonly complaints: string[];
  /** What shell and core wrote on stderr. */
  log(): string;
  /** Writes NAME.png and answers its path. */
  screenshot(name: string): Promise<string>;
  theme(scheme: 'light' | 'dark'): Promise<void>;
  /** Kills the core as a crash would; the shell starts another. */
  killCore(): void;
  /** Ends the application. @throws Error when the page complained of anything */
  close(): Promise<void>;
}

/** Those that are open now, for whoever has to look at them when a test fails. */
export const openApplications = new Set<Application>();

export async function launch(options: LaunchOptions = {}): Promise<Application> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'lamplight-e2e-'));
  const { executable } = await resolveElectron({ virtualDisplay: true });
  const app = await _electron.launch({
    executablePath: executable,
    args: [root],
    cwd: root,
    env: { ...(await environment(home)), ...options.env },
  });
  let said = '';
  app.process().stderr?.on('data', (bytes) => {
    said += bytes;
  });
  const page = await app.firstWindow();
  const complaints = listen(page);
  await page.waitForLoadState('domcontentloaded');
  if (options.theme) await page.emulateMedia({ colorScheme: options.theme });
  const application: Application = {
    app,
    page,
    home,
    complaints,
    log: () => said,
    screenshot: async (name) => {
      const folder = options.screenshots ?? join(root, 'out', 'e2e');
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
    theme: (scheme) => page.emulateMedia({ colorScheme: scheme }),
    killCore: () => {
      process.kill(corePid(app.process().pid ?? 0), 'SIGKILL');
    },
    close: async () => {
      openApplications.delete(application);
      await app.close();
      if (!options.home) rmSync(home, { recursive: true, force: true });
      if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`);
    },
  };
  openApplications.add(application);
  return application;
}

/** A fresh home, no keychain (its device key is a file in that home) and a display of ours. */
export async function environment(home: string): Promise<Record<string, string>> {
  const keys = join(home, 'device-keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const { PATH = '', LANG = 'C.UTF-8' } = process.env;
  return { PATH, LANG, HOME: home, LAMPLIGHT_HOME: home, LAMPLIGHT_DEVICE_KEY_DIR: keys, ...(await display()) };
}

let ownDisplay: Promise<Record<string, string>> | undefined;

/** The display that `npm test` opened for the whole run, or else one of our own for this process. */
function display(): Promise<Record<string, string>> {
  const { DISPLAY, XAUTHORITY } = process.env;
  if (process.platform !== 'linux') return Promise.resolve({});
  if (DISPLAY) return Promise.resolve({ DISPLAY, ...(XAUTHORITY ? { XAUTHORITY } : {}) });
  ownDisplay ??= startDisplay().then((started) => ({ ...started.env }));
  return ownDisplay;
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  // A violation of the policy is written to the console as an error, too.
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  return complaints;
}

/** The process that the shell started with `--vault-root`. */
export function corePid(shell: number): number {
  const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
  const core = children.find((pid) => commandLine(pid).includes('--vault-root'));
  if (!core) throw new Error('No core runs');
  return Number(core);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}
