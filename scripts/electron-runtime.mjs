/**
 * Which Electron runs here. In this order: LAMPLIGHT_ELECTRON; the official one of package.json; on Linux x64 Electron 22.3.25 out of a PyPI wheel.
 * Run by itself it prints the executable on stdout and the reason on stderr.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureLibraries } from './debian.mjs';
import { cachedElectron22, cacheFolder, fetchElectron22, VERSION as VERSION_22 } from './electron-22.mjs';
import { SetupError, say } from './say.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const electronPackage = join(root, 'node_modules', 'electron');
const PROBE_MS_MAX = 5_000;
const DOWNLOAD_MS_MAX = 600_000;

/**
 * @param {{ virtualDisplay?: boolean }} [wanted] virtualDisplay: also make sure that Xvfb is there
 * @returns {Promise<{ executable: string, version: string, why: string }>}
 * @throws SetupError with a sentence on what failed and what to do
 */
export async function resolveElectron({ virtualDisplay = false } = {}) {
  const chosen = named() ?? officialInstalled() ?? (await officialDownloaded()) ?? (await fromWheel());
  ensureLibraries(chosen.executable, { virtualDisplay });
  return chosen;
}

function named() {
  const executable = process.env.LAMPLIGHT_ELECTRON;
  if (!executable) return null;
  try {
    accessSync(executable, constants.X_OK);
  } catch {
    throw new SetupError(`LAMPLIGHT_ELECTRON names ${executable}, which is not an executable file. Correct or unset it.`);
  }
  return { executable: resolve(executable), version: versionBeside(executable), why: 'LAMPLIGHT_ELECTRON names it' };
}

function officialInstalled() {
  const version = wantedVersion();
  const executable = join(electronPackage, 'dist', executableName());
  if (versionBeside(join(electronPackage, 'dist', 'x')) !== version || !existsSync(executable)) return null;
  return { executable, version, why: 'the official version of package.json' };
}

/** Electron's own installer, after a short probe. That the place cannot be reached is remembered for this version, so that later starts do not wait. */
async function officialDownloaded() {
  const version = wantedVersion();
  const unreachable = join(cacheFolder(), `official-${version}-unreachable`);
  if (existsSync(unreachable) && cachedElectron22()) return null;
  const reason = await probe(version);
  if (reason === null) {
    say(`downloading the official Electron ${version} ...`);
    const env = { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '' };
    spawnSync(process.execPath, ['install.js'], { cwd: electronPackage, env, stdio: ['ignore', 2, 2], timeout: DOWNLOAD_MS_MAX });
    const installed = officialInstalled();
    if (installed) return installed;
  }
  say(`the official Electron ${version} cannot be had here (${reason ?? 'its installer failed'}).`);
  mkdirSync(cacheFolder(), { recursive: true });
  writeFileSync(unreachable, 'Remove this file to try the official download again.\n');
  return null;
}

/** Null when the place of the download answers, else why not. */
async function probe(version) {
  // Through a proxy only the installer itself can tell.
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return null;
  const mirror =
    process.env.ELECTRON_MIRROR ||
    process.env.npm_config_electron_mirror ||
    'https://github.com/electron/electron/releases/download/v';
  try {
    const answer = await fetch(`${mirror}${version}/SHASUMS256.txt`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(PROBE_MS_MAX),
    });
    return answer.ok ? null : `status ${answer.status}`;
  } catch (error) {
    return error.cause?.code ?? error.name;
  }
}

async function fromWheel() {
  const ready = cachedElectron22();
  const why = `Electron ${wantedVersion()} of package.json is not to be had here`;
  if (ready) return { executable: ready, version: VERSION_22, why };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `No Electron to run: ${why}. Set ELECTRON_MIRROR to a mirror, HTTPS_PROXY to a proxy, or LAMPLIGHT_ELECTRON to an Electron executable.`,
    );
  }
  try {
    return { executable: await fetchElectron22(), version: VERSION_22, why };
  } catch (error) {
    const sentence = error instanceof SetupError ? error.message : `unpacking failed (${error.message}).`;
    throw new SetupError(
      `No Electron to run: ${why}, and the one from the Python registry failed: ${sentence} ` +
        'Set ELECTRON_MIRROR to a mirror, HTTPS_PROXY to a proxy, or LAMPLIGHT_ELECTRON to an Electron executable.',
    );
  }
}

function wantedVersion() {
  return JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8')).version;
}

function versionBeside(executable) {
  try {
    return readFileSync(join(executable, '..', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
  } catch {
    return 'unknown';
  }
}

function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { executable, version, why } = await resolveElectron({ virtualDisplay: !process.env.DISPLAY });
    say(`Electron ${version}: ${why}.`);
    process.stdout.write(`${executable}\n`);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
