import { describe, expect, it } from 'vitest';
import { confusionRows, confusionSummary } from '../../../../renderer/charts/confusion.ts';

const matrix = { classes: ['Adelie', 'Chinstrap', 'Gentoo'], counts: [[20, 2, 0], [1, 9, 0], [0, 0, 0]] };

describe('the confusion matrix', () => {
  it('gives recall by row and precision by column, and neither where there is nothing to divide by', () => {
    const rows = confusionRows(matrix);
    expect(rows.map((row) => row.recall)).toEqual([20 / 22, 0.9, null]);
    expect(rows.map((row) => row.precision)).toEqual([20 / 21, 9 / 11, null]);
    expect(rows[0]?.cells[1]).toEqual({ count: 2, share: 2 / 22, isRight: false });
  });

  it('says how many are right and what is confused most', () => {
    expect(confusionSummary(matrix)).toBe('29 of 32 rows are right (90.6 %); the most frequent confusion is Adelie taken for Chinstrap, 2 times.');
    expect(confusionSummary({ classes: ['a', 'b'], counts: [[3, 0], [0, 2]] })).toBe('5 of 5 rows are right (100 %); none is confused.');
    expect(confusionSummary({ classes: ['a'], counts: [[0]] })).toBe('No rows were predicted.');
  });
});
