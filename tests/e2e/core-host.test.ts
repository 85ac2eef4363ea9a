/** The contract of CoreHost, whichever kind of process the core is: 50 MiB each way arrive whole, and after a death the page goes on with a new core. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveElectron } from '../../scripts/electron-runtime.mjs';
import { root } from '../../src-node/root.ts';
import { environment } from './harness.ts';

const source = join(import.meta.dirname, 'core-host');
const built = join(root, 'out', 'core-host');
const home = mkdtempSync(join(tmpdir(), 'lamplight-core-host-'));

beforeAll(async () => {
  const script = (name: string) =>
    build({
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: join(source, `${name}.ts`),
        outDir: built,
        emptyOutDir: false,
        target: 'node16.17',
        rollupOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: `${name}.cjs` } },
      },
    });
  await script('app');
  await script('tiny-core');
  await build({
    configFile: false,
    logLevel: 'error',
    root: source,
    build: { outDir: join(built, 'page'), emptyOutDir: true, target: 'chrome108', modulePreload: { polyfill: false } },
  });
  writeFileSync(join(built, 'package.json'), JSON.stringify({ name: 'core-host', version: '1.0.0', main: 'app.cjs' }));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

test.each(['child', 'utility'])('a core as %s process', async (kind) => {
  const { executable } = await resolveElectron();
  const args = [
    built,
    '--no-sandbox',
    `--kind=${kind}`,
    `--node=${process.execPath}`,
    `--home=${join(home, kind)}`,
    `--preload=${join(root, 'out', 'preload', 'index.cjs')}`,
  ];
  const { stdout } = await promisify(execFile)(executable, args, { env: await environment(home) });
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({ ownMemory: true, lost: 1, another: true });
  expect(found.taken).toBe(found.sent);
  expect(found.got).toBe(found.given);
});
