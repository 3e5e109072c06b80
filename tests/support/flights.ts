/** The 3,000,000 flights of vega-datasets as a CSV file, and a second state of it in which some rows changed. */
import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import { exactPath, literal } from '../../electron/data/sql.ts';
import { repoDir } from '../../electron/runtime/paths.mjs';

const source = join(repoDir, 'node_modules/vega-datasets/data/flights-3m.parquet');

/** What is known of the two files without reading them. */
export const flights = {
  rowCount: 3_000_000,
  /** Rows of the first file that the second lacks. */
  removedCount: 100,
  /** Rows of both whose delay is 40 minutes longer in the second. */
  changedCount: 3000,
} as const;

/**
 * Writes flight (1, 2, ...), departure, origin, destination, distance, delay in minutes, and arrival: late from 15 minutes on.
 * The second state lacks one flight in 30,000 and has one in 1,000 delayed by 40 minutes more; what was called late stays as it was.
 */
export async function writeFlights(path: string, state: 1 | 2): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const delay = state === 1 ? 'delay' : 'CASE WHEN flight % 1000 = 1 THEN delay + 40 ELSE delay END';
  await connection.run(`
    COPY (
      SELECT flight, date AS departure, origin, destination, distance, ${delay} AS delay, CASE WHEN delay >= 15 THEN 'late' ELSE 'on time' END AS arrival
      FROM (SELECT *, file_row_number + 1 AS flight FROM read_parquet(${literal(exactPath(source))}, file_row_number = true))
      ${state === 1 ? '' : 'WHERE flight % 30000 <> 7'}
    ) TO ${literal(path)} (FORMAT csv, HEADER)`);
  connection.closeSync();
  instance.closeSync();
}
