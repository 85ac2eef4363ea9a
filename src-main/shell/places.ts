/** Where things lie. The bundle of the shell is out/main/index.cjs, in a package the same inside the asar. */
import { join } from 'node:path';
import { app } from 'electron';

const out = join(__dirname, '..');

export const pageFolder = join(out, 'renderer');
export const preloadFile = join(out, 'preload', 'index.cjs');

/** The core is outside the asar, which plain Node cannot read. */
export const coreFolder = app.isPackaged ? join(process.resourcesPath, 'core') : join(out, '..');
/** Hashes of all files of a package's core (scripts/package-core.mjs). */
export const coreList = join(__dirname, 'core-files.json');
export const coreFile = join(coreFolder, 'out', 'core', 'main.js');

/** Node 24 for a core that is a child process. */
export const nodeFile = app.isPackaged
  ? join(coreFolder, process.platform === 'win32' ? 'node.exe' : 'node')
  : join(coreFolder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Everything that this machine keeps: `LAMPLIGHT_HOME` moves all of it, Chromium's own folder included. */
export function setHome(): void {
  const home = process.env.LAMPLIGHT_HOME;
  if (home) app.setPath('userData', join(home, 'shell'));
}

export function vaultRoot(): string {
  const home = process.env.LAMPLIGHT_HOME;
  return join(home || app.getPath('userData'), 'vaults');
}
