/** Builders of training configurations and data for tests. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ColumnData } from '../../shared/domain/column-data.ts';
import { idFromBytes } from '../../shared/domain/ids.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { TrainConfig } from '../../shared/domain/train-config.ts';
import { categories, numbers } from './columns.ts';

/** A valid configuration with what a test cares about on top. */
export function trainConfig(changes: Partial<TrainConfig> & Pick<TrainConfig, 'task' | 'target' | 'features'>): TrainConfig {
  return TrainConfig.parse({
    versionId: idFromBytes<VersionId>(new Uint8Array(16)),
    model: { kind: 'mlp', hidden: [32], activation: 'relu' },
    split: { kind: 'random', timeColumn: null, validationShare: 0.15, testShare: 0.2 },
    seed: 1, maxEpochs: 100, batchSize: 32, learningRate: 0.01, l2: 0, patience: 20,
    classWeights: 'none', maxCategories: 20, threadCount: 1,
    ...changes,
  });
}

/** The 344 Palmer penguins of vega-datasets, missing values included. */
export function penguins(): ColumnData[] {
  const file = fileURLToPath(new URL('../../node_modules/vega-datasets/data/penguins.json', import.meta.url));
  const rows = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string | number | null>[];
  return Object.keys(rows[0]!).map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    return values.some((value) => typeof value === 'number')
      ? numbers(name, values.map((value) => (value === null ? NaN : Number(value))))
      : categories(name, values.map((value) => (value === null ? null : String(value))));
  });
}

/** A classification of the penguins' species from everything else. */
export function penguinConfig(changes: Partial<TrainConfig> = {}): TrainConfig {
  return trainConfig({
    task: 'classification', target: 'Species',
    features: ['Island', 'Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)', 'Sex'],
    split: { kind: 'stratified', timeColumn: null, validationShare: 0.15, testShare: 0.2 },
    ...changes,
  });
}
