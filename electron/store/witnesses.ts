/** Takes in what the checkpoints of all devices say there is, so that what is missing is known by name. Each file is read once. */
import { join } from 'node:path';
import type { Writer } from '../files/atomic.ts';
import { readCheckpoints } from './checkpoints.ts';
import type { Sessions } from './sessions.ts';
import type { Sqlite } from './sqlite.ts';

export interface Witnesses {
  /** Reads checkpoints that are new in the folder. One that is not whole yet is tried again at the next call. */
  takeIn(): Promise<void>;
}

/** So many files that are not good are tried at each call: others may be behind them. */
const tryCount = 20;

export function createWitnesses({ writer, db, sessions, projectDir, projectId }: {
  readonly writer: Pick<Writer, 'disk'>; readonly db: Sqlite; readonly sessions: Sessions; readonly projectDir: string; readonly projectId: string;
}): Witnesses {
  // Part of the index: whoever deletes it has the checkpoints read again.
  db.exec('CREATE TABLE IF NOT EXISTS checkpoints_read (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID');
  const selectRead = db.prepare<[], string>('SELECT path FROM checkpoints_read').pluck();
  const insertRead = db.prepare<[string]>('INSERT OR IGNORE INTO checkpoints_read (path) VALUES (?)');
  const failed = new Map<string, number>();
  return {
    async takeIn() {
      const entries = await writer.disk.list(join(projectDir, 'seal')).catch(() => []);
      const names = entries.filter(({ name, kind }) => kind === 'file' && /^[^~].*\.json$/.test(name)).map(({ name }) => `seal/${name}`);
      if (names.length === 0) return;
      const read = new Set(selectRead.all());
      const fresh = names.filter((path) => !read.has(path)).sort((a, b) => (failed.get(a) ?? 0) - (failed.get(b) ?? 0));
      const good = fresh.filter((path) => !failed.has(path));
      const tried = [...good, ...fresh.filter((path) => failed.has(path)).slice(0, tryCount)];
      const found = await readCheckpoints(writer, projectDir, tried);
      for (const path of tried) failed.set(path, (failed.get(path) ?? 0) + 1);
      db.transaction(() => {
        for (const { path, checkpoint } of found) {
          insertRead.run(path);
          if (checkpoint.projectId !== projectId) continue;
          for (const [session, [n, hash]] of Object.entries(checkpoint.heads)) sessions.announce(session, [n, hash], null);
        }
      }).immediate();
      for (const { path } of found) failed.delete(path);
    },
  };
}
