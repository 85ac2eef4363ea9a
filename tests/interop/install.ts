/** Installs programs of others under out/interop, once, by the ordinary clients of their registries. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src-node/root.ts';

const place = join(root, 'out', 'interop');

/** @returns the folder that holds `node_modules` */
export function installNodePackage(name: string, version: string): string {
  const folder = join(place, `${name.replace(/\W+/g, '-')}-${version}`);
  once(folder, () => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'interop', private: true }));
    run('npm', ['install', '--no-audit', '--no-fund', '--save-exact', `${name}@${version}`], folder);
  });
  return folder;
}

/** @returns the virtual environment's Python */
export function installPythonPackages(name: string, packages: readonly string[]): string {
  const folder = join(place, name);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  once(folder, () => {
    run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], place);
    run(python, ['-m', 'pip', 'install', '--quiet', ...packages], place);
  });
  return python;
}

/** What a program printed; a failure shows what it said. */
export function run(command: string, args: readonly string[], cwd: string, input?: string): string {
  const done = spawnSync(command, args, { cwd, input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} ended with ${done.status ?? done.error?.message}: ${`${done.stderr}`.slice(-2000)}`,
    );
  return done.stdout;
}

function once(folder: string, install: () => void): void {
  const mark = join(folder, '.installed');
  if (existsSync(mark)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  install();
  writeFileSync(mark, '');
}
