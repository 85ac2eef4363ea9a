import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './say.mjs';

/** Full path of a program on PATH, or null. */
export function which(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return null;
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/**
 * Runs a program to its end with its stdout sent to our stderr.
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 * @throws SetupError when it cannot be started or ends with another status than 0
 */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { stdio: ['ignore', 2, 2], ...options });
  if (result.error) throw new SetupError(`${program} could not be started (${result.error.message}).`);
  if (result.status !== 0)
    throw new SetupError(`\`${[program, ...args].join(' ')}\` failed (${result.signal ?? `status ${result.status}`}).`);
}

/** What a program prints, or null when it is missing or fails. */
export function output(program, args, options = {}) {
  const result = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], ...options });
  return result.status === 0 ? result.stdout : null;
}
