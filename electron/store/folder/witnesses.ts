/** Takes in what the checkpoints of all devices say there is, so that what is missing is known by name. Each file is read once. */
import { join } from 'node:path';
import type { Writer } from '../../files/atomic.ts';
import { readCheckpoints } from './checkpoints.ts';
import type { Sessions } from '../index/sessions.ts';
import type { Sqlite } from '../sqlite.ts';

export interface Witnesses {
  /** Reads checkpoints that are new in the folder. One that is not whole yet is tried again at the next call. */
  takeIn(): Promise<void>;
}

/** So many files that were not good are tried again at each call. */
const tryCount = 20;

export function createWitnesses({ writer, db, sessions, projectDir, projectId }: {
  readonly writer: Pick<Writer, 'disk'>; readonly db: Sqlite; readonly sessions: Sessions; readonly projectDir: string; readonly projectId: string;
}): Witnesses {
  const selectRead = db.prepare<[], string>('SELECT path FROM checkpoints_read').pluck();
  const insertRead = db.prepare<[string]>('INSERT OR IGNORE INTO checkpoints_read (path) VALUES (?)');
  const failed = new Map<string, number>();
  return {
    async takeIn() {
      const entries = await writer.disk.list(join(projectDir, 'seal')).catch(() => []);
      const names = entries.filter(({ name, kind }) => kind === 'file' && /^[^~].*\.json$/.test(name)).map(({ name }) => `seal/${name}`);
      if (names.length === 0) return;
      const read = new Set(selectRead.all());
      const fresh = names.filter((path) => !read.has(path));
      // Those that failed least often first.
      const again = fresh.filter((path) => failed.has(path)).sort((a, b) => (failed.get(a) ?? 0) - (failed.get(b) ?? 0));
      const tried = [...fresh.filter((path) => !failed.has(path)), ...again.slice(0, tryCount)];
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
