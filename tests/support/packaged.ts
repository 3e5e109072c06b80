/** The app as it is shipped, for tests of the artefact itself. Linux alone: the folder needs no installer. */
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repoDir } from '../../electron/runtime/paths.mjs';

const releaseDir = join(repoDir, 'dist/linux-unpacked');

/** The executable of a release, made where the build is newer. */
export function releasedApp(): string {
  const executable = join(releaseDir, 'assay');
  const packed = join(releaseDir, 'resources/app.asar');
  if (!existsSync(packed) || statSync(packed).mtimeMs < statSync(join(repoDir, 'out/.built')).mtimeMs) {
    const { status, stderr } = spawnSync(process.execPath, [join(repoDir, 'electron/runtime/run.mjs'), 'package', '--dir'], { cwd: repoDir, encoding: 'utf8' });
    if (status !== 0) throw new Error(`packaging failed:\n${stderr}`);
  }
  return executable;
}

/** A copy of the release in which one fuse lets the driver in; all else is as shipped. */
export async function drivableApp(folder: string): Promise<string> {
  releasedApp();
  const copy = join(folder, 'app');
  rmSync(copy, { recursive: true, force: true });
  cpSync(releaseDir, copy, { recursive: true });
  const executable = join(copy, 'assay');
  await flipFuses(executable, { version: FuseVersion.V1, [FuseV1Options.EnableNodeCliInspectArguments]: true });
  return executable;
}
