/** Shell, preload script and page. The oldest Electron that runs them decides the targets: 22 is Node 16.17 and Chromium 108. */
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const noReaders = '\0no-readers';

/**
 * Two things of Cornerstone that do not fit here. It gives the text of a mark its style by attribute, which the Content Security Policy forbids; by property it may (the
 * build fails when the line is no longer there). And it brings vtk.js' readers of mesh files, which want Node's modules and which nothing here uses.
 */
const fitCornerstone = {
  name: 'fit-cornerstone',
  enforce: 'pre' as const,
  resolveId: (id: string) => (id.startsWith('@kitware/vtk.js/IO/') ? noReaders : undefined),
  load: (id: string) => (id === noReaders ? 'export default {};' : undefined),
  transform(code: string, id: string) {
    if (!id.includes('/drawingSvg/drawTextBox.js')) return undefined;
    const line = "textElement.setAttribute('style', combinedStyle);";
    if (!code.includes(line))
      throw new Error('Cornerstone sets the style of its texts in another way: look whether the policy allows it');
    return { code: code.replace(line, 'textElement.style.cssText = combinedStyle;'), map: null };
  },
};

const commonJs = { format: 'cjs', entryFileNames: '[name].cjs' } as const;

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node16.17',
      externalizeDeps: false,
      rollupOptions: { input: { index: resolve('src-main/shell/index.ts') }, external: ['electron', /^node:/], output: commonJs },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node16.17',
      externalizeDeps: false,
      rollupOptions: { input: { index: resolve('src-preload/index.ts') }, external: ['electron'], output: commonJs },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [fitCornerstone, react()],
    build: {
      outDir: 'out/renderer',
      target: 'chrome108',
      cssTarget: 'chrome108',
      minify: true,
      // The polyfill fetches, which the Content Security Policy forbids; Chromium 108 preloads modules by itself.
      modulePreload: { polyfill: false },
      // The policy allows no data: addresses, so nothing is inlined.
      assetsInlineLimit: 0,
      rollupOptions: { input: resolve('src-renderer/index.html') },
    },
  },
});
