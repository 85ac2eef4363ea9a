/** Cold start to a usable sign-in against a bare Electron window, and memory at rest. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { _electron, type ElectronApplication } from 'playwright-core';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { openClinic } from '../../src-main/core/context-of.ts';
import { systemChance, systemClock } from '../../src-main/core/ports.ts';
import { setUpVault } from '../../src-main/core/setup.ts';
import { openDeviceKeys } from '../../src-main/core/vault/index.ts';
import { root } from '../../src-node/root.ts';
import { environment } from '../e2e/harness.ts';
import { pairedAsync, type Row } from './measure.ts';

const USER = { userName: 'amina', displayName: 'Amina', password: 'correct horse battery' };
const REST_MS = 5_000;
const MEMORY_MB_MAX = 600;

export async function benchStart(rounds: number): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
  const bare = join(home, 'bare');
  writeBareApplication(bare);
  const env = await environment(home);
  const ports = { clock: systemClock, chance: systemChance, deviceKeys: await openDeviceKeys(env) };
  const made = await setUpVault(
    ports,
    { dir: join(home, 'vaults', 'clinic'), sample: false, clinic: 'Bench', user: { ...USER, roles: ['it-admin', 'clinician'] } },
    { adopt: (vault) => openClinic(vault, { ...ports, emit: () => undefined }), close: async () => undefined },
  );
  made.clinic.close();
  const { executable } = await resolveElectron({ virtualDisplay: true });
  const start = async (folder: string, usable: string): Promise<[ElectronApplication, number]> => {
    const started = performance.now();
    const app = await _electron.launch({ executablePath: executable, args: [folder], cwd: root, env });
    const page = await app.firstWindow();
    await page.waitForSelector(usable, { state: 'visible' });
    return [app, performance.now() - started];
  };
  const once = (folder: string, usable: string) => async () => {
    const [app, ms] = await start(folder, usable);
    await app.close();
    return ms;
  };
  try {
    await once(bare, 'input')();
    const cold = await pairedAsync(rounds, once(root, 'input[type="password"]:not([disabled])'), once(bare, 'input'));
    const [app] = await start(root, 'input[type="password"]:not([disabled])');
    const page = await app.firstWindow();
    await page.locator('input:not([type="password"])').first().fill(USER.userName);
    await page.locator('input[type="password"]').fill(USER.password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[type="password"]', { state: 'detached' });
    await sleep(REST_MS);
    const processes = memoryOf(app.process().pid ?? 0);
    await app.close();
    const total = processes.reduce((sum, one) => sum + one.mb, 0);
    return [
      {
        name: 'cold start to a usable sign-in',
        ours: `${cold.ours.toFixed(0)} ms`,
        other: `bare window ${cold.other.toFixed(0)} ms`,
        ratio: cold.ratio,
        wanted: 2,
      },
      ...processes.map((one) => ({ name: `memory at rest (PSS): ${one.name}`, ours: `${one.mb.toFixed(0)} MB`, other: '' })),
      {
        name: `memory at rest (PSS): all together, of ${MEMORY_MB_MAX} MB`,
        ours: `${total.toFixed(0)} MB`,
        other: `${MEMORY_MB_MAX} MB`,
        ratio: total / MEMORY_MB_MAX,
        wanted: 1,
      },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A window with one field: the least that Electron can show. */
function writeBareApplication(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "bare", "main": "main.cjs" }');
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>bare</title><input>');
  writeFileSync(
    join(folder, 'main.cjs'),
    "const { app, BrowserWindow } = require('electron');\napp.whenReady().then(() => new BrowserWindow({ width: 1366, height: 768, webPreferences: { sandbox: true } }).loadFile(require('node:path').join(__dirname, 'index.html')));\n",
  );
}

/** Proportional set size of a process and all below it; shared pages are counted once in sum. */
function memoryOf(pid: number): { name: string; mb: number }[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number(
      read(`/proc/${entry}/stat`)
        .replace(/^.*\) /, '')
        .split(' ')[1],
    );
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree: number[] = [];
  const walk = (one: number) => {
    tree.push(one);
    for (const child of children.get(one) ?? []) walk(child);
  };
  walk(pid);
  return tree.flatMap((one) => {
    const pss = /^Pss:\s+(\d+)/m.exec(read(`/proc/${one}/smaps_rollup`))?.[1];
    return pss === undefined ? [] : [{ name: nameOf(read(`/proc/${one}/cmdline`)), mb: Number(pss) / 1024 }];
  });
}

function nameOf(commandLine: string): string {
  if (commandLine.includes('--vault-root')) return 'core';
  return /--type=([\w-]+)/.exec(commandLine)?.[1] ?? 'shell';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
