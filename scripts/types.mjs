/** The compiler over each part that has settings of its own: the Node side, the page, and the tests that drive the page. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeBinary, root } from './paths.mjs';

const projects = ['tsconfig.json', 'src-renderer/tsconfig.json', 'tests/e2e/tsconfig.json'].filter((file) =>
  existsSync(join(root, file)),
);
const results = projects.map((project) =>
  spawnSync(nodeBinary, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', project], {
    cwd: root,
    stdio: 'inherit',
  }),
);
process.exitCode = results.some((result) => result.status !== 0) ? 1 : 0;
