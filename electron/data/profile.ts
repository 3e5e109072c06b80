/**
 * What a table's columns hold: counts, moments, quantiles, histogram, most frequent values.
 * Exact up to `exactRows` rows; beyond that quantiles and distinct counts are estimates, and the
 * profile says so for the distinct count. Memory holds the values of one column, or of as many as are small together.
 */
import { basename } from 'node:path';
import { isNumberType } from '../../shared/domain/column-data.ts';
import type { ColumnProfile, TopValue } from '../../shared/domain/columns.ts';
import { cellSql } from './cells.ts';
import type { Duck, Session } from './duck.ts';
import { readNumbers } from './matrix.ts';
import { estimate, measure, type Numbers } from './numbers.ts';
import { describeParquet, pickColumns } from './parquet.ts';
import type { ParquetTable } from './parquet.ts';

export interface ProfileOptions {
  readonly path: string;
  /** All columns when absent. */
  readonly columns?: readonly string[] | undefined;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Up to here the values of a numeric column are sorted in memory: 16 bytes for each. */
export const exactRows = 10_000_000;

/** Where a table is wide, a statement costs more than the few values that it reads: numeric columns share one up to these limits. */
const cellsAtOnce = 4_000_000;
const columnsAtOnce = 200;

const topCount = 20;

type Picked = ParquetTable['columns'][number];

/** One profile per column, in order. @throws data/unknown-column, data/malformed, job/cancelled */
export async function profileFile(duck: Duck, options: ProfileOptions): Promise<ColumnProfile[]> {
  const { path, signal, onProgress } = options;
  return await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const picked = pickColumns(table, options.columns, basename(path));
    const numbers = numbersOf(session, table, picked.filter(({ type }) => isNumberType(type)));
    const profiles: ColumnProfile[] = [];
    for (const column of picked) {
      profiles.push(isNumberType(column.type) ? await profileNumbers(session, table, column, await numbers(column)) : await profileValues(session, table, column));
      onProgress?.({ done: profiles.length, total: picked.length });
    }
    return profiles;
  });
}

interface PresentNumbers extends Numbers { readonly presentCount: number }

/** Measures numeric columns in their order, those that are small together with one statement. */
function numbersOf(session: Session, table: ParquetTable, columns: readonly Picked[]): (column: Picked) => Promise<PresentNumbers> {
  const isExact = table.rowCount <= exactRows;
  const atOnce = isExact ? Math.max(1, Math.min(columnsAtOnce, Math.floor(cellsAtOnce / Math.max(1, table.rowCount)))) : 1;
  let measured = new Map<Picked, PresentNumbers>();
  return async (column) => {
    if (!measured.has(column)) {
      const start = columns.indexOf(column);
      const batch = columns.slice(start, start + atOnce);
      const [counts = []] = await session.rows(`SELECT ${batch.map(({ x }) => `count(${x})`).join(', ')} FROM ${table.from}`);
      const numbers = isExact ? (await readNumbers(session, table, batch)).map((values) => measure(values)) : [await estimate(session, table, column)];
      measured = new Map(numbers.map((each, index) => [batch[index] ?? column, { ...each, presentCount: Number(counts[index]) }]));
    }
    return measured.get(column) as PresentNumbers;
  };
}

async function profileNumbers(session: Session, table: ParquetTable, column: Picked, { presentCount, finiteCount, distinctCount, numeric }: PresentNumbers): Promise<ColumnProfile> {
  const { name, type } = column;
  const { topValues } = distinctCount <= topCount ? await countValues(session, table, column) : { topValues: null };
  return {
    name, type, rowCount: table.rowCount, distinctIsExact: table.rowCount <= exactRows,
    missingCount: table.rowCount - presentCount, nonFiniteCount: presentCount - finiteCount, distinctCount, numeric, topValues,
  };
}

async function profileValues(session: Session, table: ParquetTable, column: Picked): Promise<ColumnProfile> {
  const { name, type } = column;
  const shared = { name, type, rowCount: table.rowCount, distinctIsExact: true };
  if (type === 'image') return { ...shared, ...await profileImages(session, table, column) };
  const { presentCount, distinctCount, topValues } = await countValues(session, table, column);
  return { ...shared, missingCount: table.rowCount - presentCount, nonFiniteCount: 0, distinctCount, numeric: null, topValues };
}

/** Images are the same where their bytes are; a JPEG begins with FF D8, a PNG with 89 50. */
async function profileImages(session: Session, { from, rowCount }: ParquetTable, { x, stored }: Picked): Promise<Omit<ColumnProfile, 'name' | 'type' | 'rowCount' | 'distinctIsExact'>> {
  const size = `octet_length(${stored})`;
  const [row = []] = await session.rows(
    `SELECT count(${stored}), count(DISTINCT ${x}), count(*) FILTER (WHERE hex(${stored}[1:2]) = '8950'), count(*) FILTER (WHERE hex(${stored}[1:2]) = 'FFD8'), min(${size}), median(${size}), max(${size}) FROM ${from}`,
  );
  const [presentCount = 0, distinctCount = 0, pngCount = 0, jpegCount = 0, min = 0, median = 0, max = 0] = row.map(Number);
  return {
    missingCount: rowCount - presentCount, nonFiniteCount: 0, distinctCount, numeric: null, topValues: null,
    ...(presentCount === 0 ? {} : { images: { pngCount, jpegCount, sizeBytes: { min, median, max } } }),
  };
}

/** Counts each value once. Ties are ordered by the value, so that the same file always gives the same list. */
async function countValues(session: Session, table: ParquetTable, { x, type }: Picked): Promise<{ presentCount: number; distinctCount: number; topValues: TopValue[] }> {
  const shown = cellSql('v', type === 'date' || type === 'timestamp' ? type : 'text');
  const values = `(SELECT ${x} AS v FROM ${table.from} WHERE ${x} IS NOT NULL)`;
  // DuckDB spills the groups to disk where they do not fit in memory.
  const rows = await session.rows(
    `WITH counted AS MATERIALIZED (SELECT v, count(*) AS times FROM ${values} GROUP BY v)
     SELECT ${shown}, times, (SELECT sum(times) FROM counted), (SELECT count(*) FROM counted) FROM counted ORDER BY times DESC, v LIMIT ${topCount}`,
  );
  return {
    presentCount: Number(rows[0]?.[2] ?? 0),
    distinctCount: Number(rows[0]?.[3] ?? 0),
    topValues: rows.map(([value, times]) => ({ value: String(value), count: Number(times) })),
  };
}
