import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { isBuilt } from './electron/runtime/build.mjs';

export default defineConfig({
  test: {
    include: ['tests/{unit,property,contract,faults}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // Native modules and worker processes: one process a file keeps a crash inside its file.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    // Tests start hundreds of worker processes from the sources; most of a start is taking the types out of them.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'artifacts/compile-cache'), ASSAY_TEST_BUILT: isBuilt() ? '1' : '0' },
  },
});
