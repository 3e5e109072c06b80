/** Words and widths of a comparison of two versions. Pure. */
import type { Cell } from '../../shared/domain/columns.ts';
import type { ColumnChange, DiffRow, ModelEffect, RowChange, VersionDiff } from '../../shared/domain/version-diff.ts';
import { formatCount, formatNumber, formatPlural, formatShare } from '../ui/format.ts';
import { columnWidth, formatCell } from './column-words.ts';

export const changeWords: Readonly<Record<RowChange, string>> = { added: 'Added', removed: 'Removed', changed: 'Changed' };

/** The name it has now, or had. */
export function columnName({ before, after }: ColumnChange): string {
  return after?.name ?? before?.name ?? '';
}

/** "added", "was mass, integer before", "key", or null where nothing happened to the column itself. */
export function becameOf({ before, after, isKey }: ColumnChange): string | null {
  if (before === null) return 'added';
  if (after === null) return 'removed';
  const parts = [
    ...(isKey ? ['key'] : []), ...(before.name === after.name ? [] : [`renamed, was ${before.name}`]), ...(before.type === after.type ? [] : [`${after.type}, was ${before.type}`]),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/** How the rows were recognised, and how many are as they were. */
export function describeMatch({ match, rows, rowCounts }: VersionDiff): string {
  const how = match.kind === 'key' ? `Rows are matched by ${match.columns.join(' and ')}${match.isSuggested ? ', which is unique and never missing in both' : ''}.` : `${match.reason} Rows are matched by their whole content.`;
  const same = rowCounts.before === 0 ? '' : ` ${rows.unchanged === rowCounts.before ? 'All' : formatShare(rows.unchanged / rowCounts.before)} of ${formatPlural(rowCounts.before, 'row')} unchanged.`;
  return `${how}${same.replace('none of', 'None of')}`;
}

/** The most columns of the rows that differ that are shown side by side. */
export const mostShownColumns = 100;

/** Places of the columns to show: the key and what changed, or all; `column` shows the key and that one. */
export function shownColumns({ columns, rows }: VersionDiff, shows: 'changed' | 'all', column: string | null): number[] {
  const isShown = (each: ColumnChange): boolean => {
    if (shows === 'all') return true;
    if (column !== null) return each.isKey || each.after?.name === column;
    // Rows that came or went have no changed cells: all of what they hold is news.
    return each.isKey || each.changedCount > 0 || rows.changed === 0;
  };
  const places = columns.flatMap((each, place) => (isShown(each) ? [place] : []));
  return places.toSorted((a, b) => Number(columns[b]?.isKey) - Number(columns[a]?.isKey) || a - b).slice(0, mostShownColumns);
}

export function diffColumnWidth({ before, after, changedCount }: ColumnChange): number {
  const column = after ?? before;
  const width = column ? columnWidth(column.name, column.type) : 96;
  return changedCount > 0 ? Math.max(width, Math.min(320, width + 88)) : width;
}

/** The value before and after as one text, for copying and for those who listen; the one value where the row is only on one side. The row has the cells of `places`. */
export function cellText(row: DiffRow, at: number, places: readonly number[], { before, after }: ColumnChange): Cell {
  if (row.changed.includes(places[at] ?? -1)) return `${shownValue(row.before?.[at], before)} \u2192 ${shownValue(row.after?.[at], after)}`;
  return (row.after ?? row.before)?.[at] ?? null;
}

export function shownValue(value: Cell | undefined, column: ColumnChange['before']): string {
  return value === null || value === undefined ? 'missing' : formatCell(value, column?.type ?? 'text');
}

/** One sentence on what a model makes of the change. */
export function describeEffect({ task, target, rowCount, changedCount, test, numbers }: ModelEffect): string {
  if (rowCount === 0) return 'No row is in both versions, so no prediction can be compared.';
  if (changedCount === 0) return `No prediction of ${target} changes in the ${formatPlural(rowCount, 'row')} that both versions have.`;
  const share = formatShare(changedCount / rowCount);
  const tested = test ? ` Among the ${formatPlural(test.rowCount, 'row')} that the model was tested on: ${formatCount(test.changedCount)}.` : '';
  if (task !== 'regression' || numbers === null) return `${formatPlural(changedCount, 'prediction')} of ${target} ${changedCount === 1 ? 'flips' : 'flip'}: ${share} of the ${formatPlural(rowCount, 'row')} that both versions have.${tested}`;
  return `${formatPlural(changedCount, 'prediction')} of ${target} ${changedCount === 1 ? 'moves' : 'move'} (${share}), by ${formatNumber(numbers.largestChange)} at most; the mean goes from ${formatNumber(numbers.meanBefore)} to ${formatNumber(numbers.meanAfter)}.${tested}`;
}
