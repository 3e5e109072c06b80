/** From columns and a configuration to everything that training needs: parts, encoding, network, loss. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import { rowCountOf } from '../../shared/domain/column-data.ts';
import { isOfRows, type TrainConfig } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { createRandom, range } from '../../shared/math/random.ts';
import { encodeCodes, encodeStepwise } from './encoding.ts';
import type { FittedEncoding } from './encoding.ts';
import { fitInput, sequenceOf } from './input.ts';
import type { FittedInput } from './input.ts';
import { lossOf, outputOf } from './loss-choice.ts';
import type { LossSpec } from './losses.ts';
import { createNetwork } from './models/index.ts';
import type { Network } from './network.ts';
import type { ImportedModel } from './onnx-model.ts';
import { outputWidthOf } from './output.ts';
import type { OutputSpec } from './output.ts';
import { splitRows } from './split.ts';
import type { Split } from './split.ts';
import { hasTarget, readTarget } from './targets.ts';
import type { Target } from './targets.ts';
import type { View } from './view.ts';
import { orderOfTime, splitWindows } from './windows.ts';

/** Rows of features, row-major, with their targets; the graphs pick rows by number. */
export interface Matrix {
  readonly rowCount: number;
  /** [rowCount, features]; null for networks without. */
  readonly x: Float32Array | null;
  /** [rowCount, codeWidth]; null for networks without. */
  readonly codes: Int32Array | null;
  /** Class numbers (0 where there is none) or scaled values (0 where there is none), [rowCount]. */
  readonly y: Int32Array | Float32Array;
  /** Weights of rows in the loss; null for 1. */
  readonly w: Float32Array | null;
}

export interface TrainingSet {
  readonly target: Target;
  readonly output: OutputSpec;
  /** Rows of the matrix. */
  readonly split: Split;
  /** Row of the table for each row of the matrix. */
  readonly order: Int32Array;
  /** Rows in no part: without target, without time in a split by time, or too near an end for a window. */
  readonly droppedRowCount: number;
  readonly encoding: FittedEncoding;
  readonly network: Network;
  readonly loss: LossSpec;
  readonly view: View;
  readonly columns: ReadonlyMap<string, ColumnData>;
  /** What orders the rows, where they are. */
  readonly timeColumn: string | null;
  readonly weight: (ColumnData & { readonly kind: 'number' }) | null;
}

/** The largest matrix of encoded features, in bytes; one tensor of more was never tried. */
export const maxMatrixBytes = 2 ** 31;

/**
 * Checks configuration and data and decides all that is decided before the first step; `base` is the model of a file to train on.
 * @throws train/*, model/*, data/unknown-column.
 */
export function prepareTraining(config: TrainConfig, data: readonly ColumnData[], base: ImportedModel | null = null): TrainingSet {
  const columns = new Map(data.map((column) => [column.name, column]));
  const features = [...new Set(config.features)].map((name) => columnNamed(columns, name));
  // What was there before is what a forecast of consecutive rows starts from.
  if (config.features.includes(config.target) && !isOfRows(config.model)) {
    throw fail('train/bad-config', { field: 'features', value: config.target, reason: 'the target cannot be a feature.' });
  }
  const target = readTarget(columnNamed(columns, config.target), config.task);
  const weight = weightOf(config, columns);
  const sequence = sequenceOf(config.model);
  const parts = sequence?.from === 'rows'
    ? windowParts(config, columns, { target, weight }, sequence)
    : rowParts(config, columns, target, weight);
  const trainRows = parts.split.train.map((row) => parts.order[row] as number);

  const { encoding, input, view } = fitInput(config, features, trainRows, base);
  const neededBytes = parts.order.length * encoding.width * 4;
  if (neededBytes > maxMatrixBytes) {
    throw fail('train/too-large', {
      rows: parts.order.length, features: encoding.width, neededMb: Math.ceil(neededBytes / 2 ** 20), limitMb: maxMatrixBytes / 2 ** 20,
    });
  }
  return assembled(config, { columns, target, weight, parts, fitted: { encoding, input, view } }, base);
}

/** What a training set is put together from. */
export interface Prepared {
  readonly columns: ReadonlyMap<string, ColumnData>;
  readonly target: Target;
  readonly weight: TrainingSet['weight'];
  readonly parts: Parts;
  readonly fitted: FittedInput;
}

/** Decides output, loss and network once the input is known. */
export function assembled(config: TrainConfig, { columns, target, weight, parts, fitted }: Prepared, base: ImportedModel | null): TrainingSet {
  const { encoding, input, view } = fitted;
  const trainRows = parts.split.train.map((row) => parts.order[row] as number);
  const output = outputOf(config, target, trainRows);
  const loss = lossOf(config, target, trainRows);
  const network = createNetwork(config.model, input, outputWidthOf(output, loss), base === null ? null : { model: base, output });
  if (config.mixup !== null && network.codeWidth > 0) {
    throw fail('train/bad-config', { field: 'mixup', value: config.mixup, reason: 'words and embedded categories cannot be mixed.' });
  }
  const { train, validation, test } = parts.split;
  return {
    target, output, encoding, network, columns, loss, view, weight, timeColumn: config.split.timeColumn, ...parts,
    droppedRowCount: rowCountOf(columnNamed(columns, config.target)) - train.length - validation.length - test.length,
  };
}

export interface Parts {
  readonly order: Int32Array;
  readonly split: Split;
}

/** Every row by itself, in the order of the table. */
export function rowParts(
  config: TrainConfig, columns: ReadonlyMap<string, ColumnData>, target: Target, weight: TrainingSet['weight'],
): Parts {
  const order = range(rowCountOf(columnNamed(columns, config.target)));
  const usable = new Int32Array(order.length);
  let count = 0;
  for (let row = 0; row < order.length; row++) {
    if (hasTarget(target, row) && isWeighed(weight, row)) usable[count++] = row;
  }
  return { order, split: splitRows(usable.slice(0, count), config.split, target, timeOf(config, columns), createRandom(config.seed, 'split')) };
}

/** Windows of rows in the order of time. */
function windowParts(
  config: TrainConfig, columns: ReadonlyMap<string, ColumnData>, { target, weight }: Pick<TrainingSet, 'target' | 'weight'>,
  { steps, horizon }: { steps: number; horizon: number },
): Parts {
  if (config.split.kind !== 'time') {
    throw fail('train/bad-config', { field: 'split.kind', value: config.split.kind, reason: 'a model of consecutive rows needs a split by time.' });
  }
  const order = orderOfTime(timeOf(config, columns), rowCountOf(columnNamed(columns, config.target)));
  return { order, split: splitWindows(order, config.split, { steps, horizon }, (row) => hasTarget(target, row), (row) => isWeighed(weight, row)) };
}

/** All rows in the matrix's order, with a rest after each column. Cost: the matrix. */
export function* buildMatrix(set: TrainingSet): Generator<void, Matrix> {
  const { encoding, columns, order } = set;
  const x = encoding.width === 0 ? null : yield* encodeStepwise(encoding, columns, order);
  const codes = encodeCodes(encoding, columns, order);
  return { rowCount: order.length, x, codes, ...targetsOf(set) };
}

/** Targets and weights of all rows, in the matrix's order. */
export function targetsOf({ target, output, order, weight }: Pick<TrainingSet, 'target' | 'output' | 'order' | 'weight'>): Pick<Matrix, 'y' | 'w'> {
  const w = weight === null ? null : Float32Array.from(order, (row) => weight.values[row] as number);
  if (target.task === 'classification') return { w, y: order.map((row) => Math.max(0, target.codes[row] as number)) };
  const { mean, deviation } = output as OutputSpec & { task: 'regression' };
  const scaled = (value: number): number => (Number.isNaN(value) ? 0 : (value - mean) / deviation);
  return { w, y: Float32Array.from(order, (row) => scaled(target.values[row] as number)) };
}

/** Whether a row weighs anything as a float32; one without a weight does not. */
function isWeighed(weight: TrainingSet['weight'], row: number): boolean {
  return weight === null || Math.fround(weight.values[row] as number) > 0;
}

function timeOf({ split }: TrainConfig, columns: ReadonlyMap<string, ColumnData>): ColumnData | null {
  return split.timeColumn === null ? null : columnNamed(columns, split.timeColumn);
}

/** The column that weighs rows. @throws train/bad-config */
export function weightOf({ weightColumn, features, target }: TrainConfig, columns: ReadonlyMap<string, ColumnData>): TrainingSet['weight'] {
  if (weightColumn === null) return null;
  const column = columnNamed(columns, weightColumn);
  const refuse = (reason: string): Error => fail('train/bad-config', { field: 'weightColumn', value: weightColumn, reason });
  if (column.kind !== 'number') throw refuse('weights are numbers.');
  if (weightColumn === target || features.includes(weightColumn)) throw refuse('a column cannot be a weight and a feature or the target.');
  if (column.values.some((value) => value < 0 || Math.fround(value) === Infinity)) throw refuse('weights are finite, not absurdly large and not negative.');
  return column;
}

/** @throws data/unknown-column */
export function columnNamed(columns: ReadonlyMap<string, ColumnData>, name: string): ColumnData {
  const column = columns.get(name);
  if (column === undefined) {
    throw fail('data/unknown-column', { column: name, dataset: 'the data', columns: [...columns.keys()].join(', ') });
  }
  return column;
}
