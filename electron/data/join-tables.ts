/** Tables that were written one after the other because all their rows at once would not fit in memory, as one. */
import type { ColumnType } from '../../shared/domain/columns.ts';
import type { Duck } from './duck.ts';
import { withOutput } from './output.ts';
import { parquetOptions, rowGroupSize } from './parquet.ts';
import { exactPath, literal, literalList } from './sql.ts';

export interface WrittenTable {
  readonly path: string;
  readonly rowCount: number;
}

export interface JoinOptions {
  readonly outPath: string;
  /** Of the columns, which all tables share. */
  readonly types: readonly ColumnType[];
  readonly signal?: AbortSignal | undefined;
}

/** Row groups get the fewest rows that a table but the last has: no statement then holds more than a few of them. @throws files/*, job/cancelled */
export async function joinTables(duck: Duck, tables: readonly WrittenTable[], { outPath, types, signal }: JoinOptions): Promise<void> {
  const paths = tables.map(({ path }) => path);
  const rowsPerGroup = Math.min(rowGroupSize, ...tables.slice(0, -1).map(({ rowCount }) => rowCount));
  await withOutput(outPath, (partPath) => duck.session({ files: [...paths, partPath], signal }, (session) =>
    session.run(`COPY (SELECT * FROM read_parquet(${literalList(paths.map(exactPath))})) TO ${literal(partPath)} (${parquetOptions(types, rowsPerGroup)})`)));
}
