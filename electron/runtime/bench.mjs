// `npm run bench -- AREA [--json]`: the measurements of tests/bench on the build, with a display where
// an area opens a window.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { repoDir } from './paths.mjs';
import { wait } from './start.mjs';
import { hasDisplay, startDisplays } from './system.mjs';

/** @param {string[]} args @returns {Promise<number>} exit status */
export async function bench(args) {
  await ensureBuild();
  const areas = args.filter((argument) => !argument.startsWith('-'));
  const opensWindow = areas.length === 0 || areas.includes('ui');
  const stopDisplay = opensWindow && !hasDisplay() ? await startDisplays() : null;
  try {
    return await wait(spawn(process.execPath, ['--expose-gc', '--no-warnings', join(repoDir, 'tests/bench/run.ts'), ...args], { cwd: repoDir, stdio: 'inherit' }));
  } finally {
    await stopDisplay?.();
  }
}
