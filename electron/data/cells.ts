/** Values as cells for the window: small, and safe to send as JSON. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Cell, ColumnType } from '../../shared/domain/columns.ts';

/** The longest text of a cell; what is cut ends with an ellipsis. */
export const cellTextLimit = 2_000;

/** SQL that turns the value `x` of a column of `type` into what `toCell` takes. Dates become ISO 8601 text. */
export function cellSql(x: string, type: ColumnType, textLimit = cellTextLimit): string {
  switch (type) {
    case 'boolean': case 'integer': case 'number':
      return x;
    case 'date':
      return `CAST(${x} AS VARCHAR)`;
    case 'timestamp':
      return `replace(CAST(${x} AS VARCHAR), ' ', 'T')`;
    case 'image':
      return `'image ' || left(${x}, 8)`;
    case 'category': case 'text': {
      const text = `CAST(${x} AS VARCHAR)`;
      return `CASE WHEN length(${text}) > ${textLimit} THEN substr(${text}, 1, ${textLimit}) || '…' ELSE ${text} END`;
    }
  }
}

/** JSON has no NaN, no infinity and no integers beyond 2^53: these become text. */
export function toCell(value: DuckDBValue): Cell {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  return String(value);
}
