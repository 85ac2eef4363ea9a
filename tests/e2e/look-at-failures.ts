/** A failure under load is hard to see again: leaves a screenshot of each open window and what was logged as out/e2e/failed-TEST.png and .txt. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { root } from '../../src-node/root.ts';
import { openApplications } from './harness.ts';

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const name = task.name
    .replace(/[^a-z0-9]+/gi, '-')
    .toLowerCase()
    .slice(0, 80);
  for (const application of openApplications) {
    // A window that has gone must not hide why the test failed.
    await application.screenshot(`failed-${name}`).catch(() => {});
    writeFileSync(join(root, 'out', 'e2e', `failed-${name}.txt`), [application.log(), ...application.complaints].join('\n'));
  }
});
