import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { contract } from '../../src-shared/contract/index.ts';

test('the help of `call` names every procedure, as the refusal of a wrong name promises', () => {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'src-main/cli/main.ts'), 'call', '--help'], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(Object.keys(contract).filter((name) => !stdout.includes(`\n  ${name}  `))).toEqual([]);
});
