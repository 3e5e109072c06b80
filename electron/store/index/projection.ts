/**
 * Applies events to the index. The result is a function of the set of events: order and repetition do not matter.
 * One event and a million take the same way: what a call changes is gathered per thing and stored once at its end.
 * What was stored is remembered for the next call; a transaction that is rolled back must end with `forget`.
 * Registers, sets and texts each have their rule in a file of their own.
 */
import { canonicalJson } from '../format/canonical.ts';
import { createEventRows, type IncomingEvent } from './event-rows.ts';
import { stampMs } from '../format/hlc.ts';
import { createRowInserter } from './many-rows.ts';
import { knownOps, type StoredOp } from '../format/ops.ts';
import { recordVersion } from '../format/records.ts';
import { createRegisters, type Thing, type Writer } from './registers.ts';
import { createSets } from './sets.ts';
import type { Sqlite } from '../sqlite.ts';
import { createTextMerger, type RefusedText } from './text.ts';
import { createTouches } from './touches.ts';

export type { IncomingEvent } from './event-rows.ts';

export interface Touched {
  readonly ids: Set<string>;
  readonly types: Set<string>;
  /** Text updates that Yjs refused. */
  readonly refusedTexts: RefusedText[];
}

export interface Projection {
  /** The index's number of a session. */
  sessionNumber(device: string, session: string): number;
  /** Applies events that the index does not have yet, inside the caller's transaction; returns what changed. */
  apply(events: readonly IncomingEvent[]): Touched;
  /** Whether the index has an event; there is nothing to have of none. */
  has(event: Pick<IncomingEvent, 'session' | 'n' | 'hash'> | undefined): boolean;
  /** The first half of `apply`: what changes is gathered in memory. `store` must follow in the same transaction. */
  gather(events: readonly IncomingEvent[]): void;
  /** Stores what was gathered; texts stay behind until `settleTexts`. */
  store(): Touched;
  /** Merges texts that are behind, each in the transaction that `inTransaction` makes. */
  settleTexts(inTransaction?: (work: () => void) => void): RefusedText[];
  /** Must be called when a transaction was rolled back. */
  forget(): void;
  /** Hashes of the surviving writes of a register that are of other sessions than `session`. */
  foreignHeads(entity: string, field: string, session: number): string[];
  /** Hashes of the events whose adds keep `value` in the set. */
  addTags(entity: string, name: string, value: string): string[];
}

interface EntityState extends Thing {
  readonly no: number;
  readonly id: string;
  isNew: boolean;
  type: string | null;
  createdT: string | null;
  createdHash: string | null;
  createdBy: string | null;
  changedT: string;
  changedHash: string;
  changedBy: string;
  /** Row number of the event that touched it last in this call. */
  lastSeq: number;
  isTouched: boolean;
  hasCreation: boolean;
  hasDeletion: boolean;
}

type EntityRow = [
  no: number, type: string | null, createdT: string | null, createdHash: Buffer | null, createdBy: string | null,
  changedT: string, changedHash: Buffer, changedBy: string,
];

/** So many things are kept in memory between two calls, and as many that were used before those. */
const cacheLimit = 10_000;

/** The statements that write the projection, prepared on `db`. */
export function createProjection(db: Sqlite): Projection {
  const selectEntity = db.prepare<[string], EntityRow>(sql.selectEntity).raw();
  const selectLastNo = db.prepare<[], number>(sql.selectLastNo).pluck();
  type Key = Uint8Array | null;
  const added = createRowInserter(db, sql.intoEntities, 9);
  const updateCreation = db.prepare<[string | null, string | null, Key, string | null, number]>(sql.updateCreation);
  const updateChange = db.prepare<[string, Key, string, number]>(sql.updateChange);
  const setDeleted = db.prepare<{ entity: number }>(sql.setDeleted);
  const insertParent = db.prepare<[Uint8Array, number]>(sql.insertParent);
  const insertReference = db.prepare<[string, number]>(sql.insertReference);
  const rows = createEventRows(db);
  const registers = createRegisters(db, rows);
  const sets = createSets(db);
  const texts = createTextMerger(db);
  const touches = createTouches(db);
  /** What was read or written lately, and what before that. */
  let entities = new Map<string, EntityState>();
  let earlier = new Map<string, EntityState>();
  /** What this call has touched. */
  let touched: EntityState[] = [];
  let lastNo: number | null = null;
  /** No thing above this number is in the database. */
  let storedNo: number | null = null;

  function forget(): void {
    entities.clear();
    earlier.clear();
    touched = [];
    added.forget();
    touches.forget();
    rows.forget();
    registers.forget();
    texts.clear();
    lastNo = null;
    storedNo = null;
  }

  function loadEntity(id: string): EntityState {
    storedNo ??= selectLastNo.get() ?? 0;
    const row = storedNo > 0 ? selectEntity.get(id) : undefined;
    if (!row) {
      lastNo = (lastNo ?? storedNo) + 1;
      return {
        no: lastNo, id, isNew: true, type: null, createdT: null, createdHash: null, createdBy: null,
        changedT: '', changedHash: '', changedBy: '', lastSeq: -1, isTouched: false, hasCreation: false, hasDeletion: false,
      };
    }
    const [no, type, createdT, createdHash, createdBy, changedT, changedHash, changedBy] = row;
    return {
      no, id, isNew: false, type, createdT, createdHash: createdHash?.toString('hex') ?? null, createdBy,
      changedT, changedHash: changedHash.toString('hex'), changedBy, lastSeq: -1, isTouched: false, hasCreation: false, hasDeletion: false,
    };
  }

  function entityOf(id: string): EntityState {
    let entity = entities.get(id);
    if (!entity) entities.set(id, (entity = earlier.get(id) ?? loadEntity(id)));
    return entity;
  }

  function applyOp(op: StoredOp, entity: EntityState, event: IncomingEvent, by: Writer): void {
    if (op.o === 'create' || op.o === 'set') {
      for (const field of Object.keys(op.f)) {
        registers.write(entity, field, canonicalJson(op.f[field]), by);
        if (field === 'deleted') entity.hasDeletion = true;
      }
    }
    if (op.o === 'create' && isEarlier(event.t, event.hash, entity.createdT, entity.createdHash)) {
      [entity.type, entity.createdT, entity.createdHash, entity.createdBy] = [op.t, event.t, event.hash, event.person];
      entity.hasCreation = true;
    }
    if (op.o === 'add') sets.add(entity.no, op.s, canonicalJson(op.x), event.hash);
    if (op.o === 'remove') sets.remove(entity.no, op.s, canonicalJson(op.x), op.r, event.hash);
    if (op.o === 'text') texts.note(entity.no, event.t, event.hash);
  }

  function applyEvent(event: IncomingEvent): void {
    const row = rows.insert(event);
    if (!row) return;
    const { seq, isLate } = row;
    const { hash, session, n, t, person, parents, body, version } = event;
    for (const parent of parents) insertParent.run(Buffer.from(parent, 'hex'), seq);
    if (parents.length > 0) registers.noteParents(parents);
    for (const object of referencedObjects(body)) insertReference.run(object, seq);
    if (version > recordVersion) return;
    const by: Writer = { hash, session, n, parents, seq, isLate };
    for (const op of knownOps(body)) {
      const entity = entityOf(op.e);
      if (entity.lastSeq !== seq) {
        entity.lastSeq = seq;
        if (!entity.isTouched) touched.push(entity);
        entity.isTouched = true;
        touches.note(entity.no, stampMs(t), seq);
        if (!isEarlier(t, hash, entity.changedT, entity.changedHash)) {
          entity.changedT = t;
          entity.changedHash = hash;
          entity.changedBy = person;
        }
      }
      applyOp(op, entity, event, by);
    }
  }

  function gather(events: readonly IncomingEvent[]): void {
    for (const event of events) applyEvent(event);
    rows.flushRows();
  }

  function store(): Touched {
    const result: Touched = { ids: new Set(), types: new Set(), refusedTexts: [] };
    for (const { id, type } of touched) {
      result.ids.add(id);
      if (type !== null) result.types.add(type);
    }
    flush();
    return result;
  }

  /** Stores what was gathered, in the order of the tables, so that neighbours are found in the pages that are at hand. */
  function flush(): void {
    const changed = touched.sort((a, b) => a.no - b.no);
    for (const entity of changed) {
      const { no, id, type, createdT, createdHash, createdBy, changedT, changedHash, changedBy } = entity;
      const changedKey = Buffer.from(changedHash, 'hex');
      const createdKey = createdHash === null ? null : Buffer.from(createdHash, 'hex');
      if (entity.isNew) added.add(no, id, type, createdT, createdKey, createdBy, changedT, changedKey, changedBy);
      else {
        updateChange.run(changedT, changedKey, changedBy, no);
        if (entity.hasCreation) updateCreation.run(type, createdT, createdKey, createdBy, no);
      }
      entity.hasCreation = false;
      entity.isNew = false;
    }
    added.flush();
    storedNo = lastNo ?? storedNo;
    touches.flush();
    registers.flush();
    for (const entity of changed) {
      if (entity.hasDeletion) setDeleted.run({ entity: entity.no });
      entity.hasDeletion = false;
      entity.isTouched = false;
    }
    texts.flush();
    rows.flush();
    touched = [];
    if (entities.size > cacheLimit) [earlier, entities] = [entities, new Map()];
  }

  function settleTexts(inTransaction: (work: () => void) => void = (work) => work()): RefusedText[] {
    const refused: RefusedText[] = [];
    for (const entity of texts.behind()) inTransaction(() => refused.push(...texts.settle(entity)));
    return refused;
  }

  return {
    sessionNumber: rows.sessionNumber,
    apply(events) {
      gather(events);
      const result = store();
      result.refusedTexts.push(...settleTexts());
      return result;
    },
    has: (event) => event === undefined || rows.has(event),
    gather,
    store,
    settleTexts,
    forget,
    foreignHeads: registers.foreignHeads,
    addTags: sets.tags,
  };
}

/** The objects an event says it needs. */
export function referencedObjects(body: unknown): string[] {
  const objects = typeof body === 'object' && body !== null && 'objs' in body ? body.objs : null;
  return Array.isArray(objects) ? objects.filter((hash): hash is string => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) : [];
}

/** Whether a stamp and hash come before another; everything comes before nothing. */
function isEarlier(t: string, hash: string, otherT: string | null, otherHash: string | null): boolean {
  return otherT === null || otherHash === null || t < otherT || (t === otherT && hash < otherHash);
}

const sql = {
  selectEntity: `SELECT no, type, created_t, created_hash, created_by, changed_t, changed_hash, changed_by FROM entities WHERE id = ?`,
  selectLastNo: 'SELECT max(no) FROM entities',
  intoEntities: 'entities (no, id, type, created_t, created_hash, created_by, changed_t, changed_hash, changed_by)',
  /** What made a thing changes rarely, and its columns are in a lookup. */
  updateCreation: 'UPDATE entities SET type = ?, created_t = ?, created_hash = ?, created_by = ? WHERE no = ?',
  updateChange: 'UPDATE entities SET changed_t = ?, changed_hash = ?, changed_by = ? WHERE no = ?',
  setDeleted: `UPDATE entities SET is_deleted = COALESCE((
      SELECT r.value = 'true' FROM registers r JOIN events e ON e.seq = r.event
      WHERE r.entity = :entity AND r.field = 'deleted' ORDER BY e.t DESC, e.hash DESC LIMIT 1), 0)
    WHERE no = :entity`,
  insertParent: 'INSERT OR IGNORE INTO parents (parent, child) VALUES (?, ?)',
  insertReference: 'INSERT OR IGNORE INTO object_references (object, event) VALUES (?, ?)',
} as const;
