/** `unit` is everything that needs no window; `e2e` drives the built application, one test at a time; `interop` asks programs of others, installed on demand (`npm run test:interop`). */
import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src-*/**/*.test.ts', 'models/**/*.test.ts', 'scripts/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['tests/e2e/**', 'tests/interop/**', '**/node_modules/**'],
          testTimeout: 2 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'interop',
          include: ['tests/interop/*.interop.test.ts'],
          testTimeout: 5 * MINUTE_MS,
          hookTimeout: 10 * MINUTE_MS,
          pool: 'forks',
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          setupFiles: ['tests/e2e/look-at-failures.ts'],
          // Screens come when the machine has time for them.
          expect: { poll: { timeout: 30_000 } },
          testTimeout: 3 * MINUTE_MS,
          hookTimeout: 3 * MINUTE_MS,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});
