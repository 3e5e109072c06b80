import { describe, expect, it } from 'vitest';
import type { DatasetVersion } from '../../../../shared/domain/datasets.ts';
import { columnChanges, describeDiff, describeStep } from '../../../../shared/domain/version-diff-words.ts';
import type { ColumnChange } from '../../../../shared/domain/version-diff.ts';

const kept = (name: string, changedCount = 0): ColumnChange => ({ before: { name, type: 'number' }, after: { name, type: 'number' }, isKey: false, changedCount });
const none = { added: 0, removed: 0, changed: 0, unchanged: 10 };

describe('the sentence of a diff', () => {
  it('counts rows and names where most cells changed', () => {
    const columns = [kept('delay', 200), kept('distance', 20), kept('day')];
    expect(describeDiff({ rows: { ...none, added: 3, changed: 214 }, columns, cellCount: 220, isReordered: false })).toBe('3 rows added, 214 rows changed in 2 columns, mostly "delay".');
  });

  it('names the one column that changed, and no column where none stands out', () => {
    expect(describeDiff({ rows: { ...none, changed: 1 }, columns: [kept('delay', 1), kept('x')], cellCount: 1, isReordered: false })).toBe('1 row changed in "delay".');
    expect(describeDiff({ rows: { ...none, changed: 4_000 }, columns: [kept('x', 4_000), kept('y', 4_000)], cellCount: 8_000, isReordered: false })).toBe('4,000 rows changed in 2 columns.');
  });

  it('tells of columns added, removed, renamed, of another type and reordered', () => {
    const columns: ColumnChange[] = [
      { before: null, after: { name: 'new', type: 'text' }, isKey: false, changedCount: 0 },
      { before: { name: 'mass', type: 'integer' }, after: { name: 'body mass', type: 'number' }, isKey: false, changedCount: 0 },
      { before: { name: 'a', type: 'text' }, after: null, isKey: false, changedCount: 0 }, { before: { name: 'b', type: 'text' }, after: null, isKey: false, changedCount: 0 },
    ];
    expect(columnChanges(columns)).toEqual({ added: ['new'], removed: ['a', 'b'], renamed: ['body mass'], retyped: ['body mass'] });
    expect(describeDiff({ rows: none, columns, cellCount: 0, isReordered: true }))
      .toBe('Column "new" added, 2 columns removed, column "body mass" renamed, column "body mass" of another type, the columns stand in another order.');
  });

  it('says that nothing changed', () => {
    expect(describeDiff({ rows: none, columns: [kept('x')], cellCount: 0, isReordered: false })).toBe('Every row and column is the same.');
  });
});

describe('a step from one version to the next, from their records', () => {
  const version = (rowCount: number, names: readonly string[], object: string): DatasetVersion =>
    ({ rowCount, columns: names.map((name) => ({ name, type: 'number' })), object }) as unknown as DatasetVersion;

  it('tells more or fewer rows, and new and gone columns', () => {
    expect(describeStep(null, version(3, ['a'], '1'))).toBe('First version');
    expect(describeStep(version(3, ['a'], '1'), version(3, ['a'], '1'))).toBe('The same content');
    expect(describeStep(version(3, ['a'], '1'), version(1_203, ['a'], '2'))).toBe('1,200 rows more, the same columns');
    expect(describeStep(version(3, ['a', 'b', 'c'], '1'), version(2, ['a', 'd'], '2'))).toBe('1 row fewer, column "d" new, 2 columns gone');
    expect(describeStep(version(3, ['a'], '1'), version(3, ['a'], '2'))).toBe('As many rows, the same columns');
  });
});
