// `npm run package`: the app as a folder and a tar.gz on Linux, an installer elsewhere.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
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
  const targets = process.platform === 'linux' ? ['--linux', 'dir'] : [];
  const settings = electron.kind === 'official' ? [] : [`-c.electronDist=${electron.distDir}`, `-c.electronVersion=${electron.version}`];
  say('package', `electron-builder ${targets.join(' ')}`.trim());
  const status = await wait(spawn(process.execPath, [join(modulesDir, 'electron-builder', 'cli.js'), ...targets, '--publish', 'never', ...settings], { cwd: repoDir, stdio: 'inherit' }));
  return status !== 0 || process.platform !== 'linux' || args.includes('--dir') ? status : archiveFolder();
}

/** Our own tar: electron-builder would fetch a tool for it from a host that may be unreachable. @returns {Promise<number>} */
async function archiveFolder() {
  const { version } = JSON.parse(readFileSync(join(repoDir, 'package.json'), 'utf8'));
  const name = `assay-${version}-linux-${process.arch}`;
  const file = join(repoDir, 'dist', `${name}.tar.gz`);
  const status = await wait(spawn('tar', [
    '--create', '--gzip', '--file', file, '--directory', join(repoDir, 'dist'), '--sort=name', '--owner=0', '--group=0', '--numeric-owner',
    `--transform=s,^linux-unpacked,${name},`, 'linux-unpacked',
  ], { stdio: 'inherit' }));
  if (status === 0) say('package', `${file} (${Math.round(statSync(file).size / 1e6)} MB)`);
  return status;
}
