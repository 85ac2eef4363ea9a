/**
 * Sets up what is asked for and missing: `node scripts/setup.mjs [node] [electron] [build]`, all three without arguments.
 * Needs Node 20 and its built-in modules only; speaks on stderr; asks nothing of the network when everything is there.
 */
import { fileURLToPath } from 'node:url';
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { SetupError, say } from './say.mjs';

const steps = { node: ensureDependencies, electron: resolveElectron, build: ensureBuild };

/** @param {string[]} parts any of 'node', 'electron', 'build'; what a part needs comes before it */
export async function setUp(parts) {
  for (const part of ['node', ...parts.filter((one) => one !== 'node')]) {
    const step = steps[part];
    if (!step) throw new SetupError(`There is no part called ${part}; there are ${Object.keys(steps).join(', ')}.`);
    await step();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  try {
    await setUp(asked.length > 0 ? asked : Object.keys(steps));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
