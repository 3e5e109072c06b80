import { describe, expect, it } from 'vitest';
import { floatsOf, openSession, Tensor } from '../../../electron/infer/session.ts';
import { encodeInGraph } from '../../../electron/ml/encoding-graph.ts';
import { encodeRows, featureNames, fitAlike, fitEncoding } from '../../../electron/ml/encoding.ts';
import type { FittedEncoding } from '../../../electron/ml/encoding.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { range } from '../../../shared/math/random.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';

const byName = (columns: readonly ColumnData[]): Map<string, ColumnData> => new Map(columns.map((column) => [column.name, column]));

async function encodeInRuntime(encoding: FittedEncoding, columns: ReadonlyMap<string, ColumnData>): Promise<Float32Array> {
  const graph = new Graph('encoding');
  graph.output('features', encodeInGraph(ops(graph), encoding.columns).features!);
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  const feeds = encoding.columns.map(({ name }) => {
    const column = columns.get(name)!;
    if (column.kind === 'number') return [name, new Tensor('float64', column.values, [column.values.length, 1])];
    return [name, new Tensor('string', Array.from(column.codes, (code) => column.labels[code] ?? ''), [column.codes.length, 1])];
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return floatsOf(outputs['features']);
}

describe('the encoding of features', () => {
  it('scales numbers by mean and deviation of the train part only', () => {
    const x = numbers('x', [1, 3, 1000]);
    const encoding = fitEncoding([x], Int32Array.of(0, 1), { maxCategories: 10, isEmbedded: false });
    expect(encoding.columns).toEqual([{ kind: 'number', name: 'x', type: 'number', mean: 2, deviation: 1, hasMissing: false }]);
    expect([...encodeRows(encoding, byName([x]), range(3))]).toEqual([-1, 1, 998]);
  });

  it('marks what was missing in training, and counts infinity as missing', () => {
    const x = numbers('x', [1, 3, NaN, Infinity]);
    const encoding = fitEncoding([x], range(4), { maxCategories: 10, isEmbedded: false });
    expect(featureNames(encoding.columns)).toEqual(['x', 'x missing']);
    expect([...encodeRows(encoding, byName([x]), range(4))]).toEqual([-1, 0, 1, 0, 0, 1, 0, 1]);
  });

  it('keeps the most frequent categories, collects others, and gives unknown ones to the others', () => {
    const x = categories('x', ['b', 'b', 'a', 'c', null, 'unseen']);
    const encoding = fitEncoding([x], range(5), { maxCategories: 2, isEmbedded: false });
    expect(featureNames(encoding.columns)).toEqual(['x = b', 'x = a', 'x other', 'x missing']);
    const rows = encodeRows(encoding, byName([x]), range(6));
    expect(repeat(6, (i) => rows.subarray(i * 4, i * 4 + 4).indexOf(1))).toEqual([0, 0, 1, 2, 3, 2]);
  });

  it('gives zeros to an unknown category when training had no others', () => {
    const x = categories('x', ['a', 'b', 'unseen', null]);
    const encoding = fitEncoding([x], range(2), { maxCategories: 5, isEmbedded: false });
    expect([...encodeRows(encoding, byName([x]), Int32Array.of(2, 3))]).toEqual([0, 0, 0, 0]);
  });

  it('drops what is constant or empty in the train part and says so', () => {
    const columns = [numbers('c', [5, 5, 5]), numbers('e', [NaN, NaN, 1]), categories('k', ['a', 'a', 'b']), numbers('x', [1, 2, 3])];
    const encoding = fitEncoding(columns, Int32Array.of(0, 1), { maxCategories: 10, isEmbedded: false });
    expect(encoding.columns.map(({ name }) => name)).toEqual(['x']);
    expect(encoding.dropped).toEqual([
      { name: 'c', reason: 'is constant in the train part' },
      { name: 'e', reason: 'has no value in the train part' },
      { name: 'k', reason: 'is constant in the train part' },
    ]);
    expect(() => fitEncoding(columns.slice(0, 2), Int32Array.of(0, 1), { maxCategories: 10, isEmbedded: false })).toThrow(/"c" is constant/);
  });

  it('gives zeros to a channel that is constant or empty, as the border of images is, unless all are', () => {
    const columns = [numbers('black', [1e30, 1e30, 1e30]), numbers('empty', [NaN, NaN, 1]), numbers('x', [1, 3, 5])];
    const encoding = fitAlike(columns, Int32Array.of(0, 1), (i) => i);
    expect([...encodeRows(encoding, byName(columns), range(2))]).toEqual([0, 0, -1, 0, 0, 1]);
    expect(() => fitAlike(columns, Int32Array.of(0, 1), (i) => Math.min(i, 0))).not.toThrow();
    expect(() => fitAlike(columns.slice(0, 2), Int32Array.of(0, 1), (i) => i)).toThrow('channel 1 is constant in the train part, channel 2 has no value');
  });

  it('keeps a constant column whose missing values tell something', () => {
    const x = numbers('x', [7, NaN, 7]);
    const encoding = fitEncoding([x], range(3), { maxCategories: 10, isEmbedded: false });
    expect([...encodeRows(encoding, byName([x]), range(3))]).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it('is the same bit for bit in ONNX Runtime, for ordinary and absurd values', async () => {
    const absurd = [1e308, -1e308, 5e-324, -0, 1.7e12, 0.1, NaN, Infinity, -Infinity, 3];
    const columns = [
      numbers('x', absurd), numbers('time', repeat(10, (i) => 1.7e12 + i * 86_400_000), 'date'),
      numbers('ordinary', repeat(10, (i) => Math.sqrt(i) - 1.3)), numbers('small', repeat(10, (i) => (i % 3) * 1e-200)),
      categories('word', ['ä', 'b', null, 'ä', 'c', 'd', '', 'b', 'unseen', 'ä']), categories('flag', repeat(10, (i) => String(i % 3 === 0)), 'boolean'),
    ];
    for (const train of [range(8), range(10), Int32Array.of(3, 4, 5, 9)]) {
      const encoding = fitEncoding(columns, train, { maxCategories: 2, isEmbedded: false });
      const here = encodeRows(encoding, byName(columns), range(10));
      expect(here.every((value) => Number.isFinite(value))).toBe(true);
      // -0 and 0 are the same number to every later operation.
      expect(Array.from(await encodeInRuntime(encoding, byName(columns)), (value) => value + 0)).toEqual(Array.from(here, (value) => value + 0));
    }
  });
});
