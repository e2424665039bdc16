/** Tests import sources, and get what these were compiled to: the modules that users run, at their speed. What a test runner
 *  makes of a module itself is several times slower, and the explorer is what most of the time goes to. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const BUILT = fileURLToPath(new URL('../dist/src/', import.meta.url));

export default defineConfig({
  resolve: { alias: [{ find: /^(\.\.\/)+src\/(?=.*\.js$)/, replacement: BUILT }] },
  test: {
    dir: 'test',
    globalSetup: fileURLToPath(new URL('freshBuild.ts', import.meta.url)),
    maxWorkers: 2,
    server: { deps: { external: [/\/dist\/src\//] } },
    testTimeout: 60_000,
  },
});
