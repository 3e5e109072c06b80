/**
 * Looks at the content of a version: kinds of data by the detectors, and quality. Exact up to `seenRowLimit` rows (fewer
 * for wide tables); beyond, every n-th row is looked at and the result says how many there were.
 */
import type { Measured } from '../../shared/domain/classification.ts';
import { detect, type ColumnContent, type CountedText } from './detect.ts';
import type { Duck, Session } from './duck.ts';
import { describeParquet, numbered, type ParquetTable } from './parquet.ts';
import { oddFormCount, qualityOf, type ColumnCounts } from './quality.ts';
import { identifier } from './sql.ts';

const seenRowLimit = 200_000;
/** Values of texts come into memory, so a wide table is looked at in fewer rows. */
const seenCellLimit = 4_000_000;
/** Characters of a text that are looked at. */
const seenTextLimit = 256;

type Picked = ParquetTable['columns'][number];

/** @throws data/malformed, job/cancelled */
export async function classifyFile(duck: Duck, { path, signal }: { readonly path: string; readonly signal?: AbortSignal | undefined }): Promise<Measured> {
  return await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const seenRowCount = await takeRows(session, table);
    const contents: ColumnContent[] = [];
    const counts: ColumnCounts[] = [];
    for (const [index, column] of table.columns.entries()) {
      const { content, count } = await lookAt(session, column, identifier(`c${index}`), seenRowCount);
      contents.push(content);
      counts.push(count);
    }
    const [distinct] = await session.rows('SELECT count(*) FROM (SELECT DISTINCT * FROM seen)');
    return {
      rowCount: table.rowCount, seenRowCount,
      detections: detect(contents),
      quality: qualityOf(seenRowCount, seenRowCount - Number(distinct?.[0] ?? 0), counts),
    };
  });
}

/** Puts the rows to look at into the table "seen", columns c0, c1, ... Returns how many there are. */
async function takeRows(session: Session, { from, rowCount, columns }: ParquetTable): Promise<number> {
  const limit = Math.max(1000, Math.min(seenRowLimit, Math.floor(seenCellLimit / columns.length)));
  const step = Math.max(1, Math.ceil(rowCount / limit));
  await session.run(`CREATE TABLE seen AS SELECT ${columns.map(({ x }, index) => `${x} AS ${identifier(`c${index}`)}`).join(', ')} FROM ${numbered(from)} WHERE file_row_number % ${step} = 0`);
  const [row] = await session.rows('SELECT count(*) FROM seen');
  return Number(row?.[0] ?? 0);
}

async function lookAt(session: Session, { name, type }: Picked, x: string, rowCount: number): Promise<{ content: ColumnContent; count: ColumnCounts }> {
  if (type === 'text' || type === 'category') {
    const values = await countTexts(session, x);
    const textCount = values.reduce((sum, { count }) => sum + count, 0);
    return {
      content: { name, type, values, range: null },
      count: { name, missingCount: rowCount - textCount, distinctCount: values.length, numberCount: 0, outlierCount: 0, textCount, oddFormCount: oddFormCount(values) },
    };
  }
  const isNumber = type === 'integer' || type === 'number';
  const present = isNumber ? `isfinite(CAST(${x} AS DOUBLE))` : `${x} IS NOT NULL`;
  const [row] = await session.rows(`SELECT count(*), count(DISTINCT ${x}) FROM seen WHERE ${present}`);
  const presentCount = Number(row?.[0] ?? 0);
  const shared = { name, missingCount: rowCount - presentCount, distinctCount: Number(row?.[1] ?? 0), textCount: 0, oddFormCount: 0 };
  if (!isNumber || presentCount === 0) return { content: { name, type, values: [], range: null }, count: { ...shared, numberCount: 0, outlierCount: 0 } };
  const { range, outlierCount } = await farOut(session, x);
  const values = type === 'integer' ? await countTexts(session, x) : [];
  return { content: { name, type, values, range }, count: { ...shared, numberCount: presentCount, outlierCount } };
}

async function countTexts(session: Session, x: string): Promise<CountedText[]> {
  const rows = await session.rows(
    `SELECT left(CAST(${x} AS VARCHAR), ${seenTextLimit}) AS v, count(*) FROM seen WHERE ${x} IS NOT NULL AND CAST(${x} AS VARCHAR) <> '' GROUP BY v ORDER BY v`,
  );
  return rows.map(([text, count]) => ({ text: String(text), count: Number(count) }));
}

/** Range, and the count beyond Tukey's outer fences, three interquartile ranges from the quartiles; none where half of all are equal. */
async function farOut(session: Session, x: string): Promise<{ range: { min: number; max: number }; outlierCount: number }> {
  const [row] = await session.rows(
    `WITH v AS (SELECT CAST(${x} AS DOUBLE) AS v FROM seen WHERE isfinite(CAST(${x} AS DOUBLE))), q AS (SELECT quantile_cont(v, 0.25) AS low, quantile_cont(v, 0.75) AS high FROM v)
     SELECT min(v), max(v), count(*) FILTER (WHERE high > low AND (v < low - 3 * (high - low) OR v > high + 3 * (high - low))) FROM v, q`,
  );
  return { range: { min: Number(row?.[0]), max: Number(row?.[1]) }, outlierCount: Number(row?.[2]) };
}
