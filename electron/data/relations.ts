/**
 * What the columns of a table have to do with each other, and what is odd about its rows. Missing values, repeated rows,
 * outliers and texts are counted over all rows; pairs of columns on all rows of a small table, else on a sample.
 */
import { isNumberType, type CategoryColumn, type ColumnData, type NumberColumn } from '../../shared/domain/column-data.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { LeftOut, Relation, Relations } from '../../shared/domain/relations.ts';
import { fail } from '../../shared/errors.ts';
import { correlationRatio, cramersV, type Association, type CodedColumn } from '../../shared/math/association.ts';
import { correlate, orderColumn, type OrderedColumn } from '../../shared/math/correlation.ts';
import type { Duck } from './duck.ts';
import { missingPatterns } from './missing.ts';
import { describeParquet, pickColumns } from './parquet.ts';
import { repeatedRows } from './repeated-rows.ts';
import { readSample } from './sample-rows.ts';
import { countOutliers, textLengths } from './spread.ts';

export interface RelateOptions {
  readonly path: string;
  /** Of all columns of the table. */
  readonly profile: readonly ColumnProfile[];
  readonly onProgress?: ((progress: { done: number; total: number; step: string }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** More columns than this are no picture anybody reads: 1,770 pairs. */
export const comparedLimit = 60;
/** Columns with more categories than this are names of things, and a table of two of them would not fit. */
export const levelLimit = 1000;

/** A column made ready to be compared. */
export type Prepared =
  | { readonly kind: 'number'; readonly column: NumberColumn; readonly ordered: OrderedColumn }
  | { readonly kind: 'category'; readonly column: CategoryColumn; readonly coded: CodedColumn };

/** @throws AppError data/malformed, job/cancelled */
export async function relateFile(duck: Duck, { path, profile, onProgress, signal }: RelateOptions): Promise<Relations> {
  return await duck.session({ files: [path], signal }, async (session) => {
    const steps = ['Missing values', 'Repeated rows', 'Outliers and texts', 'Reading rows', 'Comparing columns'];
    const begin = (done: number) => onProgress?.({ done, total: steps.length, step: steps[done] ?? '' });
    const table = await describeParquet(session, path);
    begin(0);
    const missing = await missingPatterns(session, table);
    begin(1);
    const repeated = await repeatedRows(session, table);
    begin(2);
    const outliers = await countOutliers(session, table, profile);
    const texts = await textLengths(session, table);
    begin(3);
    const { compared, leftOut } = chooseColumns(profile);
    const { seenRowCount, columns } = await readSample(session, table, pickColumns(table, compared, path));
    begin(4);
    const pairs = await comparePairs(columns.map(prepare), signal);
    return { rowCount: table.rowCount, seenRowCount, compared, leftOut, pairs, missing, repeated, outliers, texts };
  });
}

/** The columns worth comparing, in their order, and why the others are not. */
export function chooseColumns(profile: readonly ColumnProfile[]): { compared: string[]; leftOut: LeftOut[] } {
  const compared: string[] = [];
  const leftOut: LeftOut[] = [];
  for (const { name, type, distinctCount, rowCount, missingCount } of profile) {
    const isNamed = !isNumberType(type) && distinctCount > Math.min(levelLimit, (rowCount - missingCount) / 2);
    const reason = type === 'image' ? 'image' : distinctCount < 2 ? 'constant' : isNamed ? 'levels' : compared.length === comparedLimit ? 'limit' : null;
    if (reason === null) compared.push(name);
    else leftOut.push({ column: name, reason });
  }
  return { compared, leftOut };
}

/** Orders numbers once, so that each pair costs little more than reading the rows. */
export function prepare(column: ColumnData): Prepared {
  if (column.kind === 'number') return { kind: 'number', column, ordered: orderColumn(column.values) };
  return { kind: 'category', column, coded: { codes: column.codes, levelCount: column.labels.length } };
}

/** Compares two columns by what their types allow. */
export function compare(a: Prepared, b: Prepared): Relation {
  const pair = { a: a.column.name, b: b.column.name, pearson: null, spearman: null, cramersV: null, eta: null };
  if (a.kind === 'number' && b.kind === 'number') return { ...pair, ...correlate(a.ordered, b.ordered) };
  if (a.kind === 'category' && b.kind === 'category') {
    const { rowCount, value } = cramersV(a.coded, b.coded);
    return { ...pair, rowCount, cramersV: value };
  }
  const { rowCount, value } = a.kind === 'category' ? ratioOf(a, b) : ratioOf(b, a);
  return { ...pair, rowCount, eta: value };
}

function ratioOf(category: Prepared, number: Prepared): Association {
  return category.kind === 'category' && number.kind === 'number' ? correlationRatio(category.coded, number.column.values) : { rowCount: 0, value: null };
}

/** Each column with each later one. Between columns the process hears whether it is to stop. */
async function comparePairs(columns: readonly Prepared[], signal: AbortSignal | undefined): Promise<Relation[]> {
  const pairs: Relation[] = [];
  for (const [index, a] of columns.entries()) {
    for (const b of columns.slice(index + 1)) pairs.push(compare(a, b));
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw fail('job/cancelled');
  }
  return pairs;
}
