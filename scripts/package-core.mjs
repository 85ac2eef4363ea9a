/** Stages what a package holds outside its asar, because plain Node cannot read one: the core's bundle, its packages, models, resources and Node 24. */
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join, relative, sep } from 'node:path';
import { nodeBinary, root } from './paths.mjs';

/** Packages that hold data only, so that no import in the bundle names them. */
const dataPackages = /^(?:@tesseract\.js-data\/|@gutenye\/ocr-models$)/;
const platforms = ['darwin', 'linux', 'win32'];

/**
 * @param {string} folder is emptied and filled
 * @param {'release' | 'development'} build what the package says of itself, read by the check of compliance
 * @returns {Record<string, string>} path with `/` from that folder: SHA-256
 */
export function stageCore(folder, build) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['out/core', 'models', 'resources'])
    cpSync(join(root, part), join(folder, part), {
      recursive: true,
      filter: (file) => !/[\\/](?:training|__pycache__)(?:[\\/]|$)/.test(file),
    });
  const { name, version, license } = manifest(root);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, license, type: 'module', build }));
  copyFileSync(nodeBinary, join(folder, basename(nodeBinary)));
  for (const one of neededPackages())
    cpSync(join(root, one), join(folder, one), { recursive: true, filter: (file) => wanted(file, join(root, one)) });
  return hashes(folder);
}

/** Folders in node_modules of all packages that the bundle imports, and of all that those depend on. */
function neededPackages() {
  const found = new Set();
  const visit = (name, from) => {
    const folder = locate(name, from);
    if (folder === null || found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = manifest(join(root, folder));
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, folder);
  };
  for (const name of [...importedByBundle(), ...Object.keys(manifest(root).dependencies).filter((one) => dataPackages.test(one))])
    visit(name, '.');
  // A package inside another's folder is copied with it.
  return [...found].filter((one) => ![...found].some((other) => one !== other && one.startsWith(`${other}/`)));
}

function importedByBundle() {
  const folder = join(root, 'out', 'core');
  const imports = readdirSync(folder).flatMap((file) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(
      /^(?:import|export)\b[^'"\n]*["']([^'".\n][^'"\n]*)["'];?$|\bimport\(["']([^'".\n][^'"\n]*)["']\)/gm,
    ),
  ]);
  const names = imports.map(([, fixed, dynamic]) => packageOf(fixed ?? dynamic));
  return [...new Set(names)].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
}

function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** As Node resolves: from the folder that asks upwards. Null for an optional package of another platform. */
function locate(name, from) {
  const parts = from.split('/node_modules/');
  for (let depth = parts.length; depth > 0; depth--) {
    const base = parts.slice(0, depth).join('/node_modules/');
    const folder = base === '.' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (existsSync(join(root, folder, 'package.json'))) return folder;
  }
  const top = `node_modules/${name}`;
  return existsSync(join(root, top, 'package.json')) ? top : null;
}

/** Leaves out sources, maps, types and what is for other platforms. */
function wanted(file, folder) {
  const path = relative(folder, file).split(sep);
  if (/\.(?:map|d\.ts|d\.mts|d\.cts|c|cc|cpp|h|md)$/i.test(file)) return false;
  const others = platforms.filter((one) => one !== process.platform);
  return !path.some((part) => others.includes(part) || others.some((other) => part.startsWith(`${other}-`)));
}

function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function hashes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [
        relative(folder, file).split(sep).join('/'),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
  );
}
