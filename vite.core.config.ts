/** The core and its workers for Node 24. Everything lies flat in out/core, so that src-node/worker-url.ts finds a worker beside whichever file starts it. */
import { existsSync, globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out/core',
    target: 'node24',
    minify: false,
    rollupOptions: {
      input: entries(),
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});

function entries(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const file of [
    'src-main/core/main.ts',
    ...globSync('src-main/core/**/*.worker.ts'),
    ...globSync('src-node/**/*.worker.ts'),
  ]) {
    const name = basename(file, '.ts');
    if (!existsSync(file)) continue;
    if (found[name]) throw new Error(`Two workers are called ${name}; the bundle is flat: rename one.`);
    found[name] = resolve(file);
  }
  return found;
}
