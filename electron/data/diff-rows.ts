/** A page of the rows that differ between two tables, with the values of both. */
import type { DuckDBValue } from '@duckdb/node-api';
import { isNumberType } from '../../shared/domain/column-data.ts';
import type { Cell } from '../../shared/domain/columns.ts';
import { rowChanges, type ColumnChange, type DiffView, type DiffWindow } from '../../shared/domain/version-diff.ts';
import { fail } from '../../shared/errors.ts';
import { cellSql, toCell } from './cells.ts';
import type { Duck, Session } from './duck.ts';
import { describeParquet, numbered, type ParquetTable } from './parquet.ts';
import { exactPath, literal } from './sql.ts';

/** Many columns of a few rows are read in several statements: one would hold all columns of whole row groups. */
const columnsPerStatement = 200;

export interface DiffRowsOptions {
  readonly before: string;
  readonly after: string;
  /** What `diffTables` wrote for the two. */
  readonly rowsPath: string;
  /** The columns of that diff. */
  readonly columns: readonly ColumnChange[];
  readonly view: DiffView;
}

/** @throws data/unknown-column, diff/no-sizes, data/malformed */
export async function readDiffRows(duck: Duck, { before, after, rowsPath, columns, view }: DiffRowsOptions): Promise<DiffWindow> {
  return duck.session({ files: [before, after, rowsPath] }, async (session) => {
    const sides = { before: await describeParquet(session, before), after: await describeParquet(session, after) };
    const selection = selectionOf(columns, view, rowsPath);
    const [count] = await session.rows(`SELECT count(*) FROM ${selection}`);
    await session.run(`CREATE TEMP TABLE page AS SELECT row_number() OVER () AS position, * FROM (${orderedSql(sides, columns, view, selection)} LIMIT ${view.limit} OFFSET ${view.offset})`);
    const page = await session.rows('SELECT change, b, a, changed FROM page ORDER BY position');
    const wanted = view.places === null ? columns : view.places.flatMap((place) => columns[place] ?? []);
    const older = await cellsOf(session, sides.before, 'b', wanted.map((column) => column.before?.name ?? null));
    const newer = await cellsOf(session, sides.after, 'a', wanted.map((column) => column.after?.name ?? null));
    return {
      rowCount: Number(count?.[0]), offset: view.offset,
      rows: page.map(([change, b, a, changed]) => ({
        change: rowChanges[Number(change)] ?? 'changed', beforeRow: rowOrNull(b), afterRow: rowOrNull(a),
        before: older.get(Number(b)) ?? null, after: newer.get(Number(a)) ?? null,
        changed: placesOf(changed),
      })),
    };
  });
}

/** The rows of the view, without their order. */
function selectionOf(columns: readonly ColumnChange[], { change, column }: DiffView, rowsPath: string): string {
  const conditions = [
    ...(change === null ? [] : [`change = ${rowChanges.indexOf(change)}`]),
    ...(column === null ? [] : [`list_contains(changed, ${placeOf(columns, column)})`]),
  ];
  return `(SELECT * FROM read_parquet(${literal(exactPath(rowsPath))}) ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`})`;
}

/** In the order of the tables, or the largest change first and those last that have no size: from missing or to it. */
function orderedSql(sides: { before: ParquetTable; after: ParquetTable }, columns: readonly ColumnChange[], { column, isBySize }: DiffView, selection: string): string {
  if (!isBySize || column === null) return `SELECT * FROM ${selection} ORDER BY coalesce(a, b), change`;
  const { before, after } = columns[placeOf(columns, column)] as ColumnChange;
  const [x, y] = [before, after].map((each) => each && isNumberType(each.type) ? each : null);
  if (!x || !y) throw fail('diff/no-sizes', { column, type: (after && !isNumberType(after.type) ? after : before)?.type ?? 'missing' });
  const valueSql = (table: ParquetTable, name: string): string => {
    const found = table.columns.find((each) => each.name === name);
    if (!found) throw fail('data/unknown-column', { column: name, dataset: 'the version', columns: table.columns.map((each) => each.name).slice(0, 20).join(', ') });
    const number = found.type === 'date' || found.type === 'timestamp' ? `epoch_ms(CAST(${found.x} AS TIMESTAMP))` : found.x;
    return `(SELECT file_row_number AS r, CAST(${number} AS DOUBLE) AS v FROM ${numbered(table.from)})`;
  };
  const size = 'abs(newer.v - older.v)';
  return `SELECT d.* FROM ${selection} d JOIN ${valueSql(sides.before, x.name)} older ON older.r = d.b JOIN ${valueSql(sides.after, y.name)} newer ON newer.r = d.a
    ORDER BY CASE WHEN isfinite(${size}) THEN ${size} WHEN isinf(${size}) THEN 'infinity' END DESC NULLS LAST, d.a`;
}

function placeOf(columns: readonly ColumnChange[], name: string): number {
  const place = columns.findIndex(({ before, after }) => before !== null && after?.name === name);
  if (place < 0) throw fail('data/unknown-column', { column: name, dataset: 'both versions', columns: columns.flatMap(({ after }) => after?.name ?? []).slice(0, 20).join(', ') });
  return place;
}

/** The cells of the page's rows by row number; null for a column that the table does not have. */
async function cellsOf(session: Session, table: ParquetTable, place: 'a' | 'b', names: readonly (string | null)[]): Promise<Map<number, Cell[]>> {
  const [range = []] = await session.rows(`SELECT min(${place}), max(${place}) FROM page`);
  if (range[0] === null) return new Map();
  const cells = names.map((name) => {
    const found = table.columns.find((each) => each.name === name);
    return found ? cellSql(found.x, found.type) : 'NULL';
  });
  const found = new Map<number, Cell[]>();
  for (let start = 0; start < cells.length; start += columnsPerStatement) {
    // The bounds let the reader skip row groups.
    const rows = await session.rows(
      `SELECT file_row_number, ${cells.slice(start, start + columnsPerStatement).join(', ')} FROM ${numbered(table.from)}
       WHERE file_row_number BETWEEN ${Number(range[0])} AND ${Number(range[1])} AND file_row_number IN (SELECT ${place} FROM page)`,
    );
    for (const [row, ...values] of rows) found.set(Number(row), [...(found.get(Number(row)) ?? []), ...values.map(toCell)]);
  }
  return found;
}

function rowOrNull(value: DuckDBValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function placesOf(value: DuckDBValue | undefined): number[] {
  return value !== null && typeof value === 'object' && 'items' in value ? (value.items as readonly DuckDBValue[]).map(Number) : [];
}
