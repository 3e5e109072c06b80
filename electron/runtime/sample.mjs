// Puts the data of the sample project into out/sample: what the repository carries, and the flights,
// which are cut from the development package vega-datasets.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, say } from './log.mjs';
import { modulesDir, repoDir } from './paths.mjs';

const sourceDir = join(repoDir, 'resources/sample');
const targetDir = join(repoDir, 'out/sample');

export function ensureSample() {
  mkdirSync(targetDir, { recursive: true });
  for (const name of ['penguins.csv', 'README.md']) copyFileSync(join(sourceDir, name), join(targetDir, name));
  const script = join(sourceDir, 'make-flights.mjs');
  const flights = join(targetDir, 'flights.parquet');
  if (existsSync(flights) && statSync(flights).mtimeMs >= statSync(script).mtimeMs) return;
  say('build', 'making the flights of the sample project from the vega-datasets package');
  // Renamed when complete: a cut-off file must not be taken for the sample.
  const { status } = spawnSync(process.execPath, [script, join(modulesDir, 'vega-datasets/data/flights-3m.parquet'), `${flights}.part`], { cwd: repoDir, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new SetupError('The flights of the sample project could not be made; the message is above.');
  renameSync(`${flights}.part`, flights);
}
