import { defineConfig } from 'vitest/config';
import { NotRunReporter } from './support/not-run.js';

// One root for every test; the configuration lives here so that the top level stays the product.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/temporary-folder.ts',
    reporters: ['default', new NotRunReporter()],
    // Test files share their worker's modules: loading those anew for each file took a fifth of the time.
    isolate: false,
    // Many tests wait for processes of their own.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
