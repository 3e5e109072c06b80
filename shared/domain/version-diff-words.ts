/** What changed between two versions, in one plain sentence. Pure. */
import type { DatasetVersion } from './datasets.ts';
import type { ColumnChange, VersionDiff } from './version-diff.ts';

/** Names of the columns by what became of them; renamed ones by their new name. */
export interface ColumnChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly renamed: readonly string[];
  readonly retyped: readonly string[];
}

export function columnChanges(columns: readonly ColumnChange[]): ColumnChanges {
  const names = (matches: (column: ColumnChange) => boolean): string[] => columns.filter(matches).map(({ before, after }) => after?.name ?? before?.name ?? '');
  return {
    added: names(({ before }) => before === null), removed: names(({ after }) => after === null),
    renamed: names(({ before, after }) => before !== null && after !== null && before.name !== after.name),
    retyped: names(({ before, after }) => before !== null && after !== null && before.type !== after.type),
  };
}

/** For example: 3 rows added, 214 rows changed in 2 columns, mostly "delay". */
export function describeDiff({ rows, columns, cellCount, isReordered }: Pick<VersionDiff, 'rows' | 'columns' | 'cellCount' | 'isReordered'>): string {
  const { added, removed, renamed, retyped } = columnChanges(columns);
  const parts = [
    ...(rows.added > 0 ? [`${counted(rows.added, 'row')} added`] : []),
    ...(rows.removed > 0 ? [`${counted(rows.removed, 'row')} removed`] : []),
    ...(rows.changed > 0 ? [`${counted(rows.changed, 'row')} changed ${whereChanged(columns, cellCount)}`] : []),
    ...columnParts(added, 'added'), ...columnParts(removed, 'removed'), ...columnParts(renamed, 'renamed'), ...columnParts(retyped, 'of another type'),
    ...(isReordered ? ['the columns stand in another order'] : []),
  ];
  if (parts.length === 0) return 'Every row and column is the same.';
  const sentence = parts.join(', ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** What the records of two versions tell without reading them; `before` is null for the first version. */
export function describeStep(before: DatasetVersion | null, after: DatasetVersion): string {
  if (before === null) return 'First version';
  if (before.object === after.object) return 'The same content';
  const difference = after.rowCount - before.rowCount;
  const [older, newer] = [new Set(before.columns.map(({ name }) => name)), new Set(after.columns.map(({ name }) => name))];
  const parts = [
    difference === 0 ? 'As many rows' : `${counted(Math.abs(difference), 'row')} ${difference > 0 ? 'more' : 'fewer'}`,
    ...columnParts([...newer].filter((name) => !older.has(name)), 'new'), ...columnParts([...older].filter((name) => !newer.has(name)), 'gone'),
  ];
  return parts.length === 1 ? `${parts[0] ?? ''}, the same columns` : parts.join(', ');
}

/** 'in "delay"', 'in 2 columns, mostly "delay"' where most changed cells are in one, or 'in 3 columns'. */
function whereChanged(columns: readonly ColumnChange[], cellCount: number): string {
  const changed = columns.filter(({ changedCount }) => changedCount > 0).toSorted((a, b) => b.changedCount - a.changedCount);
  const [most] = changed;
  const name = `"${most?.after?.name ?? ''}"`;
  if (changed.length === 1) return `in ${name}`;
  return `in ${counted(changed.length, 'column')}${most && most.changedCount > cellCount / 2 ? `, mostly ${name}` : ''}`;
}

/** 'column "x" added', '3 columns added'. */
function columnParts(names: readonly string[], what: string): string[] {
  if (names.length === 0) return [];
  return [names.length === 1 ? `column "${names[0] ?? ''}" ${what}` : `${counted(names.length, 'column')} ${what}`];
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
