/** Sets (OR-set, Shapiro et al. 2011): a remove takes away the adds it had seen; an add it had not seen survives. */
import type { Sqlite } from '../sqlite.ts';

export interface Sets {
  /** Adds a value, given as canonical JSON, with the event's hash as its tag. */
  add(entity: number, name: string, value: string, hash: string): void;
  /** An event cannot name its own hash: its remove also takes away an add before it in the same event. */
  remove(entity: number, name: string, value: string, seen: readonly string[], hash: string): void;
  /** Hashes of the events whose adds keep `value` in the set. */
  tags(entity: string, name: string, value: string): string[];
}

export function createSets(db: Sqlite): Sets {
  type Key = [entity: number, name: string, value: string, tag: Uint8Array];
  const insertAdd = db.prepare<Key>(sql.insertAdd);
  const isRemoved = db.prepare<Key, number>(sql.isRemoved).pluck();
  const insertRemove = db.prepare<Key>(sql.insertRemove);
  const deleteAdd = db.prepare<Key>(sql.deleteAdd);
  const selectTags = db.prepare<{ entity: string; name: string; value: string }, Buffer>(sql.selectTags).pluck();
  return {
    add(entity, name, value, hash) {
      const tag = Buffer.from(hash, 'hex');
      if (isRemoved.get(entity, name, value, tag) === undefined) insertAdd.run(entity, name, value, tag);
    },
    remove(entity, name, value, seen, hash) {
      deleteAdd.run(entity, name, value, Buffer.from(hash, 'hex'));
      for (const each of seen) {
        const tag = Buffer.from(each, 'hex');
        insertRemove.run(entity, name, value, tag);
        deleteAdd.run(entity, name, value, tag);
      }
    },
    tags: (entity, name, value) => selectTags.all({ entity, name, value }).map((tag) => tag.toString('hex')),
  };
}

const sql = {
  insertAdd: 'INSERT OR IGNORE INTO set_adds (entity, name, value, tag) VALUES (?, ?, ?, ?)',
  isRemoved: 'SELECT 1 FROM set_removes WHERE entity = ? AND name = ? AND value = ? AND tag = ?',
  insertRemove: 'INSERT OR IGNORE INTO set_removes (entity, name, value, tag) VALUES (?, ?, ?, ?)',
  deleteAdd: 'DELETE FROM set_adds WHERE entity = ? AND name = ? AND value = ? AND tag = ?',
  selectTags: `SELECT tag FROM set_adds WHERE entity = (SELECT no FROM entities WHERE id = :entity) AND name = :name AND value = :value
    ORDER BY tag`,
} as const;
