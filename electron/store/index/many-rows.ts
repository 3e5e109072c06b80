/**
 * Inserts many rows with few statements: binding and stepping cost more than the row itself. "OR FAIL" because SQLite
 * otherwise copies each page aside so that a statement could be undone by itself; after a failure all is rolled back here.
 */
import type { Sqlite } from '../sqlite.ts';

const rowsAtOnce = 16;

export type Cell = number | string | Uint8Array | null;

export interface RowInserter {
  /** Takes the values of a row. It may wait for others: nothing may be read from the table before `flush`. */
  add(...row: Cell[]): void;
  /** Inserts the rows that wait. */
  flush(): void;
  /** Drops the rows that wait. */
  forget(): void;
}

/** An inserter for the columns of `into`, as in "touches (entity, event)". */
export function createRowInserter(db: Sqlite, into: string, columnCount: number): RowInserter {
  const row = `(${Array<string>(columnCount).fill('?').join(', ')})`;
  const one = db.prepare<Cell[]>(`INSERT OR FAIL INTO ${into} VALUES ${row}`);
  const many = db.prepare<Cell[]>(`INSERT OR FAIL INTO ${into} VALUES ${Array<string>(rowsAtOnce).fill(row).join(', ')}`);
  const cells = Array<Cell>(columnCount * rowsAtOnce).fill(null);
  let count = 0;
  return {
    add(...values) {
      for (const value of values) cells[count++] = value;
      if (count < cells.length) return;
      many.run(...cells);
      count = 0;
    },
    flush() {
      for (let at = 0; at < count; at += columnCount) one.run(...cells.slice(at, at + columnCount));
      count = 0;
    },
    forget() {
      count = 0;
    },
  };
}
