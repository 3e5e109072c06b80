/**
 * Writes the flights of the sample project: every fifth of the 3,000,000 rows in vega-datasets, in the order
 * of departure, with what one knows before take-off and whether the flight was late.
 * Usage: node make-flights.mjs SOURCE.parquet TARGET.parquet
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [source, target] = process.argv.slice(2);
const quote = (path) => `'${path.replaceAll("'", "''")}'`;

const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`
  COPY (
    SELECT
      date AS departure,
      dayname(date) AS weekday,
      hour(date) AS hour,
      distance AS distance_mi,
      origin,
      destination,
      delay AS delay_min,
      delay >= 15 AS late
    FROM (SELECT *, row_number() OVER () AS n FROM read_parquet(${quote(source)}))
    WHERE n % 5 = 0 AND date < TIMESTAMP '2001-07-01'
    ORDER BY n
  ) TO ${quote(target)} (FORMAT parquet, COMPRESSION zstd)`);
