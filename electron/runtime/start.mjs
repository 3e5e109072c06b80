// `npm start`: the window on the sample project, or the same job without a window where there is no
// display. Also runs the command line tool from the build.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureElectron } from './electron.mjs';
import { say } from './log.mjs';
import { repoDir } from './paths.mjs';
import { hasDisplay } from './system.mjs';

/** @param {string[]} args for the app, such as --project=DIR; without any, the sample project opens @returns {Promise<number>} exit status */
export async function start(args) {
  await ensureBuild();
  if (!hasDisplay()) {
    say('start', 'no display (DISPLAY and WAYLAND_DISPLAY are not set), so the same job runs without a window');
    return runCli(['demo', ...args]);
  }
  const electron = await ensureElectron();
  return wait(spawn(electron.executable, [...electron.args, repoDir, ...(args.length > 0 ? args : ['--sample'])], {
    cwd: repoDir,
    stdio: 'inherit',
    env: { ...process.env, ...electron.env },
  }));
}

/** @param {string[]} args of the `assay` command */
export async function runCli(args) {
  await ensureBuild();
  return wait(spawn(process.execPath, [join(repoDir, 'out/cli/assay.js'), ...args], { cwd: process.cwd(), stdio: 'inherit' }));
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} its exit status */
export function wait(child) {
  return new Promise((settle, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => settle(code ?? (signal === null ? 0 : 1)));
  });
}
