/** Cuts a table into windows by the values of one of its columns, or by day, week or month of a date. */
import { rowCountOf, type ColumnData } from '../domain/column-data.ts';
import { fail } from '../errors.ts';
import type { DataWindow } from './drift-report.ts';

export const mostWindows = 1000;
const dayMs = 86_400_000;

export type CutPeriod = 'day' | 'week' | 'month';

export interface Cut {
  /** In ascending order of the value; the cut column itself is left out of them. */
  readonly windows: DataWindow[];
  /** Rows whose cut value is missing or infinite; they are in no window. */
  readonly rowsLeftOut: number;
}

/**
 * Cuts by `cutColumn`. Dates with a `period` by UTC day ("2026-02-03"), ISO week ("2026-W06") or month ("2026-02");
 * everything else, and dates without one, by the value itself. The windows' columns are views of one reordered copy.
 * O(rows x columns). @throws AppError drift/cannot-cut for an unknown column, a period of a column that is no date,
 * or when there would be fewer than 2 or more than 1,000 windows.
 */
export function cutBy(columns: readonly ColumnData[], cutColumn: string, period: CutPeriod | null): Cut {
  const column = columns.find((candidate) => candidate.name === cutColumn);
  if (!column) throw fail('drift/cannot-cut', { column: cutColumn, reason: 'there is no such column.' });
  const isDate = column.type === 'date' || column.type === 'timestamp';
  if (period !== null && !(isDate && column.kind === 'number')) {
    throw fail('drift/cannot-cut', { column: cutColumn, reason: `it is of type ${column.type}, which has no ${period}.` });
  }
  const groups = column.kind === 'category' ? groupLabels(column.codes, column.labels) : groupNumbers(column.values, isDate ? dateKey(column.type, period) : numberKey);
  const refusal = reasonNotCut(groups);
  if (groups === null || refusal !== null) throw fail('drift/cannot-cut', { column: cutColumn, reason: refusal! });
  const starts = startsOf(groups);
  const others = columns.filter((candidate) => candidate !== column).map((candidate) => reorder(candidate, groups, starts));
  return {
    windows: groups.labels.map((label, g) => ({ label, columns: others.map((other) => slice(other, starts[g]!, starts[g + 1]!)) })),
    rowsLeftOut: rowCountOf(column) - starts.at(-1)!,
  };
}

interface Groups {
  /** The group of each row; -1 for none. */
  readonly ofRow: Int32Array;
  readonly labels: readonly string[];
}

/** What a value is grouped and ordered by, and the label of its group. */
interface Key {
  readonly order: (value: number) => number;
  readonly label: (value: number) => string;
}

const numberKey: Key = { order: (value) => value, label: String };

function reasonNotCut(groups: Groups | null): string | null {
  if (groups === null) return `it would give more than ${mostWindows} windows.`;
  if (groups.labels.length === 0) return 'all its values are missing.';
  return groups.labels.length === 1 ? `all its rows are in one window, "${groups.labels[0]}".` : null;
}

function dateKey(type: string, period: CutPeriod | null): Key {
  const isoDay = (ms: number) => isoText(ms).split('T')[0]!;
  switch (period) {
    case 'day': return { order: dayOf, label: isoDay };
    case 'week': return { order: (ms) => mondayOf(dayOf(ms)), label: isoWeek };
    case 'month': return { order: monthOrder(), label: (ms) => isoDay(ms).slice(0, -3) };
    case null: return { order: (ms) => ms, label: type === 'date' ? isoDay : isoText };
  }
}

/** ISO 8601 text, or the bare number beyond the years that a Date can hold. */
function isoText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs);
}

/** The day number of the Monday on or before a day; day 0, 1970-01-01, was a Thursday. */
function mondayOf(day: number): number {
  return day - ((((day + 3) % 7) + 7) % 7);
}

/** ISO 8601: weeks start on Monday and belong to the year of their Thursday. */
function isoWeek(ms: number): string {
  const thursday = mondayOf(dayOf(ms)) + 3;
  const year = new Date(thursday * dayMs).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1) / dayMs) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** Months counted from year 0, remembered per day because making a Date per row is slow. */
function monthOrder(): (ms: number) => number {
  const monthOfDay = new Map<number, number>();
  return (ms) => {
    const day = dayOf(ms);
    let month = monthOfDay.get(day);
    if (month === undefined) {
      const date = new Date(day * dayMs);
      month = date.getUTCFullYear() * 12 + date.getUTCMonth();
      monthOfDay.set(day, month);
    }
    return month;
  };
}

/** null when there are too many groups. */
function groupNumbers(values: Float64Array, key: Key): Groups | null {
  const ofRow = new Int32Array(values.length).fill(-1);
  const found = new Map<number, { readonly index: number; readonly label: string }>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const order = key.order(value);
    let group = found.get(order);
    if (!group) {
      if (found.size === mostWindows) return null;
      group = { index: found.size, label: key.label(value) };
      found.set(order, group);
    }
    ofRow[i] = group.index;
  }
  const ascending = [...found].sort(([a], [b]) => a - b).map(([, group]) => group);
  const rankOf = new Int32Array(ascending.length);
  for (const [rank, group] of ascending.entries()) rankOf[group.index] = rank;
  return { ofRow: ofRow.map((index) => (index < 0 ? -1 : rankOf[index]!)), labels: ascending.map((group) => group.label) };
}

/** null when there are too many groups. */
function groupLabels(codes: Int32Array, labels: readonly string[]): Groups | null {
  const used = new Set<string>();
  for (const code of new Set(codes)) if (code >= 0 && labels[code] !== '') used.add(labels[code]!);
  if (used.size > mostWindows) return null;
  const ascending = [...used].sort();
  const rankOf = new Map(ascending.map((label, rank) => [label, rank]));
  const rankOfCode = labels.map((label) => rankOf.get(label) ?? -1);
  return { ofRow: codes.map((code) => (code < 0 ? -1 : rankOfCode[code]!)), labels: ascending };
}

/** The first row of each group in the reordered columns, and the end of the last. */
function startsOf(groups: Groups): Int32Array {
  const starts = new Int32Array(groups.labels.length + 1);
  for (const group of groups.ofRow) if (group >= 0) starts[group + 1]!++;
  for (let g = 0; g < groups.labels.length; g++) starts[g + 1]! += starts[g]!;
  return starts;
}

/** The rows of a column group by group, in their order within each. */
function reorder(column: ColumnData, groups: Groups, starts: Int32Array): ColumnData {
  const next = starts.slice();
  const total = starts.at(-1)!;
  if (column.kind === 'number') {
    const values = new Float64Array(total);
    for (let row = 0; row < groups.ofRow.length; row++) {
      const group = groups.ofRow[row]!;
      if (group >= 0) values[next[group]!++] = column.values[row]!;
    }
    return { ...column, values };
  }
  const codes = new Int32Array(total);
  for (let row = 0; row < groups.ofRow.length; row++) {
    const group = groups.ofRow[row]!;
    if (group >= 0) codes[next[group]!++] = column.codes[row]!;
  }
  return { ...column, codes };
}

function slice(column: ColumnData, start: number, end: number): ColumnData {
  return column.kind === 'number' ? { ...column, values: column.values.subarray(start, end) } : { ...column, codes: column.codes.subarray(start, end) };
}
