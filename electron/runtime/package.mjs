// `npm run package`: the app as a folder and a tar.gz on Linux, an installer elsewhere.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureElectron } from './electron.mjs';
import { say } from './log.mjs';
import { modulesDir, repoDir } from './paths.mjs';
import { wait } from './start.mjs';

const nativeDir = join(repoDir, 'out/native');

/**
 * @param {string[]} args `--dir` makes the folder alone
 * @returns {Promise<number>} exit status
 */
export async function makePackage(args) {
  await ensureBuild();
  const electron = await ensureElectron();
  // The better-sqlite3 that this Electron needs travels beside the app.
  rmSync(nativeDir, { recursive: true, force: true });
  mkdirSync(nativeDir, { recursive: true });
  if (electron.sqliteBinding !== null) copyFileSync(electron.sqliteBinding, join(nativeDir, 'better_sqlite3.node'));
  const targets = process.platform === 'linux' ? ['--linux', 'dir', ...(args.includes('--dir') ? [] : ['tar.gz'])] : [];
  const settings = electron.kind === 'official' ? [] : [`-c.electronDist=${electron.distDir}`, `-c.electronVersion=${electron.version}`];
  say('package', `electron-builder ${targets.join(' ')}`.trim());
  return wait(spawn(process.execPath, [join(modulesDir, 'electron-builder', 'cli.js'), ...targets, '--publish', 'never', ...settings], { cwd: repoDir, stdio: 'inherit' }));
}
