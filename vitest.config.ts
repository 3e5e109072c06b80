import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { isBuilt } from './electron/runtime/build.mjs';

/** Files that run ONNX Runtime in the test's own process: it makes a thread count denormals as zero for good. */
const withRuntime = ['tests/unit/{infer,ml}/**/*.test.ts', 'tests/property/{onnx.test.ts,gradients/*.test.ts}', 'tests/unit/app/fine-tuning.test.ts', 'tests/faults/providers.test.ts'];

export default defineConfig({
  test: {
    environment: 'node',
    // Processes, because threads do not survive a crash of native code. One more than there are cores: many tests wait for
    // processes of their own.
    pool: 'forks',
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    // Tests start hundreds of worker processes from the sources; most of a start is taking the types out of them.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'artifacts/compile-cache'), ASSAY_TEST_BUILT: isBuilt() ? '1' : '0' },
    projects: [
      { extends: true, test: { name: 'runtime', include: withRuntime } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['tests/{unit,property,contract,faults}/**/*.test.{ts,tsx}'],
          exclude: withRuntime,
          // Files share processes: loading the modules anew for each would take a third of the time.
          isolate: false,
          setupFiles: 'tests/support/denormals.ts',
        },
      },
    ],
  },
});
