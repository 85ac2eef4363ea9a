/**
 * What every npm script goes through: `node scripts/run.mjs NAME [arguments]` sets up what the script needs and hands over to Node 24.
 * Arguments, standard streams, signals and the exit status are passed through.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { nodeBinary, root } from './paths.mjs';
import { SetupError, say } from './say.mjs';
import { setUp } from './setup.mjs';

const application = ['electron', 'build'];

/** What each script needs, and what is run: a file of ours, or a tool with arguments that come before the user's. */
const scripts = {
  start: { needs: application, file: 'scripts/start.mjs' },
  test: { needs: [], file: 'scripts/test.mjs' },
  'test:long': { needs: [], file: 'scripts/test-long.mjs' },
  'test:interop': { needs: [], file: 'scripts/test-interop.mjs' },
  cli: { needs: [], file: 'src-main/cli/main.ts' },
  server: { needs: [], file: 'src-server/main.ts' },
  demo: { needs: application, file: 'tests/demo/main.ts' },
  bench: { needs: application, file: 'tests/bench/main.ts' },
  screens: { needs: application, file: 'tests/e2e/screens.ts' },
  package: { needs: application, file: 'scripts/package.mjs' },
  lint: { needs: [], file: 'node_modules/@biomejs/biome/bin/biome', before: ['lint'] },
  format: { needs: [], file: 'node_modules/@biomejs/biome/bin/biome', before: ['format', '--write'] },
  types: { needs: [], file: 'scripts/types.mjs' },
};

const [name, ...args] = process.argv.slice(2);
try {
  const script = scripts[name];
  if (!script) throw new SetupError(`usage: node scripts/run.mjs ${Object.keys(scripts).join('|')} [arguments]`);
  await setUp(script.needs);
  handOver([join(root, script.file), ...(script.before ?? []), ...args]);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

function handOver(commandLine) {
  const child = spawn(nodeBinary, commandLine, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends its interrupt to the child as well; twice would mean "at once" to it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (status, signal) => {
    if (!signal) process.exit(status);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
