/** Inserts many rows with few statements: binding and stepping cost more than the row itself. */
import type { Sqlite } from '../sqlite.ts';

const rowsAtOnce = 16;

export type Cell = number | string | Uint8Array | null;

/** Takes the values of whole rows, one after the other, for the columns of `into`, as in "touches (entity, event)". */
export function createRowInserter(db: Sqlite, into: string, columnCount: number): (values: readonly Cell[]) => void {
  const row = `(${Array<string>(columnCount).fill('?').join(', ')})`;
  const one = db.prepare<Cell[]>(`INSERT INTO ${into} VALUES ${row}`);
  const many = db.prepare<Cell[]>(`INSERT INTO ${into} VALUES ${Array<string>(rowsAtOnce).fill(row).join(', ')}`);
  const width = columnCount * rowsAtOnce;
  return (values) => {
    let at = 0;
    for (; at + width <= values.length; at += width) many.run(...values.slice(at, at + width));
    for (; at < values.length; at += columnCount) one.run(...values.slice(at, at + columnCount));
  };
}
