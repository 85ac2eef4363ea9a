/** node_modules as the lock file says, with Node 24 in it. */
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.mjs';
import { withLock } from './lock.mjs';
import { nodeBinary, root } from './paths.mjs';
import { SetupError, say } from './say.mjs';

/** Installs what is missing; does nothing, and asks no registry, when node_modules already is what the lock file says. */
export async function ensureDependencies() {
  if (upToDate()) return;
  await withLock(join(root, 'out', 'setup.lock'), () => {
    if (upToDate()) return;
    if (!matchesLock()) install();
    if (!existsSync(nodeBinary)) installNode();
  });
}

function upToDate() {
  return existsSync(nodeBinary) && matchesLock();
}

/** npm writes `.package-lock.json` last: it names what really lies in node_modules. */
function matchesLock() {
  const wanted = packagesIn('package-lock.json');
  const found = packagesIn(join('node_modules', '.package-lock.json'));
  if (!wanted) throw new SetupError('package-lock.json is missing or unreadable. Restore it from git.');
  if (!found) return false;
  const same = Object.entries(found).every(([path, entry]) => wanted[path]?.version === entry.version);
  return (
    same &&
    Object.entries(wanted).every(
      ([path, entry]) => path === '' || entry.optional || entry.devOptional || entry.peer || path in found,
    )
  );
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

function install() {
  say('installing the packages of package-lock.json ...');
  // No package's install script is needed but that of `node`; those of electron and onnxruntime-node would download.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
  // `npm ci` refuses a lock file made where the registry lacks some optional binaries of other platforms; `install` takes the same versions from it.
  npm(['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, env });
  if (!matchesLock())
    throw new SetupError('package.json and package-lock.json disagree. Run `npm install` once and commit the lock file.');
}

/** The package `node` holds no binary: its install script asks npm for that of this platform. It is run by itself, as npm versions differ in which scripts they allow. */
function installNode() {
  say('installing Node 24 ...');
  const folder = join(root, 'node_modules', 'node');
  run(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: folder,
    env: { ...process.env, npm_config_loglevel: 'error', npm_config_audit: 'false', npm_config_fund: 'false' },
  });
  linkNode();
  if (!existsSync(nodeBinary)) throw new SetupError('The package `node` left no binary. Remove node_modules and start again.');
}

/** npm links no program that is not there yet when it installs the package. */
function linkNode() {
  const link = join(root, 'node_modules', '.bin', 'node');
  if (process.platform === 'win32') return;
  rmSync(link, { force: true });
  symlinkSync('../node/bin/node', link);
}

function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) run(process.execPath, [script, ...args], options);
  else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, shell: process.platform === 'win32' });
}
