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
  let isRestarting = false;
  /** @type {(status: number) => void} */
  let end = () => undefined;
  /** @type {Promise<number>} */
  const closedByHand = new Promise((settle) => {
    end = settle;
  });
  const open = () => {
    app = spawn(electron.executable, [...electron.args, repoDir, ...(args.length > 0 ? args : ['--sample'])], { cwd: repoDir, stdio: 'inherit', env: { ...process.env, ...electron.env } });
    app.once('exit', (code) => (isRestarting ? open() : end(code ?? 0)));
    isRestarting = false;
  };
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      say('dev', app ? 'sources changed, starting the window anew' : 'starting the window');
      if (!app) return open();
      isRestarting = true;
      app.kill('SIGTERM');
    }, settleMs);
  };
  let isBuilt = false;
  for (const target of allTargets) {
    // A watcher is returned before its first build has ended; nothing is when there is nothing to watch.
    await new Promise((settle, reject) => {
      const closeBundle = () => (isBuilt ? restart() : settle(null));
      buildTarget(target, { build: { watch: {} }, plugins: [{ name: 'assay:restart', closeBundle }] }).then((watcher) => watcher ?? settle(null), reject);
    });
  }
  isBuilt = true;
  restart();
  // The watchers would keep the process.
  return process.exit(await closedByHand);
}
