/** What a hospital installs: made as `npm run package` makes it, started as an ordinary user with Chromium's sandbox, with the doors for developers shut. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDisplay } from '../../scripts/display.mjs';
import { root } from '../../src-node/root.ts';

const NOBODY = 65534;
const EXIT_INSPECTION = 4;
/** As @electron/fuses writes them into the binary. */
const OFF = '0'.charCodeAt(0);
const ON = '1'.charCodeAt(0);
const isRoot = process.getuid?.() === 0;
const onLinux = test.runIf(process.platform === 'linux');

let folder: string;
let binary: string;
let display: Awaited<ReturnType<typeof startDisplay>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-package-'));
  const made = spawnSync(process.execPath, [join(root, 'scripts/package.mjs'), folder], { encoding: 'utf8', cwd: root });
  expect(made.status, `${made.stdout}${made.stderr}`).toBe(0);
  const name = readdirSync(folder).find((one) => one.endsWith('unpacked')) ?? '';
  binary = join(folder, name, 'lamplight');
  display = await startDisplay();
  // An ordinary user finds home and display cookie of their own.
  mkdirSync(join(folder, 'home'));
  copyFileSync(display.env.XAUTHORITY, join(folder, 'home', '.Xauthority'));
  for (const path of [join(folder, 'home'), join(folder, 'home', '.Xauthority')]) if (isRoot) chownSync(path, NOBODY, NOBODY);
  chmodSync(folder, 0o755);
});
afterAll(() => {
  display?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The package as an ordinary user starts it. */
function start(args: string[], more: Record<string, string> = {}): ChildProcess & { said(): string } {
  const env = {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    HOME: join(folder, 'home'),
    LAMPLIGHT_HOME: join(folder, 'home'),
    DISPLAY: display.env.DISPLAY,
    XAUTHORITY: join(folder, 'home', '.Xauthority'),
    ...more,
  };
  const [program = '', ...rest] = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', binary, ...args]
    : [binary, ...args];
  const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true, cwd: folder });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (said = `${said}${bytes}`));
  return Object.assign(child, { said: () => said });
}
const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on('exit', resolve));
const stop = (child: ChildProcess) => {
  if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
};

test('its fuses, read back from the binary, shut what lets others run code in it', async () => {
  const wire = await getCurrentFuseWire(binary);
  const state = Object.fromEntries(
    (
      [
        'RunAsNode',
        'EnableNodeOptionsEnvironmentVariable',
        'EnableNodeCliInspectArguments',
        'EnableEmbeddedAsarIntegrityValidation',
        'OnlyLoadAppFromAsar',
      ] as const
    ).map((name) => [name, wire[FuseV1Options[name]]]),
  );
  expect(state).toEqual({
    RunAsNode: OFF,
    EnableNodeOptionsEnvironmentVariable: OFF,
    EnableNodeCliInspectArguments: OFF,
    EnableEmbeddedAsarIntegrityValidation: ON,
    OnlyLoadAppFromAsar: ON,
  });
});

onLinux(
  'an ordinary user sees the set-up screen; the page runs under a seccomp filter, and a dump would hold no memory',
  async () => {
    const child = start([]);
    try {
      const text = await textOnScreen(/Set up Lamplight/, child);
      expect(text).toContain('Create the vault');
      const processes = processesOf(folder);
      const page = processes.find(({ line }) => line.includes('--type=renderer'));
      expect(page?.status).toMatch(/^Seccomp:\s*2$/m);
      expect(page?.line).not.toContain('--no-sandbox');
      const core = processes.find(({ line }) => line.includes('--vault-root'));
      for (const one of [page, core])
        expect(one?.status).toMatch(isRoot ? new RegExp(`^Uid:\\s*${NOBODY}\\b`, 'm') : /^Uid:\s*[1-9]/m);
      for (const one of [page, core]) expect(Number.parseInt(one?.dumps ?? 'ff', 16)).toBe(0);
      expect(
        readdirSync(join(folder, 'home'), { recursive: true }).filter((name) =>
          /\.dmp$|(?:^|\/)core(?:\.\d+)?$/.test(String(name)),
        ),
      ).toEqual([]);
    } finally {
      stop(child);
    }
  },
  // Reading the screen takes a few seconds each time, on a busy machine many.
  300_000,
);

onLinux('switches that let somebody look in are refused with a sentence', async () => {
  for (const flag of ['--remote-debugging-port=0', '--inspect=0', '--no-sandbox', '--single-process', '--js-flags=--expose-gc']) {
    const child = start([flag]);
    expect([flag, await ended(child)]).toEqual([flag, EXIT_INSPECTION]);
    expect(child.said()).toContain(`Lamplight does not start with ${flag.split('=')[0]}`);
    expect(child.said()).not.toContain('Debugger listening');
  }
});

onLinux('the environment makes no Node of it and loads nothing into it', async () => {
  const trace = join(folder, 'home', 'loaded');
  const evil = join(folder, 'evil.cjs');
  writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, 'x')`);
  // Were it Node, it would run the script and end; as itself it stops at the switch.
  const asNode = start([evil, '--inspect=0'], { ELECTRON_RUN_AS_NODE: '1' });
  expect(await ended(asNode)).toBe(EXIT_INSPECTION);
  const withOptions = start(['--inspect=0'], { NODE_OPTIONS: `--require ${evil}` });
  expect(await ended(withOptions)).toBe(EXIT_INSPECTION);
  expect(existsSync(trace)).toBe(false);
});

/** What stands on the screen, read as a person would: no port into the page is needed, and none is left open. */
async function textOnScreen(wanted: RegExp, child: ChildProcess & { said(): string }): Promise<string> {
  const file = join(folder, 'screen.png');
  const empty = display.screenshot();
  let last = empty;
  while (child.exitCode === null) {
    await sleep(500);
    const now = display.screenshot();
    const still = now.equals(last) && !now.equals(empty);
    last = now;
    if (!still) continue;
    writeFileSync(file, now);
    const run = spawnSync(
      process.execPath,
      [join(root, 'src-main/cli/main.ts'), 'ocr', file, '--engine', 'tesseract', '--json'],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    const { pages } = JSON.parse(run.stdout) as { pages?: { text: string }[] };
    const text = pages?.map((page) => page.text).join('\n') ?? '';
    if (wanted.test(text)) return text;
  }
  throw new Error(`The application ended: ${child.said()}`);
}

function processesOf(path: string): { line: string; status: string; dumps: string }[] {
  const read = (pid: string, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8');
    } catch {
      return ''; // it has just ended
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      line: read(pid, 'cmdline'),
      status: read(pid, 'status'),
      dumps: read(pid, 'coredump_filter'),
    }))
    .filter(({ line }) => line.includes(path));
}
