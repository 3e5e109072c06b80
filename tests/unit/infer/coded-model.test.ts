import { expect, it } from 'vitest';
import { codeWords } from '../../../electron/infer/coded-model.ts';
import { predictTable } from '../../../electron/infer/predict.ts';
import { openSession, Tensor } from '../../../electron/infer/session.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { createRandom } from '../../../shared/math/random.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';
import { trainConfig } from '../../support/train-config.ts';

const random = createRandom(4);
const labels = ['red', 'green', 'blue', 'Grün', '', 'rare'];
const rows = 9000;
const columns: ColumnData[] = [
  numbers('x', repeat(rows, (i) => (i % 50 === 0 ? NaN : random.unit()))),
  categories('colour', repeat(rows, (i) => (i % 37 === 0 ? null : labels[random.below(5)]!))),
  categories('shape', repeat(rows, () => (random.unit() < 0.5 ? 'round' : 'square'))),
  categories('target', repeat(rows, () => (random.unit() < 0.3 ? 'yes' : 'no'))),
];
/** Words that training never saw. */
const unseen = columns.map((column) => (column.kind === 'category' && column.name === 'colour'
  ? { ...column, labels: column.labels.map((label) => (label === 'blue' ? 'violet' : label)) } : column));

for (const hasEmbeddings of [false, true]) {
  it(`predicts by numbered words what the file predicts from the words, ${hasEmbeddings ? 'with embeddings' : 'one feature a word'}`, async () => {
    const { modelBytes } = await trainTable({
      config: trainConfig({
        task: 'classification', target: 'target', features: ['x', 'colour', 'shape'], maxEpochs: 1, batchSize: 512, maxCategories: 3,
        model: ModelSpec.parse({ kind: 'mlp', hidden: [8], embeddings: hasEmbeddings }),
      }),
      columns, onProgress: () => undefined, shouldStop: () => false,
    });
    expect([...codeWords(modelBytes).inputs.keys()]).toEqual(['colour', 'shape']);
    const predictions = await predictTable({ modelBytes, columns: unseen, threadCount: 1 });
    if (predictions.task !== 'classification') throw new Error('expected classes');
    const session = await openSession(modelBytes, { threadCount: 1 });
    const outputs = await session.run(Object.fromEntries(unseen.slice(0, 3).map((column) => [column.name, rawTensor(column)])));
    await session.release();
    expect(predictions.probabilities).toEqual(outputs['probabilities']!.data);
    expect(Array.from(predictions.codes, (code) => predictions.classes[code])).toEqual(outputs['label']!.data);
  });
}

it('leaves words alone that more than a table reads', async () => {
  const graph = new Graph('words');
  const op = ops(graph);
  const [one, two] = [graph.input('one', 'string', ['batch', 1]), graph.input('two', 'string', ['batch', 1])];
  graph.output('number', op.numberWords(one, ['a', 'b'], [5, 6], 7));
  graph.output('first', op.numberWords(two, ['a'], [1], 0));
  graph.output('second', op.numberWords(two, ['b'], [1], 0));
  const coded = codeWords(writeOnnx(graph));
  expect([...coded.inputs]).toEqual([['one', { numbers: new Map([['a', 5], ['b', 6]]), otherwise: 7 }]]);
  const session = await openSession(coded.bytes, { threadCount: 1 });
  const outputs = await session.run({
    one: new Tensor('int32', Int32Array.of(5, 7), [2, 1]), two: new Tensor('string', ['a', 'b'], [2, 1]),
  });
  await session.release();
  expect(outputs['number']!.data).toEqual(BigInt64Array.of(5n, 7n));
  expect(outputs['second']!.data).toEqual(BigInt64Array.of(0n, 1n));
});

it('gives back a model without words as it is', () => {
  const graph = new Graph('numbers');
  graph.output('y', ops(graph).neg(graph.input('x', 'float32', ['batch', 1])));
  const bytes = writeOnnx(graph);
  expect(codeWords(bytes)).toEqual({ bytes, inputs: new Map(), outputs: new Map() });
});

/** A column as a runtime takes it that knows nothing but the file. */
function rawTensor(column: ColumnData): Tensor {
  if (column.kind === 'number') return new Tensor('float64', column.values, [rows, 1]);
  return new Tensor('string', Array.from(column.codes, (code) => column.labels[code] ?? ''), [rows, 1]);
}
