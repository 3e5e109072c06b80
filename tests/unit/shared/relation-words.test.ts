import { describe, expect, it } from 'vitest';
import { fillOf, valueOf } from '../../../renderer/pages/relation-colours.ts';
import { balanceSentence, measuresOf, missingSentence, pairSentence, repeatedSentence, scopeSentence, strongestPairs } from '../../../shared/domain/relation-words.ts';
import type { ClassBalance, Relation } from '../../../shared/domain/relations.ts';

const pair = (part: Partial<Relation>): Relation => ({ a: 'a', b: 'b', rowCount: 9, pearson: null, spearman: null, cramersV: null, eta: null, ...part });

describe('a pair of columns', () => {
  it('is said by its sign and its strength', () => {
    expect(pairSentence(pair({ pearson: 0.5, spearman: -0.93 }))).toBe('“a” and “b” go against each other almost fully');
    expect(pairSentence(pair({ pearson: 0.75, spearman: 0.5 }))).toBe('“a” and “b” rise together strongly');
    expect(pairSentence(pair({ cramersV: 0.4 }))).toBe('“a” and “b” go together clearly');
    expect(pairSentence(pair({ eta: 0.25 }))).toBe('“a” and “b” go together weakly');
    expect(pairSentence(pair({ eta: 0.1 }))).toBe('“a” and “b” go together hardly at all');
    expect(pairSentence(pair({}))).toBe('“a” and “b” cannot be compared: one of them is constant where both have values');
  });

  it('has its measures in words, and none where there is none', () => {
    expect(measuresOf(pair({ pearson: -0.876, spearman: 0.5 }))).toBe('Pearson \u22120.88, Spearman 0.50');
    expect(measuresOf(pair({ eta: 0.3 }))).toBe('Correlation ratio 0.30');
    expect(measuresOf(pair({}))).toBe('');
  });

  it('stands before weaker ones, whatever its sign, and not at all without a measure', () => {
    const pairs = [pair({ a: 'weak', cramersV: 0.1 }), pair({ a: 'none' }), pair({ a: 'strong', pearson: -0.9, spearman: -0.8 }), pair({ a: 'middle', eta: 0.5 })];
    expect(strongestPairs(pairs).map(({ a }) => a)).toEqual(['strong', 'middle', 'weak']);
    expect(strongestPairs(pairs, 0.5).map(({ a }) => a)).toEqual(['strong', 'middle']);
    expect(measuresOf(pair({ pearson: -0.001 }))).toBe('Pearson 0.00');
  });

  it('is blue or orange with a sign, violet without, and has no colour without a measure', () => {
    const both = pair({ pearson: 0.5, spearman: -0.25 });
    expect([valueOf(both, 'pearson'), valueOf(both, 'spearman'), valueOf(pair({ eta: 0.3 }), 'pearson'), valueOf(pair({}), 'pearson')]).toEqual([0.5, -0.25, 0.3, null]);
    expect([fillOf(both, 'pearson'), fillOf(both, 'spearman'), fillOf(pair({ cramersV: 1 }), 'pearson'), fillOf(pair({}), 'pearson')]).toEqual([
      'color-mix(in oklab, var(--diverge-high) 50%, var(--diverge-mid))', 'color-mix(in oklab, var(--diverge-low) 25%, var(--diverge-mid))', 'color-mix(in oklab, var(--association) 100%, var(--diverge-mid))', null,
    ]);
  });
});

describe('a profile', () => {
  it('says what was compared, on which rows, and what was left out', () => {
    expect(scopeSentence({ rowCount: 344, seenRowCount: 344, compared: ['a', 'b'], leftOut: [] })).toBe('2 columns compared on all 344 rows.');
    expect(scopeSentence({ rowCount: 3_000_000, seenRowCount: 200_001, compared: ['a'], leftOut: [{ column: 'one', reason: 'constant' }, ...['p', 'q', 'r', 's', 't'].map((column) => ({ column, reason: 'limit' as const })), { column: 'name', reason: 'levels' }] }))
      .toBe('1 column compared on 200,001 of 3,000,000 rows, evenly taken. Left out: “one” (constant); “name” (more than 1,000 values, or more than one for every two rows); 5 columns (beyond the first 60).');
  });

  it('says how many rows are complete, and what is missing together', () => {
    expect(missingSentence({ columns: [], patternCount: 0, patterns: [{ columns: [], rowCount: 9 }] }, 9)).toBe('No value is missing.');
    expect(missingSentence({ columns: [], patternCount: 0, patterns: [] }, 0)).toBe('There are no rows.');
    expect(missingSentence({ columns: [{ name: 'a', missingCount: 1 }], patternCount: 1, patterns: [{ columns: ['a'], rowCount: 8 }, { columns: [], rowCount: 1 }] }, 9)).toBe('1 row of 9 is complete; 1 column has missing values, in 1 pattern.');
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(missingSentence({ columns: names.map((name) => ({ name, missingCount: 2 })), patternCount: 1, patterns: [{ columns: [], rowCount: 7 }, { columns: names, rowCount: 2 }] }, 9))
      .toBe('7 rows of 9 are complete; 5 columns have missing values, in 1 pattern. Most often missing together: “a”, “b”, “c”, “d” and 1 more column, in 2 rows.');
  });

  it('says how many rows are copies', () => {
    expect(repeatedSentence({ groupCount: 0, copyCount: 0, examples: [], columns: [] })).toBe('No row is there twice.');
    expect(repeatedSentence({ groupCount: 1, copyCount: 1, examples: [], columns: [] })).toMatch(/^1 row is there more than once: 1 copy could go\./);
    expect(repeatedSentence({ groupCount: 2, copyCount: 1200, examples: [], columns: [] })).toMatch(/^2 rows are there more than once: 1,200 copies could go\./);
  });
});

describe('classes', () => {
  const balance = (part: Partial<ClassBalance>): ClassBalance => ({ classCount: 2, missingCount: 0, classes: [{ value: 'no', count: 90 }, { value: 'yes', count: 10 }], rarestCount: 10, imbalance: 9, evenness: 0.47, ...part });

  it('are said by how evenly they are spread, with the most frequent beside the rarest', () => {
    expect(balanceSentence(balance({}))).toBe('2 classes, very uneven (entropy 0.47 of the most possible). The most frequent is “no” with 90 rows, 9.0 times the 10 of the rarest.');
    expect([0.97, 0.85, 0.6].map((evenness) => /, ([a-z ]+) \(/.exec(balanceSentence(balance({ evenness })))?.[1])).toEqual(['even', 'fairly even', 'uneven']);
    expect(balanceSentence(balance({ imbalance: 1, evenness: 1 }))).toBe('2 classes, even: each has 90 rows.');
    expect(balanceSentence(balance({ missingCount: 1 }))).toMatch(/ 1 row has none\.$/);
  });

  it('that are one only, or none, leave nothing to learn', () => {
    expect(balanceSentence(balance({ evenness: null, missingCount: 3 }))).toBe('It has one class only, “no”: there is nothing to learn. 3 rows have none.');
    expect(balanceSentence(balance({ classes: [] }))).toBe('It has no value at all.');
  });
});
