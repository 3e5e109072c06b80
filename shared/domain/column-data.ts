/**
 * Whole columns in memory, as they pass between the data layer, training and prediction.
 * Numbers, dates and time stamps are `number` columns; booleans, categories and text are `category` columns.
 */
import type { ColumnType } from './columns.ts';

export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly type: ColumnType;
  /** One value per row; NaN is missing. Dates and time stamps are milliseconds since 1970 UTC. */
  readonly values: Float64Array;
}

export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  readonly type: ColumnType;
  /** One index into `labels` per row; -1 is missing. */
  readonly codes: Int32Array;
  /** Distinct; booleans are "true" and "false". An empty label counts as missing. */
  readonly labels: readonly string[];
}

export type ColumnData = NumberColumn | CategoryColumn;

/** Whether columns of this type are held as numbers; the others are held as categories. */
export function isNumberType(type: ColumnType): boolean {
  return type === 'integer' || type === 'number' || type === 'date' || type === 'timestamp';
}

/** The number of rows of a column. */
export function rowCountOf(column: ColumnData): number {
  return column.kind === 'number' ? column.values.length : column.codes.length;
}
