/** Predictions of an exported model for columns in memory. */
import { isNumberType, rowCountOf } from '../../shared/domain/column-data.ts';
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { Column, ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import { cardFromMetadata } from '../ml/model-card.ts';
import type { ModelCard } from '../ml/model-card.ts';
import { orderOfTime } from '../ml/windows.ts';
import { checkModel } from './check-model.ts';
import { codeWords } from './coded-model.ts';
import { asMalformed, classNumbers, numbered, predictSlice } from './predict-slice.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

export interface PredictOptions {
  readonly modelBytes: Uint8Array;
  readonly columns: readonly ColumnData[];
  readonly threadCount: number;
  /** How errors name the data. */
  readonly datasetName?: string;
  /** Rows done of all; may be asked to stop. */
  onProgress?(done: number, total: number): void;
  shouldStop?(): boolean;
}

export type Predictions =
  | {
    readonly task: 'classification';
    readonly target: string;
    readonly classes: readonly string[];
    /** Class number per row. */
    readonly codes: Int32Array;
    /** Row-major [rows, classes]. */
    readonly probabilities: Float32Array;
  }
  | {
    readonly task: 'regression';
    readonly target: string;
    /** Row-major [rows, names]. */
    readonly values: Float64Array;
    /** What the values of a row are: the prediction itself (""), or for example "+2" (rows ahead) and "+2 q90" (quantile). */
    readonly names: readonly string[];
  };

/** So few that what is computed between stays in the caches; windows look back, so theirs are longer. */
const [slice, windowSlice] = [4096, 16_384];

/**
 * Predicts every row, in slices. Missing and unknown values follow the rules of the model's encoding.
 * @throws model/malformed, model/refused, predict/column-missing, predict/column-type, job/cancelled.
 */
export async function predictTable(options: PredictOptions): Promise<Predictions> {
  const card = readCard(options.modelBytes);
  const columns = matchColumns(card.inputs, options.columns, options.datasetName ?? 'the data');
  const order = orderOf(card, options);
  const rowCount = order?.length ?? rowCountOf(columns[0] as ColumnData);
  const coded = codeWords(options.modelBytes);
  const session = await openForeign(coded.bytes, options.threadCount);
  try {
    const result = emptyPredictions(card, rowCountOf(columns[0] as ColumnData));
    const model = { session, card, columns: columns.map((column) => numbered(column, coded)), codeOf: classNumbers(card, coded) };
    const length = card.window === undefined ? slice : windowSlice;
    for (let from = 0; from < rowCount; from += length) {
      await new Promise((resolve) => setImmediate(resolve));
      if (options.shouldStop?.() === true) throw fail('job/cancelled');
      const to = Math.min(from + length, rowCount);
      // A window looks back; these rows are run again for the rows after them.
      const leadIn = Math.min(from, (card.window?.steps ?? 1) - 1);
      await predictSlice(model, { order, from: from - leadIn, leadIn, to }, result);
      options.onProgress?.(to, rowCount);
    }
    return result;
  } finally {
    await session.release();
  }
}

/** What a model says of itself. @throws model/malformed, model/refused. */
export function readCard(modelBytes: Uint8Array): ModelCard {
  const checked = checkModel(modelBytes);
  const card = cardFromMetadata(checked.metadata);
  const isTrue = card.inputs.every(({ name }) => checked.inputs.includes(name)) && card.inputs.length === checked.inputs.length
    && card.outputs.every((name) => checked.outputs.includes(name))
    && card.outputs.length === (card.task === 'regression' && card.levels === undefined ? 1 : 2);
  if (!isTrue) throw fail('model/malformed', { reason: 'its metadata does not match its inputs and outputs' });
  return card;
}

/** The data's columns in the order of the model's inputs; each is checked before any work. */
function matchColumns(inputs: readonly Column[], columns: readonly ColumnData[], dataset: string): ColumnData[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return inputs.map(({ name, type }) => {
    const column = byName.get(name);
    if (column === undefined) {
      throw fail('predict/column-missing', { column: name, dataset, columns: inputs.map((input) => input.name).join(', ') });
    }
    if (familyOf(column.type) !== familyOf(type) || (column.kind === 'number') !== isNumberType(type)) {
      throw fail('predict/column-type', { column: name, found: column.type, expected: type });
    }
    return column;
  });
}

/** Types of one family stand for each other: a model trained on integers takes other numbers. */
function familyOf(type: ColumnType): string {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'date' || type === 'timestamp') return 'time';
  return type === 'boolean' ? 'boolean' : 'words';
}

/** The rows in the order in which a model of consecutive rows takes them; null for the table's. @throws predict/column-missing */
function orderOf({ window }: ModelCard, { columns, datasetName }: PredictOptions): Int32Array | null {
  if (window === undefined || window.timeColumn === null) return null;
  const time = columns.find(({ name }) => name === window.timeColumn);
  if (time === undefined) {
    throw fail('predict/column-missing', { column: window.timeColumn, dataset: datasetName ?? 'the data', columns: window.timeColumn });
  }
  return orderOfTime(time, rowCountOf(time));
}

/** Names of the values of a row, see `Predictions`. */
function valueNames({ window, levels }: ModelCard): string[] {
  const ahead = window === undefined ? [''] : Array.from({ length: window.horizon }, (_, i) => `+${i + 1}`);
  const quantiles = ahead.flatMap((step) => (levels ?? []).map((level) => `${step} q${Number((level * 100).toPrecision(4))}`.trim()));
  return [...ahead, ...quantiles];
}

function emptyPredictions(card: ModelCard, rowCount: number): Predictions {
  if (card.task === 'regression') {
    const names = valueNames(card);
    return { task: 'regression', target: card.target, values: new Float64Array(rowCount * names.length).fill(NaN), names };
  }
  const { classes, target } = card;
  return {
    task: 'classification', target, classes,
    codes: new Int32Array(rowCount), probabilities: new Float32Array(rowCount * classes.length),
  };
}

/** Opens a model that passed the check; ONNX Runtime may still not like it. @throws model/malformed. */
async function openForeign(modelBytes: Uint8Array, threadCount: number): Promise<Session> {
  return asMalformed(() => openSession(modelBytes, { threadCount }));
}
