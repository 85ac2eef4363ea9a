/** Starts the built application: `npm start [-- arguments for Electron]`. Without a display it opens one of its own and leaves a screenshot. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRoot } from './commands.mjs';
import { startDisplay } from './display.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { root } from './paths.mjs';
import { SetupError, say } from './say.mjs';

const LOOK_EVERY_MS = 500;
const LOOKS_MAX = 60;
/** So many looks in a row must be the same: the page's background stands there before its text does. */
const LOOKS_STILL = 8;

try {
  await start(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

async function start(args) {
  const virtual = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  const electron = await resolveElectron({ virtualDisplay: virtual });
  say(`Electron ${electron.version}: ${electron.why}.`);
  const flags = [];
  if (isRoot()) {
    say(
      'WARNING: running as root, so Chromium runs without its sandbox (--no-sandbox). Never work with real patients like this.',
    );
    flags.push('--no-sandbox');
  }
  let env = process.env;
  let display = null;
  if (virtual) {
    display = await startDisplay();
    env = { ...process.env, ...display.env };
    say(
      `there is no display; the window opens on a virtual one (DISPLAY=${display.env.DISPLAY} XAUTHORITY=${display.env.XAUTHORITY}).`,
    );
  }
  const child = spawn(electron.executable, [...flags, root, ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => process.exit(status ?? (signal ? 1 : 0)));
  if (display) await leaveScreenshot(display);
}

/** Waits until the screen shows something and has stopped changing. */
async function leaveScreenshot(display) {
  const file = join(root, 'out', 'start', 'screenshot.png');
  const empty = display.screenshot();
  let last = empty;
  let still = 0;
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    await sleep(LOOK_EVERY_MS);
    const now = display.screenshot();
    still = now.equals(last) && !now.equals(empty) ? still + 1 : 0;
    last = now;
    if (still === LOOKS_STILL) break;
  }
  mkdirSync(join(root, 'out', 'start'), { recursive: true });
  writeFileSync(file, last);
  say(`screenshot: ${file}`);
}
