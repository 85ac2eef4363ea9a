/** `npm run test:long`: the power cuts, 500 of them (`LAMPLIGHT_TRIALS` says otherwise). Ends like `npm test`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nodeBinary, root } from './paths.mjs';

const env = { LAMPLIGHT_TRIALS: '500', ...process.env };
const { status } = spawnSync(
  nodeBinary,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', 'tests/power-cut', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env },
);
process.exitCode = status ?? 1;
