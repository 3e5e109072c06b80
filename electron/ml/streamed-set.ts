/** The training set of a table that is not held in memory: columns are read one at a time to decide the encoding, and let go. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { embeddedSize, fitColumn, joinFitted } from './encoding.ts';
import type { DroppedColumn, Encoding, FittedEncoding } from './encoding.ts';
import type { FittedInput } from './input.ts';
import { readTarget } from './targets.ts';
import { assembled, columnNamed, rowParts, weightOf } from './training-set.ts';
import type { TrainingSet } from './training-set.ts';

/** A table in a file. */
export interface TableReader {
  readonly rowCount: number;
  /** Whole columns. @throws data/unknown-column */
  readColumns(names: readonly string[]): Promise<ColumnData[]>;
  /** Blocks of up to `rowsPerBlock` consecutive rows, in order, each with all the columns; the next is read once `use` is done. */
  readBlocks(names: readonly string[], rowsPerBlock: number, use: (columns: readonly ColumnData[]) => Promise<void>): Promise<void>;
}

/** Whether a model can be trained on rows that are read in pieces: each row must stand for itself, and each column be measured by itself. */
export function canStream({ model }: Pick<TrainConfig, 'model'>): boolean {
  return model.kind === 'mlp' || (model.kind === 'linear' && model.solver === 'gradient');
}

/**
 * As `prepareTraining`, and with the same result; memory is that of a few columns. `rest` lets messages in, and throws to end the work.
 * @throws train/*, data/unknown-column, what `rest` throws.
 */
export async function prepareStreamed(config: TrainConfig, reader: TableReader, rest: () => Promise<void>): Promise<TrainingSet> {
  if (config.features.includes(config.target)) {
    throw fail('train/bad-config', { field: 'features', value: config.target, reason: 'the target cannot be a feature.' });
  }
  const names = [...new Set([config.target, config.split.timeColumn, config.weightColumn].filter((name) => name !== null))];
  const columns = new Map((await reader.readColumns(names)).map((column) => [column.name, column]));
  const target = readTarget(columnNamed(columns, config.target), config.task);
  const weight = weightOf(config, columns);
  await rest();
  const parts = rowParts(config, columns, target, weight);
  const train = parts.split.train;
  const choice = { maxCategories: config.maxCategories, isEmbedded: config.model.kind === 'mlp' && config.model.embeddings };
  const fitted: (Encoding | DroppedColumn)[] = [];
  for (const name of new Set(config.features)) {
    await rest();
    const [column] = await reader.readColumns([name]);
    fitted.push(fitColumn(column as ColumnData, train, choice));
  }
  await rest();
  return assembled(config, { columns, target, weight, parts, fitted: tableInput(joinFitted(fitted)) }, null);
}

function tableInput(encoding: FittedEncoding): FittedInput {
  const categories = encoding.columns.flatMap((column) => (column.kind === 'category' && column.isEmbedded ? [embeddedSize(column)] : []));
  return { encoding, input: { kind: 'table', featureWidth: encoding.width, categories }, view: { kind: 'rows' } };
}
