import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^ar-pipe$/, replacement: here('src/index.ts') },
      { find: /^ar-pipe\/tf$/, replacement: here('src/tf/index.ts') },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/{e2e,docs}/**'] },
      },
      // Against dist/, which is built first where it is old.
      {
        extends: true,
        test: { name: 'e2e', include: ['test/{e2e,docs}/**/*.test.ts'], globalSetup: ['test/e2e/build.ts'] },
      },
    ],
    // Of the tests in this process; what the command line and the workers do in others is shown by the end-to-end tests.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
    },
    // Processes, not threads: the numerical backend is a native library with state of its own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // One second by default, which a busy machine may need for nothing at all.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
  },
});
