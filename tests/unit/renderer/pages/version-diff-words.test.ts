import { describe, expect, it } from 'vitest';
import { becameOf, cellText, describeEffect, describeMatch, mostShownColumns, shownColumns } from '../../../../renderer/pages/version-diff-words.ts';
import { specOf } from '../../../../renderer/state/version-diff.ts';
import type { ColumnChange, ModelEffect, VersionDiff } from '../../../../shared/domain/version-diff.ts';

function column(name: string, part: Partial<ColumnChange> = {}): ColumnChange {
  return { before: { name, type: 'number' }, after: { name, type: 'number' }, isKey: false, changedCount: 0, ...part };
}

function diffOf(part: Partial<VersionDiff>): VersionDiff {
  return {
    rowCounts: { before: 1000, after: 1000 }, match: { kind: 'key', columns: ['id'], isSuggested: true }, rows: { added: 0, removed: 0, changed: 5, unchanged: 995 },
    cellCount: 5, columns: [], isReordered: false, elapsedMs: 1, ...part,
  };
}

describe('how rows were matched', () => {
  it('names the key and says where it comes from', () => {
    expect(describeMatch(diffOf({}))).toBe('Rows are matched by id, which is unique and never missing in both. 99.5 % of 1,000 rows unchanged.');
    expect(describeMatch(diffOf({ match: { kind: 'key', columns: ['day', 'flight'], isSuggested: false }, rows: { added: 0, removed: 0, changed: 0, unchanged: 1000 } }))).toBe('Rows are matched by day and flight. All of 1,000 rows unchanged.');
  });

  it('gives the reason where there is no key', () => {
    expect(describeMatch(diffOf({ match: { kind: 'content', reason: 'There is none.' }, rows: { added: 1, removed: 1000, changed: 0, unchanged: 0 } }))).toBe('There is none. Rows are matched by their whole content. None of 1,000 rows unchanged.');
  });
});

describe('the columns beside each other', () => {
  const columns = [column('a'), column('b', { changedCount: 2 }), column('id', { isKey: true }), column('c', { changedCount: 1 })];

  it('are the key and those that changed, or all, or the key and the one that is chosen', () => {
    expect(shownColumns(diffOf({ columns }), 'changed', null)).toEqual([2, 1, 3]);
    expect(shownColumns(diffOf({ columns }), 'all', null)).toEqual([2, 0, 1, 3]);
    expect(shownColumns(diffOf({ columns }), 'changed', 'c')).toEqual([2, 3]);
  });

  it('are all where rows only came or went, and never more than a screen can hold', () => {
    expect(shownColumns(diffOf({ columns, rows: { added: 3, removed: 0, changed: 0, unchanged: 1000 } }), 'changed', null)).toEqual([2, 0, 1, 3]);
    expect(shownColumns(diffOf({ columns: Array.from({ length: 2000 }, (_, index) => column(`c${index}`)) }), 'all', null)).toHaveLength(mostShownColumns);
  });

  it('say what became of them', () => {
    expect(becameOf(column('x'))).toBeNull();
    expect(becameOf(column('x', { before: null }))).toBe('added');
    expect(becameOf(column('x', { after: null }))).toBe('removed');
    expect(becameOf({ before: { name: 'mass', type: 'integer' }, after: { name: 'body mass', type: 'number' }, isKey: true, changedCount: 0 })).toBe('key; renamed, was mass; number, was integer');
  });
});

it('a changed cell reads as both values, and any other as the one it has', () => {
  const row = { change: 'changed' as const, beforeRow: 0, afterRow: 0, before: [1.5, null], after: [2, 3], changed: [0] };
  expect(cellText(row, 0, [0, 1], column('x'))).toBe('1.5 \u2192 2');
  expect(cellText(row, 1, [0, 1], column('y'))).toBe(3);
  expect(cellText({ ...row, changed: [7] }, 1, [2, 7], column('y'))).toBe('missing \u2192 3');
  expect(cellText({ ...row, change: 'removed', after: null, changed: [] }, 0, [0], column('x'))).toBe(1.5);
});

describe('the effect on a model in a sentence', () => {
  const effect: ModelEffect = { task: 'classification', target: 'late', rowCount: 200, changedCount: 1, test: null, matrix: null, numbers: null, key: ['id'], rows: [] };

  it('counts flips', () => {
    expect(describeEffect(effect)).toBe('1 prediction of late flips: 0.5 % of the 200 rows that both versions have.');
    expect(describeEffect({ ...effect, test: { rowCount: 40, changedCount: 0 } })).toBe('1 prediction of late flips: 0.5 % of the 200 rows that both versions have. Among the 40 rows that the model was tested on: 0.');
    expect(describeEffect({ ...effect, changedCount: 0 })).toBe('No prediction of late changes in the 200 rows that both versions have.');
    expect(describeEffect({ ...effect, rowCount: 0, changedCount: 0 })).toBe('No row is in both versions, so no prediction can be compared.');
  });

  it('measures how far predicted numbers move', () => {
    expect(describeEffect({ ...effect, task: 'regression', target: 'mass', changedCount: 20, numbers: { meanChange: 0.1, largestChange: 2.5, meanBefore: 40, meanAfter: 41.25 } }))
      .toBe('20 predictions of mass move (10 %), by 2.5 at most; the mean goes from 40 to 41.25.');
  });
});

it('an address names two versions and, where one was chosen, the key', () => {
  expect(specOf({ query: { before: 'A' } })).toBeNull();
  expect(specOf({ query: { before: 'A', after: 'B' } })).toEqual({ before: 'A', after: 'B', key: null });
  expect(specOf({ query: { before: 'A', after: 'B', key: 'day\nflight, no' } })).toEqual({ before: 'A', after: 'B', key: ['day', 'flight, no'] });
});
