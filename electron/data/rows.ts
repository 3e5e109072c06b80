/** A window of rows anywhere in a stored table: row groups outside the window are not read. */
import { basename } from 'node:path';
import type { RowWindow } from '../../shared/domain/datasets.ts';
import { cellSql, toCell } from './cells.ts';
import type { Duck } from './duck.ts';
import { describeParquet, numbered, pickColumns, type ParquetTable } from './parquet.ts';

/** The most rows of one window. */
export const windowLimit = 1_000;

export interface RowsOptions {
  readonly path: string;
  /** Names, in the order wanted; all columns when absent. */
  readonly columns?: readonly string[] | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** SQL of a column's cell in a window of rows: an image is the number of its row in the file, by which it is asked for. */
export function rowCellSql({ x, stored, type }: ParquetTable['columns'][number]): string {
  return type === 'image' ? `CASE WHEN ${stored} IS NOT NULL THEN file_row_number END` : cellSql(x, type);
}

/** Rows `offset` to `offset + limit`, fewer at the end. @throws data/unknown-column, data/malformed */
export async function readRows(duck: Duck, options: RowsOptions): Promise<RowWindow> {
  const { path, offset } = options;
  const limit = Math.min(options.limit, windowLimit);
  return await duck.session({ files: [path] }, async (session) => {
    const table = await describeParquet(session, path);
    const columns = pickColumns(table, options.columns, basename(path));
    const cells = columns.map(rowCellSql);
    // A condition on the row number skips row groups, which OFFSET does not.
    const rows = await session.rows(
      `SELECT ${cells.join(', ')} FROM ${numbered(table.from)}
       WHERE file_row_number >= $from AND file_row_number < $to`,
      { from: BigInt(offset), to: BigInt(offset + limit) },
    );
    return {
      rowCount: table.rowCount,
      offset,
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: rows.map((row) => row.map(toCell)),
    };
  });
}
