/** A confusion matrix as shares of each true class, with what it says about every class. Pure. */
import type { ConfusionMatrix } from '../../shared/domain/runs.ts';
import { formatCount, formatPlural, formatShare } from '../ui/format.ts';

export interface ConfusionCell {
  readonly count: number;
  /** Of the rows of the true class; 0 where it has none. */
  readonly share: number;
  readonly isRight: boolean;
}

export interface ConfusionRow {
  readonly trueClass: string;
  readonly rowCount: number;
  readonly cells: readonly ConfusionCell[];
  /** Share of the class that was found; null where it has no rows. */
  readonly recall: number | null;
  /** Share of the predictions of the class that are right; null where it was never predicted. */
  readonly precision: number | null;
}

export function confusionRows({ classes, counts }: ConfusionMatrix): readonly ConfusionRow[] {
  return classes.map((trueClass, i) => {
    const row = classes.map((_, j) => counts[i]?.[j] ?? 0);
    const rowCount = row.reduce((sum, count) => sum + count, 0);
    const predicted = classes.reduce((sum, _, k) => sum + (counts[k]?.[i] ?? 0), 0);
    const right = row[i] ?? 0;
    return {
      trueClass, rowCount,
      cells: row.map((count, j) => ({ count, share: rowCount === 0 ? 0 : count / rowCount, isRight: i === j })),
      recall: rowCount === 0 ? null : right / rowCount,
      precision: predicted === 0 ? null : right / predicted,
    };
  });
}

/** One sentence: how many are right, and the most frequent confusion. */
export function confusionSummary(matrix: ConfusionMatrix): string {
  const rows = confusionRows(matrix);
  let total = 0;
  let right = 0;
  let worst: { count: number; from: string; to: string } | null = null;
  for (const row of rows) {
    row.cells.forEach((cell, j) => {
      total += cell.count;
      if (cell.isRight) right += cell.count;
      else if (cell.count > (worst?.count ?? 0)) worst = { count: cell.count, from: row.trueClass, to: matrix.classes[j] ?? '' };
    });
  }
  if (total === 0) return 'No rows were predicted.';
  const all = `${formatCount(right)} of ${formatCount(total)} rows are right (${formatShare(right / total)})`;
  const most = worst as { count: number; from: string; to: string } | null;
  return most === null ? `${all}; none is confused.` : `${all}; the most frequent confusion is ${most.from} taken for ${most.to}, ${formatPlural(most.count, 'time')}.`;
}
