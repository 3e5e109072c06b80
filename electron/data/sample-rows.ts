/**
 * Rows in memory for what has to see values side by side: all of a small table, an even sample of a large one.
 * The sample follows the multiples of the golden ratio, which no period in the order of the rows can hide from.
 */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { Session } from './duck.ts';
import { readGroup } from './matrix.ts';
import { numbered, type ParquetTable } from './parquet.ts';
import { identifier } from './sql.ts';

/** Every row is taken up to so many, fewer of wide tables: what is compared stays in the processor's caches. */
const seenRowLimit = 200_000;
const seenCellLimit = 3_000_000;

/** 2^32 divided by the golden ratio, odd, so that the multiples modulo 2^32 meet every value once (Knuth, TAOCP 3, 6.4). */
const goldenStep = 2_654_435_769;
const goldenRange = 4_294_967_296;

export interface SampledRows {
  readonly seenRowCount: number;
  readonly columns: readonly ColumnData[];
}

/** The columns of the same rows each time. */
export async function readSample(session: Session, table: ParquetTable, picked: ParquetTable['columns']): Promise<SampledRows> {
  if (picked.length === 0) return { seenRowCount: table.rowCount, columns: [] };
  const limit = Math.min(seenRowLimit, Math.floor(seenCellLimit / picked.length));
  const share = Math.ceil((limit / Math.max(1, table.rowCount)) * goldenRange);
  const where = table.rowCount <= limit ? '' : ` WHERE (file_row_number * ${goldenStep}) % ${goldenRange} < ${share}`;
  const names = picked.map((_, index) => identifier(`c${index}`));
  await session.run(`CREATE OR REPLACE TEMP TABLE seen AS SELECT ${[...picked.map(({ x }, index) => `${x} AS ${names[index]}`), 'file_row_number'].join(', ')} FROM ${numbered(table.from)}${where}`);
  const [row] = await session.rows('SELECT count(*) FROM seen');
  const rowCount = Number(row?.[0] ?? 0);
  const columns = await readGroup(session, { from: 'seen', rowCount, picked: picked.map((column, index) => ({ ...column, x: names[index] ?? '' })), prefix: 'seen' });
  await session.run('DROP TABLE seen');
  return { seenRowCount: rowCount, columns };
}
