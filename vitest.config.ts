import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { isBuilt } from './electron/runtime/build.mjs';

export default defineConfig({
  test: {
    include: ['tests/{unit,property,contract,faults}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // Processes, because threads do not survive a crash of native code. Files share them: loading the modules anew for each
    // would take a third of the time. One more than there are cores, because many tests wait for processes of their own.
    pool: 'forks',
    isolate: false,
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    // Tests start hundreds of worker processes from the sources; most of a start is taking the types out of them.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'artifacts/compile-cache'), ASSAY_TEST_BUILT: isBuilt() ? '1' : '0' },
  },
});
