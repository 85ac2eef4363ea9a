/** Whoever sets up must end with an Electron, or with a sentence that says what to do. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'electron-runtime.mjs');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-runtime-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('takes the executable that LAMPLIGHT_ELECTRON names, and says so', async () => {
  const executable = join(folder, 'electron');
  writeFileSync(executable, '#!/bin/sh\n');
  chmodSync(executable, 0o755);
  writeFileSync(join(folder, 'version'), 'v45.0.0');
  const { status, out, said } = await resolve({ LAMPLIGHT_ELECTRON: executable, DISPLAY: ':0' });
  expect(status).toBe(0);
  expect(out).toBe(`${executable}\n`);
  expect(said).toContain('Electron 45.0.0: LAMPLIGHT_ELECTRON names it.');
});

test('refuses what is no executable with a sentence, and prints nothing on stdout', async () => {
  const { status, out, said } = await resolve({ LAMPLIGHT_ELECTRON: join(folder, 'missing') });
  expect(status).toBe(1);
  expect(out).toBe('');
  expect(said).toMatch(/LAMPLIGHT_ELECTRON names .*missing, which is not an executable file\. Correct or unset it\./);
});

function resolve(env: Record<string, string>): Promise<{ status: number; out: string; said: string }> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [script],
      { env: { PATH: process.env.PATH, HOME: folder, ...env } },
      (_error, out, said) => {
        done({ status: child.exitCode ?? -1, out, said });
      },
    );
  });
}
