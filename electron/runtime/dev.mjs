// `npm run dev`: builds on every change of a source and starts the window anew; the window comes back
// where it was.
import { spawn } from 'node:child_process';
import { allTargets, buildTarget } from './build.mjs';
import { ensureElectron } from './electron.mjs';
import { SetupError, say } from './log.mjs';
import { repoDir } from './paths.mjs';
import { hasDisplay } from './system.mjs';

/** Changes often come in groups, such as a save of all files. */
const settleMs = 150;

/** @param {string[]} args for the app; without any, the sample project opens @returns {Promise<number>} */
export async function dev(args) {
  if (!hasDisplay()) throw new SetupError('There is no display to open the window on; "npm run demo" runs without one.');
  const electron = await ensureElectron();
  /** @type {import('node:child_process').ChildProcess | null} */
  let app = null;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {(status: number) => void} */
  let end = () => undefined;
  /** @type {Promise<number>} */
  const closedByHand = new Promise((settle) => {
    end = settle;
  });
  const open = () => {
    app = spawn(electron.executable, [...electron.args, repoDir, ...(args.length > 0 ? args : ['--sample'])], { cwd: repoDir, stdio: 'inherit', env: { ...process.env, ...electron.env } });
    app.once('exit', (_code, signal) => {
      // Not ended by us for a restart.
      if (signal === null) end(0);
    });
  };
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      say('dev', app ? 'sources changed, starting the window anew' : 'starting the window');
      if (!app) return open();
      app.once('exit', open);
      app.kill('SIGTERM');
    }, settleMs);
  };
  for (const target of allTargets) {
    await buildTarget(target, { build: { watch: {} }, plugins: [{ name: 'assay:restart', closeBundle: restart }] });
  }
  // The watchers would keep the process.
  return process.exit(await closedByHand);
}
