/** `npm run test:interop [-- PATTERN ...]`: programs of others read what we write. Each test installs what it needs under out/interop at its first run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nodeBinary, root } from './paths.mjs';

const { status } = spawnSync(
  nodeBinary,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'interop', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
