/** Builds shell, preload, page and core into out/, only when a source has changed since. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.mjs';
import { withLock } from './lock.mjs';
import { nodeBinary, root } from './paths.mjs';
import { say } from './say.mjs';

const sources = [
  'src-shared',
  'src-node',
  'src-main',
  'src-preload',
  'src-renderer',
  'electron.vite.config.ts',
  'vite.core.config.ts',
  'package.json',
  'package-lock.json',
];
const stamp = join(root, 'out', 'build.sha256');

/** Builds when the sources are others than those of the last build. */
export async function ensureBuild() {
  if (isBuilt()) return;
  await withLock(join(root, 'out', 'build.lock'), () => {
    if (isBuilt()) return;
    say('building ...');
    rmSync(stamp, { force: true });
    const hash = hashOfSources();
    const node = (script, ...args) => run(nodeBinary, [join(root, 'node_modules', script), ...args], { cwd: root });
    node('electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn');
    node('vite/bin/vite.js', 'build', '--config', 'vite.core.config.ts', '--logLevel', 'warn');
    mkdirSync(join(root, 'out'), { recursive: true });
    writeFileSync(stamp, hash);
  });
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources();
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const source of sources) add(hash, source);
  return hash.digest('hex');
}

function add(hash, path) {
  const file = join(root, path);
  if (!existsSync(file)) return;
  if (path.includes('.test.')) return;
  let names;
  try {
    names = readdirSync(file).sort();
  } catch {
    hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
    return;
  }
  for (const name of names) add(hash, `${path}/${name}`);
}
