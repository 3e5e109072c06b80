// Puts the files of the sample project into out/sample: the penguins as they are, the flights as
// resources/sample/make-flights.mjs derives them from the development dependency vega-datasets.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { modulesDir, repoDir } from './paths.mjs';

/** @param {string} outDir */
export function buildSample(outDir) {
  const sources = join(repoDir, 'resources/sample');
  const target = join(outDir, 'sample');
  mkdirSync(target, { recursive: true });
  copyFileSync(join(sources, 'penguins.csv'), join(target, 'penguins.csv'));
  const flights = join(modulesDir, 'vega-datasets/data/flights-3m.parquet');
  execFileSync(process.execPath, [join(sources, 'make-flights.mjs'), flights, join(target, 'flights.parquet')], { stdio: 'inherit' });
}
