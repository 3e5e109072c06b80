/** What a run will be about, before it starts: rows of each part, inputs, parameters, steps. Pure. */
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';

export interface Forecast {
  readonly trainRows: number;
  readonly validationRows: number;
  readonly testRows: number;
  /** Numbers per row that the network sees; null where the columns do not say. */
  readonly inputCount: number | null;
  /** Null for kinds whose size follows from more than layers. */
  readonly parameterCount: number | null;
  readonly stepsPerEpoch: number;
}

/** The counts of inputs are close, not exact: which columns get a missing-value indicator is known only from the train part. */
export function forecast(config: TrainConfig, version: DatasetVersion, profiles: readonly ColumnProfile[] | null): Forecast {
  const target = profiles?.find((profile) => profile.name === config.target);
  const rows = version.rowCount - (target?.missingCount ?? 0);
  const testRows = Math.round(rows * config.split.testShare);
  const validationRows = Math.round(rows * config.split.validationShare);
  const trainRows = Math.max(0, rows - testRows - validationRows);
  const inputCount = inputCountOf(config, profiles);
  const outputCount = config.task === 'regression' ? (config.loss.kind === 'quantile' ? config.loss.levels.length : 1) : config.loss.kind === 'binary-cross-entropy' ? 1 : target?.distinctCount ?? null;
  return {
    trainRows, validationRows, testRows, inputCount, parameterCount: parameterCountOf(config, inputCount, outputCount),
    stepsPerEpoch: Math.max(1, Math.ceil(trainRows / (config.batchSize * config.accumulate))),
  };
}

function inputCountOf({ model, features, maxCategories }: TrainConfig, profiles: readonly ColumnProfile[] | null): number | null {
  if ('image' in model) return (model.image.resizeTo ?? model.image).height * (model.image.resizeTo ?? model.image).width * model.image.channels;
  if ('sequence' in model && model.sequence.from === 'words') return model.sequence.steps;
  if (profiles === null || model.kind === 'imported') return null;
  const width = features.reduce((sum, name) => sum + widthOf(profiles.find((profile) => profile.name === name), maxCategories), 0);
  return 'sequence' in model && model.sequence.from === 'rows' ? width * model.sequence.steps : width;
}

function widthOf(profile: ColumnProfile | undefined, maxCategories: number): number {
  if (!profile) return 1;
  const isCategorical = profile.type === 'category' || profile.type === 'text' || profile.type === 'boolean';
  // One input per kept category, one for the others where there are any, one for missing values.
  const width = isCategorical ? Math.min(profile.distinctCount, maxCategories + 1) : 1;
  return width + (profile.missingCount > 0 ? 1 : 0);
}

function parameterCountOf({ model }: TrainConfig, inputCount: number | null, outputCount: number | null): number | null {
  if (inputCount === null || outputCount === null || (model.kind !== 'linear' && model.kind !== 'mlp') || (model.kind === 'mlp' && model.embeddings)) return null;
  const hidden = model.kind === 'mlp' ? model.hidden : [];
  const sizes = [inputCount, ...hidden, outputCount];
  const weights = sizes.slice(1).reduce((sum, size, index) => sum + ((sizes[index] ?? 0) + 1) * size, 0);
  // A scale and a shift per unit.
  return weights + (model.kind === 'mlp' && model.normalization !== 'none' ? 2 * hidden.reduce((sum, units) => sum + units, 0) : 0);
}
