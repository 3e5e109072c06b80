import { describe, expect, it } from 'vitest';
import { splitRows } from '../../../electron/ml/split.ts';
import type { Split } from '../../../electron/ml/split.ts';
import type { Target } from '../../../electron/ml/targets.ts';
import type { SplitSpec } from '../../../shared/domain/train-config.ts';
import { createRandom, range } from '../../../shared/math/random.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';

const spec = (kind: SplitSpec['kind'], timeColumn: string | null = null): SplitSpec =>
  ({ kind, timeColumn, validationShare: 0.2, testShare: 0.1 });
const rare: Target = { task: 'classification', classes: ['a', 'b'], codes: Int32Array.from({ length: 100 }, (_, i) => Number(i % 10 === 0)) };

function all({ train, validation, test }: Split): number[] {
  return [...train, ...validation, ...test].sort((a, b) => a - b);
}

describe('the split', () => {
  it('puts every row in exactly one part and is the same for the same seed', () => {
    for (const kind of ['random', 'stratified'] as const) {
      const split = splitRows(range(100), spec(kind), rare, null, createRandom(1));
      expect(all(split)).toEqual([...range(100)]);
      expect([split.train.length, split.validation.length, split.test.length]).toEqual([70, 20, 10]);
      expect(splitRows(range(100), spec(kind), rare, null, createRandom(1))).toEqual(split);
      expect(splitRows(range(100), spec(kind), rare, null, createRandom(2))).not.toEqual(split);
    }
  });

  it('keeps the share of each class when stratified', () => {
    const { train, validation, test } = splitRows(range(100), spec('stratified'), rare, null, createRandom(5));
    const share = (rows: Int32Array): number => rows.filter((row) => rare.codes[row] === 1).length;
    expect(share(train)).toBe(7);
    expect(share(validation)).toBe(2);
    expect(share(test)).toBe(1);
  });

  it('stratifies a numeric target by its tenths', () => {
    const target: Target = { task: 'regression', values: Float64Array.from({ length: 1000 }, (_, i) => i ** 3) };
    const { test } = splitRows(range(1000), spec('stratified'), target, null, createRandom(1));
    const tenths = new Array<number>(10).fill(0);
    for (const row of test) tenths[Math.floor(row / 100)]! += 1;
    expect(tenths.every((count) => count >= 9 && count <= 11)).toBe(true);
  });

  it('trains on the oldest rows and tests on the newest, dropping rows without a time', () => {
    const time = numbers('day', repeat(20, (i) => (i === 3 ? NaN : 100 - i)), 'date');
    const split = splitRows(range(20), spec('time', 'day'), rare, time, createRandom(1));
    expect([...split.test]).toEqual([0, 1]);
    expect([...split.validation]).toEqual([2, 4, 5, 6]);
    expect(all(split)).not.toContain(3);
  });

  it('says how many rows are missing when there are too few', () => {
    expect(() => splitRows(range(3), spec('random'), rare, null, createRandom(1))).toThrow(/3 rows are left/);
    expect(() => splitRows(range(10), { ...spec('random'), validationShare: 0.6, testShare: 0.39 }, rare, null, createRandom(1)))
      .toThrow(/train part/);
  });

  it('refuses a time that is not a number', () => {
    expect(() => splitRows(range(10), spec('time', 'x'), rare, categories('x', repeat(10, String)), createRandom(1))).toThrow(/timeColumn/);
  });
});
