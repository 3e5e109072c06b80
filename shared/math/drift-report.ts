/** Compares windows of data with a reference, column by column: tests, sentences and shares for the charts. */
import { rowCountOf, type ColumnData } from '../domain/column-data.ts';
import type { ColumnDrift, ColumnShares, DriftWindow } from '../domain/drift.ts';
import { fail } from '../errors.ts';
import { datasetDrift, reasonNotTested, testSamples } from './drift.ts';
import { sampleOf, type Sample, type SampleSpace } from './drift-sample.ts';
import { describeChange } from './drift-sentence.ts';
import { columnShares } from './drift-shares.ts';

export interface DataWindow {
  readonly label: string;
  readonly columns: readonly ColumnData[];
}

export interface CompareOptions {
  /** A dataset has drifted when at least this share of its tested columns has. */
  readonly shareThreshold?: number;
  /** Called after each column of the reference. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface WindowComparison {
  readonly windows: DriftWindow[];
  /** One per column that was tested in at least one window, in the order of the reference. */
  readonly shares: ColumnShares[];
}

/**
 * Compares each window with the reference. Columns are matched by name; one that a window lacks, or that cannot be
 * tested, is listed there as skipped with its reason. O(rows) per column; memory for one column at a time.
 * @throws AppError drift/no-common-columns when no window has a column of the reference.
 */
export function compareWindows(reference: readonly ColumnData[], windows: readonly DataWindow[], options: CompareOptions = {}): WindowComparison {
  const byName = windows.map((window) => new Map(window.columns.map((column) => [column.name, column])));
  if (!reference.some((column) => byName.some((columns) => columns.has(column.name)))) throw fail('drift/no-common-columns');
  const results = windows.map(() => ({ columns: [] as ColumnDrift[], skipped: [] as { column: string; reason: string }[] }));
  const shares: ColumnShares[] = [];
  const spaces = sampleSpaces([reference, ...windows.map((window) => window.columns)]);
  for (const [index, column] of reference.entries()) {
    const referenceSample = sampleOf(column, spaces[0]);
    const samples = byName.map((columns, w) => {
      const found = columns.get(column.name);
      return found ? sampleOf(found, spaces[w + 1]) : null;
    });
    let testedCount = 0;
    for (const [w, sample] of samples.entries()) {
      const outcome = compareColumn(referenceSample, sample);
      if ('reason' in outcome) results[w]!.skipped.push(outcome);
      else {
        results[w]!.columns.push(outcome);
        testedCount++;
      }
    }
    if (testedCount > 0) shares.push(columnShares(referenceSample, samples));
    options.onProgress?.(index + 1, reference.length);
  }
  return {
    windows: windows.map((window, w) => ({
      label: window.label,
      rowCount: window.columns[0] ? rowCountOf(window.columns[0]) : 0,
      ...results[w]!,
      ...datasetDrift(results[w]!.columns, options.shareThreshold),
    })),
    shares,
  };
}

/** The comparison of all columns from comparisons of some columns each, all with the same windows. */
export function joinComparisons(parts: readonly WindowComparison[], shareThreshold?: number): WindowComparison {
  const windows = (parts[0]?.windows ?? []).map((first, w) => {
    const columns = parts.flatMap((part) => part.windows[w]!.columns);
    const skipped = parts.flatMap((part) => part.windows[w]!.skipped);
    return { label: first.label, rowCount: first.rowCount, columns, skipped, ...datasetDrift(columns, shareThreshold) };
  });
  return { windows, shares: parts.flatMap((part) => part.shares) };
}

function compareColumn(reference: Sample, current: Sample | null): ColumnDrift | { column: string; reason: string } {
  const reason = current === null ? 'is not in these data' : reasonNotTested(reference, current);
  if (current === null || reason !== null) return { column: reference.name, reason: reason! };
  const outcome = testSamples(reference, current);
  return { column: reference.name, type: current.type, ...outcome, sentence: describeChange(reference, current, outcome.drifted) };
}

/** Space for one column of each table, used again for the next; the tables are done one after the other and share the scratch. */
function sampleSpaces(tables: readonly (readonly ColumnData[])[]): SampleSpace[] {
  const lengths = tables.map((columns) => Math.max(0, ...columns.filter((column) => column.kind === 'number').map(rowCountOf)));
  const scratch = new Float64Array(Math.max(...lengths));
  return lengths.map((length) => ({ values: new Float64Array(length), scratch }));
}
