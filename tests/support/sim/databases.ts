/**
 * SQLite databases in memory that are emptied and used again, with the statements they have prepared: making one costs
 * more than a whole simulated day of a small project.
 */
import { openIndexFile } from '../../../electron/store/index/index-file.ts';
import { outboxOn } from '../../../electron/store/folder/outbox.ts';
import { openSqlite, type Sqlite } from '../../../electron/store/sqlite.ts';

export interface Databases {
  /** An empty database with the schema; `close` does nothing. */
  take(): Promise<Sqlite>;
  /** Empties it and keeps it for the next who asks. */
  giveBack(db: Sqlite): void;
}

/** Indexes. */
export const indexes: Databases = poolOf(() => openIndexFile(':memory:'));

/** Databases of outboxes. */
export const outboxes: Databases = poolOf(async () => {
  const db = openSqlite(':memory:');
  outboxOn(db, 'outbox');
  return db;
});

function poolOf(open: () => Promise<Sqlite>): Databases {
  const free: Sqlite[] = [];
  return {
    take: async () => free.pop() ?? keepStatements(await open()),
    giveBack(db) {
      empty(db);
      free.push(db);
    },
  };
}

function keepStatements(db: Sqlite): Sqlite {
  const prepare = db.prepare.bind(db);
  const prepared = new Map<string, unknown>();
  const kept = (source: string) => {
    const known = prepared.get(source);
    if (known) return known;
    const statement = prepare(source);
    prepared.set(source, statement);
    return statement;
  };
  db.prepare = kept as unknown as Sqlite['prepare'];
  db.close = () => db;
  return db;
}

/** All rows of all tables are gone; what was in a transaction, too. */
export function empty(db: Sqlite): void {
  if (db.inTransaction) db.exec('ROLLBACK');
  const tables = tablesOf(db);
  if (tables.length > 0) db.exec(`BEGIN; PRAGMA defer_foreign_keys = ON; ${tables.map((table) => `DELETE FROM "${table}";`).join(' ')} COMMIT;`);
}

/** Makes `to` have the rows of `from`, both with the same schema; a table that `to` has not is left out. */
export function copyRows(from: Sqlite, to: Sqlite): void {
  empty(to);
  to.transaction(() => {
    to.pragma('defer_foreign_keys = ON');
    for (const table of tablesOf(from)) {
      const rows = from.prepare<[], unknown[]>(`SELECT * FROM "${table}"`).raw().all();
      const first = rows[0];
      if (!first) continue;
      const insert = to.prepare<unknown[]>(`INSERT INTO "${table}" VALUES (${first.map(() => '?').join(', ')})`);
      for (const row of rows) insert.run(...row);
    }
  })();
}

function tablesOf(db: Sqlite): string[] {
  return db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).pluck().all();
}
