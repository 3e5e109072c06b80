/**
 * Applies events to the index. The result is a function of the set of events: order and repetition do not matter.
 * - Register: a write removes another iff it names it as causal parent or follows it in the same session; the rest are
 *   concurrent and all kept. What removes is remembered, so a removed write that arrives late stays removed.
 * - Set (OR-set, Shapiro et al. 2011): a remove takes away the adds it had seen; an add it had not seen survives.
 * - Text: Yjs updates in the order of (clock, hash); one that arrives late has the text built anew.
 */
import { canonicalJson } from './canonical.ts';
import { fieldsOf, knownOps, type StoredOp } from './ops.ts';
import { recordVersion } from './records.ts';
import type { Sqlite } from './sqlite.ts';
import { createTextMerger } from './text.ts';

/** An event on its way into the index; `session` is the index's own number of the session. */
export interface IncomingEvent {
  readonly hash: string;
  readonly session: number;
  readonly n: number;
  readonly t: string;
  readonly person: string;
  readonly kind: string;
  readonly version: number;
  readonly parents: readonly string[];
  readonly body: unknown;
}

export interface Touched {
  readonly ids: Set<string>;
  readonly types: Set<string>;
  /** Text updates that Yjs refused, as "entity: reason". */
  readonly refusedTexts: string[];
}

export interface Projection {
  /** The index's number of a session. */
  sessionNumber(device: string, session: string): number;
  /** Applies events that the index does not have yet, inside the caller's transaction; returns what changed. */
  apply(events: readonly IncomingEvent[]): Touched;
  /** Hashes of the surviving writes of a register that are of other sessions than `session`. */
  foreignHeads(entity: string, field: string, session: number): string[];
  /** Hashes of the events whose adds keep `value` in the set. */
  addTags(entity: string, name: string, value: string): string[];
}

/** The statements that write the projection, prepared on `db`. */
export function createProjection(db: Sqlite): Projection {
  const insertSession = db.prepare<{ device: string; session: string }>(sql.insertSession);
  const selectSession = db.prepare<{ device: string; session: string }, number>(sql.selectSession).pluck();
  const insertEvent = db.prepare(sql.insertEvent);
  const insertParent = db.prepare<{ parent: string; child: number }>(sql.insertParent);
  const insertTouch = db.prepare<{ entity: string; t: string; event: number }>(sql.insertTouch);
  const touchEntity = db.prepare(sql.touchEntity);
  const createEntity = db.prepare(sql.createEntity);
  const selectType = db.prepare<{ id: string }, string | null>(sql.selectType).pluck();
  const insertReference = db.prepare<{ object: string; event: number }>(sql.insertReference);
  const register = createRegisters(db);
  const set = createSets(db);
  const texts = createTextMerger(db);

  function applyOp(op: StoredOp, event: IncomingEvent, seq: number): void {
    if (op.o === 'create') {
      createEntity.run({ id: op.e, type: op.t, t: event.t, hash: event.hash, person: event.person });
    }
    for (const [field, value] of fieldsOf(op)) register.write(op.e, field, canonicalJson(value), event, seq);
    if (op.o === 'add') set.add(op.e, op.s, canonicalJson(op.x), event, seq);
    if (op.o === 'remove') set.remove(op.e, op.s, canonicalJson(op.x), op.r, seq);
    if (op.o === 'text') texts.add(op.e, event.t, event.hash, Buffer.from(op.u, 'base64'));
  }

  return {
    sessionNumber(device, session) {
      insertSession.run({ device, session });
      return selectSession.get({ device, session }) ?? 0;
    },
    apply(events) {
      // What an earlier, failed transaction queued must not come back.
      texts.clear();
      const ids = new Set<string>();
      for (const event of events) {
        const { hash, session, n, t, person, kind, version } = event;
        const { changes, lastInsertRowid } = insertEvent.run({ hash, session, n, t, person, kind, version, body: JSON.stringify(event.body ?? null) });
        if (changes === 0) continue;
        const seq = Number(lastInsertRowid);
        for (const parent of event.parents) insertParent.run({ parent, child: seq });
        for (const object of referencedObjects(event.body)) insertReference.run({ object, event: seq });
        const ops = version > recordVersion ? [] : knownOps(event.body);
        for (const id of new Set(ops.map((op) => op.e))) {
          ids.add(id);
          insertTouch.run({ entity: id, t, event: seq });
          touchEntity.run({ id, t, hash, person });
        }
        for (const op of ops) applyOp(op, event, seq);
      }
      const refusedTexts = texts.settle();
      const types = new Set([...ids].flatMap((id) => selectType.get({ id }) ?? []));
      return { ids, types, refusedTexts };
    },
    foreignHeads: register.foreignHeads,
    addTags: set.tags,
  };
}

/** The objects an event says it needs. */
export function referencedObjects(body: unknown): string[] {
  const objects = typeof body === 'object' && body !== null && 'objs' in body ? body.objs : null;
  return Array.isArray(objects) ? objects.filter((hash): hash is string => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) : [];
}

function createRegisters(db: Sqlite) {
  const alive = db.prepare<{ entity: string; field: string }, { event: number; session: number; n: number; hash: string }>(sql.aliveWrites);
  const insert = db.prepare(sql.insertWrite);
  const kill = db.prepare<{ entity: string; field: string; session: number; n: number; event: number }>(sql.killWrite);
  const laterInSession = db.prepare<{ entity: string; field: string; session: number; n: number }, number>(sql.laterInSession).pluck();
  const children = db.prepare<{ parent: string }, number>(sql.selectChildren).pluck();
  const isWrittenBy = db.prepare<{ entity: string; field: string; event: number }, number>(sql.isWrittenBy).pluck();
  const setDeleted = db.prepare<{ entity: string }>(sql.setDeleted);
  return {
    write(entity: string, field: string, value: string, event: IncomingEvent, seq: number): void {
      const { session, n, hash, parents } = event;
      for (const other of alive.all({ entity, field })) {
        if ((other.session === session && other.n < n) || parents.includes(other.hash)) {
          kill.run({ entity, field, session: other.session, n: other.n, event: other.event });
        }
      }
      const isDead = laterInSession.get({ entity, field, session, n }) !== undefined ||
        children.all({ parent: hash }).some((child) => isWrittenBy.get({ entity, field, event: child }) !== undefined);
      insert.run({ entity, field, session, n, event: seq, value: isDead ? null : value, isAlive: isDead ? 0 : 1 });
      if (field === 'deleted') setDeleted.run({ entity });
    },
    foreignHeads: (entity: string, field: string, session: number): string[] =>
      alive.all({ entity, field }).flatMap((write) => (write.session === session ? [] : [write.hash])),
  };
}

function createSets(db: Sqlite) {
  type Key = { entity: string; name: string; value: string };
  const insertAdd = db.prepare(sql.insertAdd);
  const isRemoved = db.prepare<Key & { tag: string }, number>(sql.isRemoved).pluck();
  const insertRemove = db.prepare<Key & { tag: string }>(sql.insertRemove);
  const killAdd = db.prepare<Key & { tag: string }>(sql.killAdd);
  const killOwnAdd = db.prepare<Key & { event: number }>(sql.killOwnAdd);
  const tags = db.prepare<Key, string>(sql.addTags).pluck();
  return {
    add(entity: string, name: string, value: string, event: IncomingEvent, seq: number): void {
      const isAlive = isRemoved.get({ entity, name, value, tag: event.hash }) === undefined ? 1 : 0;
      insertAdd.run({ entity, name, value, event: seq, isAlive });
    },
    /** An event cannot name its own hash: a remove also takes away an add before it in the same event. */
    remove(entity: string, name: string, value: string, seen: readonly string[], seq: number): void {
      killOwnAdd.run({ entity, name, value, event: seq });
      for (const tag of seen) {
        insertRemove.run({ entity, name, value, tag });
        killAdd.run({ entity, name, value, tag });
      }
    },
    tags: (entity: string, name: string, value: string): string[] => tags.all({ entity, name, value }),
  };
}

const sql = {
  insertSession: 'INSERT OR IGNORE INTO sessions (device, session) VALUES (:device, :session)',
  selectSession: 'SELECT id FROM sessions WHERE device = :device AND session = :session',
  insertEvent: `INSERT OR IGNORE INTO events (hash, session, n, t, person, kind, version, body)
    VALUES (:hash, :session, :n, :t, :person, :kind, :version, :body)`,
  insertParent: 'INSERT OR IGNORE INTO parents (parent, child) VALUES (:parent, :child)',
  insertTouch: 'INSERT OR IGNORE INTO touches (entity, t, event) VALUES (:entity, :t, :event)',
  touchEntity: `INSERT INTO entities (id, changed_t, changed_hash, changed_by) VALUES (:id, :t, :hash, :person)
    ON CONFLICT (id) DO UPDATE SET changed_t = :t, changed_hash = :hash, changed_by = :person
    WHERE (:t, :hash) > (changed_t, changed_hash)`,
  createEntity: `UPDATE entities SET type = :type, created_t = :t, created_hash = :hash, created_by = :person
    WHERE id = :id AND (created_t IS NULL OR (:t, :hash) < (created_t, created_hash))`,
  selectType: 'SELECT type FROM entities WHERE id = :id',
  insertReference: 'INSERT OR IGNORE INTO object_references (object, event) VALUES (:object, :event)',
  /** No joins where every event passes: SQLite compiles a join with parameters anew at each use (STAT4; 15 times slower). */
  aliveWrites: `SELECT r.event, r.session, r.n, (SELECT e.hash FROM events e WHERE e.seq = r.event) AS hash FROM registers r
    WHERE r.entity = :entity AND r.is_alive = 1 AND r.field = :field`,
  insertWrite: `INSERT OR REPLACE INTO registers (entity, field, session, n, event, value, is_alive)
    VALUES (:entity, :field, :session, :n, :event, :value, :isAlive)`,
  killWrite: `UPDATE registers SET is_alive = 0, value = NULL
    WHERE entity = :entity AND field = :field AND session = :session AND n = :n AND event = :event`,
  laterInSession: `SELECT 1 FROM registers
    WHERE entity = :entity AND field = :field AND session = :session AND n > :n LIMIT 1`,
  selectChildren: 'SELECT child FROM parents WHERE parent = :parent',
  isWrittenBy: `SELECT 1 FROM events e CROSS JOIN registers r
    ON r.entity = :entity AND r.field = :field AND r.session = e.session AND r.n = e.n AND r.event = e.seq WHERE e.seq = :event`,
  setDeleted: `UPDATE entities SET is_deleted = COALESCE((
      SELECT r.value = 'true' FROM registers r JOIN events e ON e.seq = r.event
      WHERE r.entity = :entity AND r.field = 'deleted' AND r.is_alive = 1 ORDER BY e.t DESC, e.hash DESC LIMIT 1), 0)
    WHERE id = :entity`,
  insertAdd: `INSERT INTO set_adds (entity, name, value, event, is_alive) VALUES (:entity, :name, :value, :event, :isAlive)
    ON CONFLICT DO UPDATE SET is_alive = :isAlive`,
  isRemoved: 'SELECT 1 FROM set_removes WHERE entity = :entity AND name = :name AND value = :value AND tag = :tag',
  insertRemove: 'INSERT OR IGNORE INTO set_removes (entity, name, value, tag) VALUES (:entity, :name, :value, :tag)',
  killAdd: `UPDATE set_adds SET is_alive = 0 WHERE entity = :entity AND name = :name AND value = :value
    AND event = (SELECT seq FROM events WHERE hash = :tag)`,
  killOwnAdd: 'UPDATE set_adds SET is_alive = 0 WHERE entity = :entity AND name = :name AND value = :value AND event = :event',
  addTags: `SELECT e.hash FROM set_adds a JOIN events e ON e.seq = a.event
    WHERE a.entity = :entity AND a.name = :name AND a.value = :value AND a.is_alive = 1 ORDER BY e.hash`,
} as const;
