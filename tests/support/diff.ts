/** Compares two small tables of the tests: writes them, diffs them, and reads every row that differs. */
import { diffTables, type DiffOptions, type TableDiff } from '../../electron/data/diff.ts';
import { readDiffRows } from '../../electron/data/diff-rows.ts';
import { writeTable, type NewColumn } from '../../electron/data/table.ts';
import type { DiffRow, DiffView } from '../../shared/domain/version-diff.ts';
import type { DataFolder } from './data-files.ts';

let tableCount = 0;

export type NewTable = readonly NewColumn[];

/** Writes a table and returns its path. */
export async function putTable({ duck, path }: DataFolder, columns: NewTable): Promise<string> {
  const outPath = path(`table-${tableCount++}.parquet`);
  await writeTable(duck, { outPath, columns });
  return outPath;
}

export interface Compared {
  readonly diff: TableDiff;
  readonly rows: readonly DiffRow[];
  /** The rows of a view. */
  view(view: Partial<DiffView>): Promise<readonly DiffRow[]>;
}

export async function compareTables(folder: DataFolder, older: NewTable, newer: NewTable, options: Partial<Pick<DiffOptions, 'key' | 'digests' | 'onProgress' | 'signal'>> = {}): Promise<Compared> {
  const before = await putTable(folder, older);
  const after = await putTable(folder, newer);
  const rowsPath = folder.path(`differing-${tableCount++}.parquet`);
  const diff = await diffTables(folder.duck, { before, after, labels: { before: 'birds v1', after: 'birds v2' }, key: null, outPath: rowsPath, ...options });
  const view = async (part: Partial<DiffView>): Promise<readonly DiffRow[]> => {
    const asked = { change: null, column: null, isBySize: false, places: null, offset: 0, limit: 200, ...part };
    return (await readDiffRows(folder.duck, { before, after, rowsPath, columns: diff.columns, view: asked })).rows;
  };
  return { diff, rows: await view({}), view };
}
