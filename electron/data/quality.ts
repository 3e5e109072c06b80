/**
 * The quality of a table as points out of 100. Each part has its most points and a share of bad things at which none is
 * left; in between it falls in a straight line: points = most × max(0, 1 − share / limit). How fresh the data are is no part.
 */
import type { Quality, QualityPart } from '../../shared/domain/classification.ts';
import type { CountedText } from './detect.ts';

/** Most points, and the share at which none is left. */
const rules: Readonly<Record<QualityPart['part'], { readonly most: number; readonly limit: number }>> = {
  missing: { most: 35, limit: 0.25 },
  duplicates: { most: 25, limit: 0.25 },
  outliers: { most: 15, limit: 0.1 },
  forms: { most: 15, limit: 0.1 },
  constant: { most: 10, limit: 0.5 },
};

/** What is counted of a column among the rows looked at. */
export interface ColumnCounts {
  readonly name: string;
  /** Null, NaN, infinite or empty. */
  readonly missingCount: number;
  readonly distinctCount: number;
  /** Of numbers: present ones, and those beyond the far fences. */
  readonly numberCount: number;
  readonly outlierCount: number;
  /** Of texts: present ones, and those spelt otherwise than the most frequent spelling of the same words. */
  readonly textCount: number;
  readonly oddFormCount: number;
}

/** The whole score, rounded down: 100 only where nothing was found. Rows without columns or columns without rows have no faults. */
export function qualityOf(rowCount: number, repeatedRowCount: number, columns: readonly ColumnCounts[]): Quality {
  const blame = (of: (column: ColumnCounts) => number): QualityPart['columns'] => columns
    .map((column) => ({ name: column.name, share: of(column) })).filter(({ share }) => share > 0).sort((a, b) => b.share - a.share).slice(0, 20);
  const sum = (of: (column: ColumnCounts) => number): number => columns.reduce((total, column) => total + of(column), 0);
  const parts = [
    part('missing', ratio(sum(({ missingCount }) => missingCount), rowCount * columns.length), blame(({ missingCount }) => ratio(missingCount, rowCount))),
    part('duplicates', ratio(repeatedRowCount, rowCount), []),
    part('outliers', ratio(sum(({ outlierCount }) => outlierCount), sum(({ numberCount }) => numberCount)), blame(({ outlierCount, numberCount }) => ratio(outlierCount, numberCount))),
    part('forms', ratio(sum(({ oddFormCount }) => oddFormCount), sum(({ textCount }) => textCount)), blame(({ oddFormCount, textCount }) => ratio(oddFormCount, textCount))),
    part('constant', ratio(columns.filter(isConstant).length, columns.length), blame((column) => (isConstant(column) ? 1 : 0))),
  ];
  // Points are sums of fractions: 100 must not become 99 by rounding.
  return { score: Math.floor(parts.reduce((total, { points }) => total + points, 0) + 1e-9), parts };
}

/**
 * Cells that are spelt otherwise than the most frequent spelling of the same words, or that begin or end with white space.
 * Spellings are the same where they differ in case, white space or Unicode composition only.
 */
export function oddFormCount(values: readonly CountedText[]): number {
  const groups = new Map<string, CountedText[]>();
  for (const value of values) {
    const form = value.text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
    const group = groups.get(form);
    if (group) group.push(value);
    else groups.set(form, [value]);
  }
  let odd = 0;
  for (const group of groups.values()) {
    // Of equally frequent spellings one is the usual one; it does not matter which.
    const usual = group.reduce((best, value) => (value.count > best.count ? value : best));
    for (const value of group) if (value !== usual || value.text !== value.text.trim()) odd += value.count;
  }
  return odd;
}

function part(name: QualityPart['part'], share: number, columns: QualityPart['columns']): QualityPart {
  const { most, limit } = rules[name];
  return { part: name, points: most * Math.max(0, 1 - share / limit), maxPoints: most, share, columns };
}

function isConstant({ distinctCount }: ColumnCounts): boolean {
  return distinctCount <= 1;
}

function ratio(count: number, of: number): number {
  return of === 0 ? 0 : count / of;
}
