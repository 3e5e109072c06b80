/**
 * Starts worker processes and commands as built, where out/ is of these very sources: they start three times as fast, and
 * are what users run. `npm test` builds first; where a source has changed since, the sources themselves are run.
 */
import { join } from 'node:path';
import { nodeLauncher } from '../../electron/jobs/launch-node.ts';
import type { WorkerLauncher } from '../../electron/jobs/worker-link.ts';

const repoDir = join(import.meta.dirname, '../..');
/** Said by vitest.config.ts once per run, so that all of its processes run the same. */
const isBuilt = process.env['ASSAY_TEST_BUILT'] === '1';

export const assayEntry = join(repoDir, isBuilt ? 'out/cli/assay.js' : 'electron/cli/assay.ts');

export function testLauncher(): WorkerLauncher {
  return isBuilt ? nodeLauncher(join(repoDir, 'out/main/workers')) : nodeLauncher();
}
