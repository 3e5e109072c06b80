/**
 * Rows that are there more than once, and rows that several parts of a table share. Exact: a hash of the row finds the
 * few that may be repeated, and only those are compared by their values, so memory holds a number for each row.
 */
import type { RepeatedRows } from '../../shared/domain/relations.ts';
import { cellSql, toCell } from './cells.ts';
import type { Session } from './duck.ts';
import { numbered, type ParquetTable } from './parquet.ts';

const shownExamples = 5;
const shownColumns = 8;

type Picked = ParquetTable['columns'];

/** Copies of rows over all columns, the most repeated first. */
export async function repeatedRows(session: Session, table: ParquetTable): Promise<RepeatedRows> {
  const { columns } = table;
  const shown = columns.slice(0, shownColumns);
  const nothing = { groupCount: 0, copyCount: 0, examples: [], columns: shown.map(({ name }) => name) };
  if (columns.length === 0 || table.rowCount < 2) return nothing;
  const groups = `(SELECT ${columns.map((_, index) => `c${index}`).join(', ')}, count(*) AS times, min(file_row_number) AS first
    FROM ${await suspects(session, table, columns)} GROUP BY ${columns.map((_, index) => `c${index}`).join(', ')} HAVING count(*) > 1)`;
  const rows = await session.rows(
    `WITH groups AS MATERIALIZED ${groups}
     SELECT (SELECT count(*) FROM groups), (SELECT sum(times - 1) FROM groups), times, first, ${shown.map(({ type }, index) => cellSql(`c${index}`, type)).join(', ')}
     FROM groups ORDER BY times DESC, first LIMIT ${shownExamples}`,
  );
  if (rows.length === 0) return nothing;
  return {
    ...nothing, groupCount: Number(rows[0]?.[0]), copyCount: Number(rows[0]?.[1]),
    examples: rows.map(([, , times, first, ...cells]) => ({ times: Number(times), row: Number(first), cells: cells.map(toCell) })),
  };
}

/** A part of a table: its value in the split column, its rows, and those of them that the part to learn from has too. */
export interface SharedPart { readonly part: string; readonly rowCount: number; readonly sharedCount: number; }

/** How many rows of each other part `learned` has too, by the values of `columns`. */
export async function sharedRows(session: Session, table: ParquetTable, columns: Picked, { split, learned }: { readonly split: Picked[number]; readonly learned: string }): Promise<SharedPart[]> {
  const from = await suspects(session, table, [...columns], split);
  const names = columns.map((_, index) => `c${index}`).join(', ');
  const shared = new Map((await session.rows(
    `WITH known AS (SELECT DISTINCT ${names} FROM ${from} WHERE part = $learned)
     SELECT rows.part, count(*) FROM ${from} rows JOIN known ON ${columns.map((_, index) => `rows.c${index} IS NOT DISTINCT FROM known.c${index}`).join(' AND ')}
     WHERE rows.part <> $learned GROUP BY rows.part`, { learned },
  )).map(([part, count]) => [String(part), Number(count)]));
  const parts = await session.rows(`SELECT CAST(${split.x} AS VARCHAR) AS part, count(*) FROM ${table.from} WHERE ${split.x} IS NOT NULL GROUP BY part ORDER BY part`);
  return parts.map(([part, count]) => ({ part: String(part), rowCount: Number(count), sharedCount: shared.get(String(part)) ?? 0 })).filter(({ part }) => part !== learned);
}

/** SQL of the rows whose hash over `columns` another row has too, as c0, c1, ..., their place, and the text of `split` as part. */
async function suspects(session: Session, { from }: ParquetTable, columns: Picked, split?: Picked[number]): Promise<string> {
  const digest = `hash(${columns.map(({ x }) => x).join(', ')})`;
  await session.run(`CREATE OR REPLACE TEMP TABLE twice AS SELECT ${digest} AS digest FROM ${from} GROUP BY digest HAVING count(*) > 1`);
  const values = [...columns.map(({ x }, index) => `${x} AS c${index}`), 'file_row_number', ...(split ? [`CAST(${split.x} AS VARCHAR) AS part`] : [])];
  return `(SELECT ${values.join(', ')} FROM ${numbered(from)} WHERE ${digest} IN (SELECT digest FROM twice))`;
}
