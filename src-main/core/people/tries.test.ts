/** The count is kept beside the vault and outlives each program: guessing with many at once must gain nothing. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../../../src-node/root.ts';
import { openTries } from './tries.ts';

const PROGRAMS = 6;
const EACH = 10;

test('wrong sign-ins of several programs at the same moment are all counted, and none fails for another reason', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lamplight-tries-'));
  try {
    const from = pathToFileURL(join(root, 'src-main/core/people/tries.ts')).href;
    const body = `import { openTries } from '${from}';
      const tries = openTries(process.env.TRIES_DIR, { now: Date.now });
      for (let number = 0; number < ${EACH}; number++) tries.failed('amina');`;
    const env = { ...process.env, TRIES_DIR: dir };
    const guess = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', body], { env });
    await Promise.all(Array.from({ length: PROGRAMS }, guess));
    const tries = openTries(dir, { now: Date.now });
    expect(() => tries.check('amina')).toThrow(expect.objectContaining({ code: 'account-locked' }));
    expect(readdirSync(dir).sort()).toEqual(['vault.tries', 'vault.tries.lock']);
    expect(statSync(join(dir, 'vault.tries.lock')).mode & 0o777).toBe(0o600);
    expect(tries.succeeded('amina')).toBe(PROGRAMS * EACH);
    expect(tries.succeeded('amina')).toBe(0);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
