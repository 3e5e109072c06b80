/** The training process: trains, predicts, and nothing else. It may crash without disturbing the engine. */
import { readFile } from 'node:fs/promises';
import { openDuck } from '../../data/duck.ts';
import { readColumns } from '../../data/matrix.ts';
import { writeTable, type NewColumn } from '../../data/table.ts';
import { predictTable, readCard, type Predictions } from '../../infer/predict.ts';
import { fail } from '../../../shared/errors.ts';
import { serveWorker, type TaskContext } from '../serve-worker.ts';
import type { TableFile, TrainTasks } from '../tasks.ts';
import { scratchFolder } from './scratch.ts';
import { trainTask } from './train-task.ts';

const memoryLimitMb = 1500;
const duck = await openDuck({ tempDir: scratchFolder(), memoryLimitMb });

type Handlers = { readonly [T in keyof TrainTasks]: (input: TrainTasks[T]['input'], context: TaskContext) => Promise<TrainTasks[T]['output']> };

const handlers: Handlers = {
  train: (input, context) => trainTask(duck, input, context),

  async predict({ modelPath, table, tableName, outPath, threadCount }, { report, signal }) {
    const modelBytes = await readFile(modelPath);
    const { inputs, window } = readCard(modelBytes);
    const names = [...new Set([...inputs.map(({ name }) => name), ...(window?.timeColumn ? [window.timeColumn] : [])])];
    mustHave(table, names, tableName);
    const columns = await readColumns(duck, { path: table.path, columns: names, signal });
    const predictions = await predictTable({
      modelBytes, columns, threadCount, datasetName: tableName,
      onProgress: (done, total) => report({ done, total, unit: 'rows', step: 'Predicting' }), shouldStop: () => signal.aborted,
    });
    return writeTable(duck, { outPath, basePath: table.path, columns: predictionColumns(predictions, table), signal });
  },
};

/** @throws AppError predict/column-missing */
function mustHave({ columns }: TableFile, names: readonly string[], dataset: string): void {
  const held = new Set(columns.map(({ name }) => name));
  const missing = names.find((name) => !held.has(name));
  if (missing !== undefined) throw fail('predict/column-missing', { column: missing, dataset, columns: names.join(', ') });
}

/** The class and each class's probability, or the predicted number, under names that the table does not have yet. */
function predictionColumns(predictions: Predictions, { columns }: TableFile): NewColumn[] {
  const taken = new Set(columns.map(({ name }) => name));
  const free = (name: string): string => {
    let candidate = name;
    for (let n = 2; taken.has(candidate); n++) candidate = `${name} ${n}`;
    taken.add(candidate);
    return candidate;
  };
  if (predictions.task === 'regression') {
    const { values, names } = predictions;
    return names.map((name, index) => ({
      name: free(`predicted ${predictions.target} ${name}`.trim()), type: 'number',
      values: Float64Array.from({ length: values.length / names.length }, (_, row) => values[row * names.length + index] as number),
    }));
  }
  const { target, classes, codes, probabilities } = predictions;
  return [
    { name: free(`predicted ${target}`), type: 'category', values: Array.from(codes, (code) => classes[code] ?? null) },
    ...classes.map((name, index): NewColumn => ({
      name: free(`p(${name})`), type: 'number', values: Float64Array.from(codes, (_, row) => probabilities[row * classes.length + index] ?? NaN),
    })),
  ];
}

serveWorker(handlers);
