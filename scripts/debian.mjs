/** System libraries and programs on Debian and Ubuntu: looked for first, installed only when missing and only as root. */
import { existsSync } from 'node:fs';
import { isRoot, output, run, which } from './commands.mjs';
import { SetupError, say } from './say.mjs';

/** Each line: names of one package in order of preference (Ubuntu 24.04 renamed some for its 64-bit time). */
const electronPackages = [['libgtk-3-0', 'libgtk-3-0t64'], ['libnss3'], ['libasound2', 'libasound2t64'], ['libgbm1']];

/**
 * Makes sure that the executable finds its shared libraries and that there are fonts and, where there is no display, a virtual one.
 * @param {string} executable
 * @param {{ virtualDisplay: boolean }} wanted
 */
export function ensureLibraries(executable, { virtualDisplay }) {
  if (process.platform !== 'linux') return;
  const missing = missingLibraries(executable);
  const packages = [];
  if (missing.length > 0) packages.push(...electronPackages);
  if (virtualDisplay && !which('Xvfb')) packages.push(['xvfb'], ['xauth']);
  // Letters in other scripts want the fonts; nothing fails without them, so nobody is made to install them.
  if (isRoot() && which('apt-get') && !existsSync('/usr/share/fonts/truetype/noto')) packages.push(['fonts-noto-core']);
  if (packages.length === 0) return;
  install(
    packages,
    missing.length > 0 ? `Electron misses ${missing.join(', ')}` : `missing: ${packages.map(([name]) => name).join(', ')}`,
  );
  const still = missingLibraries(executable);
  if (still.length > 0)
    throw new SetupError(`Electron still misses ${still.join(', ')}. Install the packages that hold them and start again.`);
}

/**
 * Installs packages with apt-get as root; otherwise names them.
 * @param {string[][]} packages names of each in order of preference
 * @param {string} reason
 */
export function install(packages, reason) {
  const names = packages.map(([name]) => name).join(' ');
  if (!which('apt-get')) throw new SetupError(`${reason}. Install what your system calls: ${names}.`);
  if (!isRoot()) throw new SetupError(`${reason}. Run: sudo apt-get install ${names}`);
  say(`${reason}; installing ${names} with apt-get.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Two set-ups at once: the second waits for the first one's lock.
  const apt = (...args) =>
    run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], { env, stdio: ['ignore', 'ignore', 2] });
  if (packages.some((one) => !candidate(one))) apt('update');
  const chosen = packages.map((one) => candidate(one) ?? one[0]);
  try {
    apt('install', '--yes', '--no-install-recommends', ...chosen);
  } catch {
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...chosen);
  }
}

function candidate(names) {
  return names.find((name) => /Candidate: (?!\(none\))/.test(output('apt-cache', ['policy', name]) ?? ''));
}

function missingLibraries(executable) {
  const listed = output('ldd', [executable]) ?? '';
  return [...listed.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}
