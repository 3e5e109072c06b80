import { describe, expect, it } from 'vitest';
import { balancedClassWeights, readTarget } from '../../../electron/ml/targets.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';

describe('the target', () => {
  it('has its classes in order, and no class for missing rows', () => {
    const words = readTarget(categories('y', ['b', null, 'a', 'b', '']), 'classification');
    expect(words).toEqual({ task: 'classification', classes: ['a', 'b'], codes: Int32Array.of(1, -1, 0, 1, -1) });
    const values = readTarget(numbers('y', [10, 9, NaN, Infinity, 10]), 'classification');
    expect(values).toEqual({ task: 'classification', classes: ['9', '10'], codes: Int32Array.of(1, 0, -1, -1, 1) });
  });

  it('takes infinity as missing in regression', () => {
    expect(readTarget(numbers('y', [1, Infinity, NaN]), 'regression')).toEqual({ task: 'regression', values: Float64Array.of(1, NaN, NaN) });
  });

  it('says what is wrong with one that cannot be learned', () => {
    expect(() => readTarget(categories('y', ['a', 'a', null]), 'classification')).toThrow(/"y" has only one value, "a"/);
    expect(() => readTarget(categories('y', [null, null]), 'classification')).toThrow(/missing/);
    expect(() => readTarget(numbers('y', repeat(1001, (i) => i)), 'classification')).toThrow(/1001 classes; the limit is 1000/);
    expect(() => readTarget(categories('y', ['a', 'b']), 'regression')).toThrow(/type category; regression needs numbers/);
    expect(() => readTarget(numbers('y', [NaN]), 'regression')).toThrow(/missing or infinite/);
  });

  it('weighs classes n / (C n_c), and an absent class 1', () => {
    // scikit-learn: compute_class_weight("balanced") of 0, 0, 0, 1 is 4 / (2 * 3) and 4 / (2 * 1).
    expect([...balancedClassWeights(Int32Array.of(0, 0, 0, 1), 3)]).toEqual([Math.fround(4 / 6), 2, 1]);
  });
});
