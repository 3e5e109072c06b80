/** The effect of a change of the data on a model: compares predictions, and finds the rows that the model was tested on. */
import { readTarget } from '../../ml/targets.ts';
import { columnNamed, rowParts, weightOf } from '../../ml/training-set.ts';
import { diffPredictions } from '../../data/diff-predictions.ts';
import type { Duck } from '../../data/duck.ts';
import { readColumns } from '../../data/matrix.ts';
import type { ModelEffect } from '../../../shared/domain/version-diff.ts';
import type { EffectTaskInput } from '../tasks.ts';

export async function effectTask(duck: Duck, { predictions, trained }: EffectTaskInput, signal: AbortSignal): Promise<ModelEffect> {
  const test = trained && { side: trained.side, rows: await testRowsOf(duck, trained, signal) };
  return diffPredictions(duck, predictions, test, signal);
}

/** The split that training made of this table, made again: it depends on the configuration and the data only. */
async function testRowsOf(duck: Duck, { path, config }: NonNullable<EffectTaskInput['trained']>, signal: AbortSignal): Promise<Int32Array> {
  const names = [...new Set([config.target, config.split.timeColumn, config.weightColumn].filter((name) => name !== null))];
  const columns = new Map((await readColumns(duck, { path, columns: names, signal })).map((column) => [column.name, column]));
  const target = readTarget(columnNamed(columns, config.target), config.task);
  return rowParts(config, columns, target, weightOf(config, columns)).split.test;
}
