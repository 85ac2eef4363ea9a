/** With Chromium's sandbox, as users run it: an ordinary user starts a copy of application and runtime, and the kernel filters what the page's process may call. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startDisplay } from '../../scripts/display.mjs';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { root } from '../../src-node/root.ts';

const NOBODY = 65534;
const SECCOMP_FILTER = '2';
const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'lamplight-sandbox-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.runIf(process.platform === 'linux')('the page of an ordinary user runs under a seccomp filter', async () => {
  expect(
    userNamespaces(),
    'User namespaces are switched off in this kernel (user.max_user_namespaces): Chromium has no sandbox for an ordinary user.',
  ).toBeGreaterThan(0);
  const { executable } = await resolveElectron();
  const display = await startDisplay();
  const home = join(folder, 'home');
  const application = join(folder, 'application');
  const runtime = join(folder, 'electron');
  mkdirSync(home);
  // The root's home is closed to others, and so is what lies in it.
  cpSync(dirname(executable), runtime, { recursive: true });
  for (const part of ['out/main', 'out/preload', 'out/renderer', 'package.json'])
    cpSync(join(root, part), join(application, part), { recursive: true });
  copyFileSync(display.env.XAUTHORITY, join(home, '.Xauthority'));
  if (isRoot) for (const path of [home, join(home, '.Xauthority')]) chownSync(path, NOBODY, NOBODY);
  chmodSync(folder, 0o755);

  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LAMPLIGHT_HOME: home,
    DISPLAY: display.env.DISPLAY,
    XAUTHORITY: join(home, '.Xauthority'),
  };
  const command = [join(runtime, 'electron'), application];
  const [program = '', ...args] = isRoot ? ['runuser', '-u', 'nobody', '--', ...command] : command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  try {
    const status = await rendererStatus(child);
    expect(status).toMatch(new RegExp(`^Seccomp:\\s*${SECCOMP_FILTER}$`, 'm'));
    expect(status).not.toMatch(/^Uid:\s*0\b/m);
  } finally {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
    display.stop();
  }
});

/** /proc/PID/status of the page's process. Each line that the application writes is an occasion to look; it ends when it cannot start. */
function rendererStatus(child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const look = setInterval(() => {
      const status = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => ({ pid, line: proc(pid, 'cmdline') }))
        .find(({ line }) => line.startsWith(folder) && line.includes('--type=renderer'));
      const text = status ? proc(status.pid, 'status') : '';
      // The filter is set a moment after the process has started.
      if (!/^Seccomp:\s*[12]$/m.test(text)) return;
      clearInterval(look);
      resolve(text);
    }, 100);
    child.stderr?.on('data', (bytes) => {
      said += bytes;
    });
    child.on('exit', (code) => {
      clearInterval(look);
      reject(new Error(`The application ended with status ${code}: ${said}`));
    });
  });
}

function proc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}

/** How many this kernel allows; Debian's own switch counts too where it is there. */
function userNamespaces(): number {
  const number = (file: string) => {
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      return 1;
    }
  };
  return Math.min(number('/proc/sys/user/max_user_namespaces'), number('/proc/sys/kernel/unprivileged_userns_clone'));
}
