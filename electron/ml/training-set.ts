/** From columns and a configuration to everything that training needs: parts, encoding, network, loss. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import { rowCountOf } from '../../shared/domain/column-data.ts';
import type { TrainConfig } from '../../shared/domain/runs.ts';
import { fail } from '../../shared/errors.ts';
import { createRandom, range } from '../../shared/math/random.ts';
import { encodeStepwise, fitEncoding } from './encoding.ts';
import type { FittedEncoding } from './encoding.ts';
import type { OutputSpec } from './inference-graph.ts';
import type { LossSpec } from './losses.ts';
import { createNetwork } from './network.ts';
import type { Network } from './network.ts';
import { splitRows } from './split.ts';
import type { Split } from './split.ts';
import { balancedClassWeights, hasTarget, readTarget } from './targets.ts';
import type { Target } from './targets.ts';

/** Rows of features, row-major, with their targets. */
export interface Matrix {
  readonly rowCount: number;
  /** [rowCount, inputWidth]. */
  readonly x: Float32Array;
  /** Class numbers or standardised values, [rowCount]. */
  readonly y: Int32Array | Float32Array;
}

export interface TrainingSet {
  readonly target: Target;
  readonly output: OutputSpec;
  readonly split: Split;
  /** Rows in no part: without target, or without time in a split by time. */
  readonly droppedRowCount: number;
  readonly encoding: FittedEncoding;
  readonly network: Network;
  readonly loss: LossSpec;
  readonly columns: ReadonlyMap<string, ColumnData>;
}

/** The largest matrix of encoded features, in bytes; one tensor of more was never tried. */
export const maxMatrixBytes = 2 ** 31;

/**
 * Checks configuration and data and decides all that is decided before the first step.
 * @throws train/*, data/unknown-column.
 */
export function prepareTraining(config: TrainConfig, data: readonly ColumnData[]): TrainingSet {
  const columns = new Map(data.map((column) => [column.name, column]));
  const features = [...new Set(config.features)].map((name) => columnNamed(columns, name));
  if (config.features.includes(config.target)) {
    throw fail('train/bad-config', { field: 'features', value: config.target, reason: 'the target cannot be a feature.' });
  }
  const target = readTarget(columnNamed(columns, config.target), config.task);
  const time = config.split.timeColumn === null ? null : columnNamed(columns, config.split.timeColumn);
  const rowCount = rowCountOf(columnNamed(columns, config.target));
  const usable = range(rowCount).filter((row) => hasTarget(target, row));
  const split = splitRows(usable, config.split, target, time, createRandom(config.seed, 'split'));

  const encoding = fitEncoding(features, split.train, config.maxCategories);
  const largest = Math.max(split.train.length, split.validation.length, split.test.length);
  if (largest * encoding.width * 4 > maxMatrixBytes) {
    throw fail('train/too-large', {
      rows: largest, features: encoding.width,
      neededMb: Math.ceil((largest * encoding.width * 4) / 2 ** 20), limitMb: maxMatrixBytes / 2 ** 20,
    });
  }
  const output = outputOf(target, split.train);
  const network = createNetwork(config.model, encoding.width, output.task === 'classification' ? output.classes.length : 1);
  return {
    target, output, split, encoding, network, columns,
    loss: lossOf(config, target, split.train),
    droppedRowCount: rowCount - split.train.length - split.validation.length - split.test.length,
  };
}

/** The encoded rows of one part, with a rest after each column. Cost: the matrix. */
export function* buildMatrix({ encoding, columns, target, output }: TrainingSet, rows: Int32Array): Generator<void, Matrix> {
  const x = yield* encodeStepwise(encoding, columns, rows);
  if (target.task === 'classification') {
    return { rowCount: rows.length, x, y: rows.map((row) => target.codes[row] as number) };
  }
  const { mean, deviation } = output as OutputSpec & { task: 'regression' };
  return { rowCount: rows.length, x, y: Float32Array.from(rows, (row) => ((target.values[row] as number) - mean) / deviation) };
}

function columnNamed(columns: ReadonlyMap<string, ColumnData>, name: string): ColumnData {
  const column = columns.get(name);
  if (column === undefined) {
    throw fail('data/unknown-column', { column: name, dataset: 'the data', columns: [...columns.keys()].join(', ') });
  }
  return column;
}

/** The target's meaning; a numeric one is scaled by the train part's mean and deviation. */
function outputOf(target: Target, train: Int32Array): OutputSpec {
  if (target.task === 'classification') return { task: 'classification', classes: target.classes };
  const { values } = target;
  const mean = meanOver(train, (row) => values[row] as number);
  const deviation = Math.sqrt(meanOver(train, (row) => ((values[row] as number) - mean) ** 2));
  const isUsable = Number.isFinite(deviation) && deviation > Math.max(Math.abs(mean) * 1e-12, 1e-150);
  return { task: 'regression', mean: Number.isFinite(mean) ? mean : 0, deviation: isUsable ? deviation : 1 };
}

function meanOver(rows: Int32Array, term: (row: number) => number): number {
  let sum = 0;
  for (const row of rows) sum += term(row);
  return sum / rows.length;
}

function lossOf(config: TrainConfig, target: Target, train: Int32Array): LossSpec {
  if (target.task === 'regression') return { kind: 'mean-squared-error' };
  const codes = train.map((row) => target.codes[row] as number);
  if (codes.every((code) => code === codes[0])) {
    throw fail('train/one-class-in-train', { column: config.target, value: target.classes[codes[0] as number] as string });
  }
  const classCount = target.classes.length;
  return {
    kind: 'cross-entropy', classCount,
    classWeights: config.classWeights === 'balanced' ? balancedClassWeights(codes, classCount) : null,
  };
}
