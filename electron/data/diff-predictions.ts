/** Where the predictions of a model differ between two tables that hold them, row by row of a common key. */
import { BIGINT, DuckDBDataChunk } from '@duckdb/node-api';
import { fail } from '../../shared/errors.ts';
import type { ModelEffect } from '../../shared/domain/version-diff.ts';
import type { TaskKind } from '../../shared/domain/train-config.ts';
import { cellSql, toCell } from './cells.ts';
import { keyColumns, keyCondition } from './diff-key.ts';
import type { Duck, Session } from './duck.ts';
import { describeParquet, numbered, pickColumns, type ParquetTable } from './parquet.ts';

/** A table with predictions: its file, its key columns in order, and the column with the prediction. */
interface PredictedTable {
  readonly path: string;
  readonly key: readonly string[];
  readonly prediction: string;
}

export interface PredictionPair {
  readonly before: PredictedTable;
  readonly after: PredictedTable;
  readonly task: TaskKind;
  readonly target: string;
}

/** Row numbers of one of the tables. */
export interface TestRows {
  readonly side: 'before' | 'after';
  readonly rows: Int32Array;
}

const mostRows = 500;

/** Rows without a prediction in either table are left out; `test` are those the model was tested on. @throws diff/needs-key, data/malformed */
export async function diffPredictions(duck: Duck, { before, after, task, target }: PredictionPair, test: TestRows | null, signal?: AbortSignal): Promise<ModelEffect> {
  if (after.key.length === 0) throw fail('diff/needs-key');
  return duck.session({ files: [before.path, after.path], signal }, async (session) => {
    const older = await describeParquet(session, before.path);
    const newer = await describeParquet(session, after.path);
    const [olderKey, newerKey] = [pickColumns(older, before.key, 'the older version'), pickColumns(newer, after.key, 'the newer version')];
    const key = newerKey.flatMap((column, index) => (olderKey[index] ? [{ before: olderKey[index], after: column }] : []));
    const rowsOf = (side: 'before' | 'after', table: ParquetTable, prediction: string): string => {
      const [{ x = '' } = {}] = pickColumns(table, [prediction], 'the predictions');
      return `(SELECT ${['file_row_number AS r', `${x} AS p`, ...keyColumns(key, side)].join(', ')} FROM ${numbered(table.from)})`;
    };
    if (test) await loadRows(session, test.rows);
    const isTest = test ? `${test.side === 'before' ? 'b' : 'a'}.r IN (SELECT r FROM test_rows)` : 'CAST(NULL AS BOOLEAN)';
    await session.run(
      `CREATE TEMP TABLE joined AS SELECT b.r AS b, a.r AS a, b.p AS older, a.p AS newer, ${isTest} AS is_test, ${newerKey.map(({ type }, index) => `${cellSql(`a.k${index}`, type)} AS k${index}`).join(', ')}
       FROM ${rowsOf('before', older, before.prediction)} b JOIN ${rowsOf('after', newer, after.prediction)} a ON ${keyCondition(key.length)}
       WHERE b.p IS NOT NULL AND a.p IS NOT NULL`,
    );
    const [counts = []] = await session.rows('SELECT count(*), count_if(older IS DISTINCT FROM newer), count_if(is_test), count_if(is_test AND older IS DISTINCT FROM newer) FROM joined');
    const isRegression = task === 'regression';
    const rows = await session.rows(
      `SELECT b, a, older, newer, is_test, ${newerKey.map((_, index) => `k${index}`).join(', ')} FROM joined WHERE older IS DISTINCT FROM newer ORDER BY ${isRegression ? 'abs(newer - older) DESC, a' : 'a'} LIMIT ${mostRows}`,
    );
    return {
      task, target, rowCount: Number(counts[0]), changedCount: Number(counts[1]), test: test && { rowCount: Number(counts[2]), changedCount: Number(counts[3]) }, key: [...after.key],
      matrix: isRegression ? null : await matrixOf(session), numbers: isRegression ? await numbersOf(session) : null,
      rows: rows.map(([b, a, old = null, now = null, tested, ...values]) => ({ key: values.map(toCell), beforeRow: Number(b), afterRow: Number(a), before: toCell(old), after: toCell(now), isTest: typeof tested === 'boolean' ? tested : null })),
    };
  });
}

const chunkRows = 2048;

async function loadRows(session: Session, rows: Int32Array): Promise<void> {
  await session.run('CREATE TEMP TABLE test_rows (r BIGINT)');
  const appender = await session.connection.createAppender('test_rows');
  for (let start = 0; start < rows.length; start += chunkRows) {
    const part = rows.subarray(start, start + chunkRows);
    const chunk = DuckDBDataChunk.create([BIGINT], part.length);
    chunk.setColumnValues(0, Array.from(part, BigInt));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function matrixOf(session: Session): Promise<ModelEffect['matrix']> {
  const cells = await session.rows('SELECT older, newer, count(*) FROM joined GROUP BY older, newer');
  const classes = [...new Set(cells.flatMap(([older, newer]) => [String(older), String(newer)]))].sort();
  const counts = classes.map(() => classes.map(() => 0));
  for (const [older, newer, count] of cells) (counts[classes.indexOf(String(older))] as number[])[classes.indexOf(String(newer))] = Number(count);
  return { classes, counts };
}

async function numbersOf(session: Session): Promise<ModelEffect['numbers']> {
  const [row = []] = await session.rows('SELECT avg(abs(newer - older)), max(abs(newer - older)), avg(older), avg(newer) FROM joined');
  const [meanChange = 0, largestChange = 0, meanBefore = 0, meanAfter = 0] = row.map(Number);
  return { meanChange, largestChange, meanBefore, meanAfter };
}
