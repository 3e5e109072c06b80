/**
 * Registers: each keeps the writes that no other has removed. A write removes another iff it names it as causal parent
 * or follows it in the same session. What was removed leaves the number of its session's last write behind, so that an
 * earlier one that arrives late stays out.
 */
import type { EventRows } from './event-rows.ts';
import { createRowInserter } from './many-rows.ts';
import { fieldsOf, knownOps } from '../format/ops.ts';
import { recordVersion } from '../format/records.ts';
import type { Sqlite } from '../sqlite.ts';

/** The event that writes, as far as registers need it. */
export interface Writer {
  readonly hash: string;
  readonly session: number;
  readonly n: number;
  readonly parents: readonly string[];
  /** Row number of the event. */
  readonly seq: number;
  /** A later event of its session is here already. */
  readonly isLate: boolean;
}

/** The thing that is written to. */
export interface Thing {
  readonly no: number;
  readonly id: string;
  /** It has no registers in the database yet. */
  readonly isNew: boolean;
}

export interface Registers {
  /** Writes a value, given as canonical JSON. */
  write(thing: Thing, field: string, value: string, by: Writer): void;
  /** Notes that an event names parents, which may arrive later than it. */
  noteParents(parents: readonly string[]): void;
  /** Stores what was written. */
  flush(): void;
  /** Forgets everything: for a transaction that was rolled back. */
  forget(): void;
  /** Hashes of the surviving writes that are of other sessions than `session`. */
  foreignHeads(entity: string, field: string, session: number): string[];
}

interface Row { readonly session: number; readonly fork: number; n: number; event: number; value: string }
type RawRow = [field: string, session: number, fork: number, n: number, event: number, value: string];
interface State { readonly entity: number; readonly field: string; stored: readonly Row[]; rows: readonly Row[]; isDirty: boolean }

const nothing: readonly Row[] = [];
/**
 * So many registers are kept in memory between two calls, and as many that were used before those: about 10,000 things, to
 * which most changes of a team are. A change to another reads and writes its page again.
 */
const cacheLimit = 40_000;

export function createRegisters(db: Sqlite, events: Pick<EventRows, 'hashOf' | 'contentOf'>): Registers {
  const selectRows = db.prepare<[number], RawRow>(sql.selectRows).raw();
  type FullRow = [n: number, event: number, value: string, entity: number, field: string, session: number, fork: number];
  const added = createRowInserter(db, 'registers (entity, field, session, fork, n, event, value)', 7);
  const updateRow = db.prepare<FullRow>(sql.updateRow);
  const deleteRow = db.prepare<[number, string, number, number]>(sql.deleteRow);
  const putOverwritten = db.prepare<[number, string, number, number]>(sql.putOverwritten);
  const selectOverwritten = db.prepare<[number, string, number], number>(sql.selectOverwritten).pluck();
  const putConflict = db.prepare<[number, string]>(sql.putConflict);
  const deleteConflict = db.prepare<[number, string]>(sql.deleteConflict);
  const selectHeads = db.prepare<{ entity: string; field: string; session: number }, Buffer>(sql.selectHeads).pluck();
  const children = createChildren(db, events);
  /** By thing: those that were used lately, and those before them. */
  let states = new Map<number, Map<string, State>>();
  let earlier = new Map<number, Map<string, State>>();
  let stateCount = 0;
  const dirty: State[] = [];

  function load(entity: number): Map<string, State> {
    const all = new Map<string, State>();
    for (const [field, session, fork, n, event, value] of selectRows.all(entity)) {
      const row: Row = { session, fork, n, event, value };
      const state = all.get(field);
      if (state) state.stored = state.rows = [...state.stored, row];
      else all.set(field, newState(entity, field, [row]));
    }
    return all;
  }

  function newState(entity: number, field: string, rows: readonly Row[]): State {
    stateCount += 1;
    return { entity, field, stored: rows, rows, isDirty: false };
  }

  function stateOf(entity: number, field: string, isNew: boolean): State {
    let ofEntity = states.get(entity);
    if (!ofEntity) {
      const known = earlier.get(entity);
      if (known) stateCount += known.size;
      states.set(entity, (ofEntity = known ?? (isNew ? new Map() : load(entity))));
    }
    let state = ofEntity.get(field);
    if (!state) ofEntity.set(field, (state = newState(entity, field, nothing)));
    return state;
  }

  function trim(): void {
    if (stateCount <= cacheLimit) return;
    [earlier, states, stateCount] = [states, new Map(), 0];
  }

  function isNamed(row: Row, parents: readonly string[]): boolean {
    return parents.length > 0 && parents.includes(events.hashOf(row.event));
  }

  /** Whether `by` removes the row; an event that writes a register twice keeps the last. */
  function removes(by: Writer, row: Row): boolean {
    return row.event === by.seq || (row.session === by.session && row.n < by.n) || isNamed(row, by.parents);
  }

  /** Stores a register; rows that are new wait in `added`. */
  function flushState({ entity, field, stored, rows }: State): void {
    for (const row of stored) {
      if (!rows.some((each) => each.session === row.session && each.fork === row.fork)) deleteRow.run(entity, field, row.session, row.fork);
    }
    for (const row of rows) {
      if (stored.includes(row)) continue;
      const isThere = stored.some((each) => each.session === row.session && each.fork === row.fork);
      if (isThere) updateRow.run(row.n, row.event, row.value, entity, field, row.session, row.fork);
      else added.add(entity, field, row.session, row.fork, row.n, row.event, row.value);
    }
    if (rows.length > 1 && rows.some(({ value }) => value !== rows[0]?.value)) putConflict.run(entity, field);
    else if (stored.length > 1) deleteConflict.run(entity, field);
  }

  return {
    write({ no: entity, id, isNew }, field, value, by) {
      const state = stateOf(entity, field, isNew);
      const { session, n, seq } = by;
      const only = state.rows.length === 1 ? state.rows[0] : undefined;
      // The usual case, of very many: a row that is not stored yet is replaced by a later one of its session.
      if (only && only.session === session && only.n < n && only.fork === 0 && !by.isLate && !state.stored.includes(only) && !children.write(by.hash, id, field)) {
        only.n = n;
        only.event = seq;
        only.value = value;
        return;
      }
      let kept = nothing;
      let isDead = false;
      for (const row of state.rows) {
        if (!removes(by, row)) {
          kept = [...kept, row];
          isDead ||= row.session === session && row.n > n;
        } else if (row.session !== session || (row.n >= n && row.event !== seq)) {
          putOverwritten.run(entity, field, row.session, row.n);
        }
      }
      isDead ||= by.isLate && (selectOverwritten.get(entity, field, session) ?? -1) > n;
      if (!isDead && children.write(by.hash, id, field)) {
        isDead = true;
        putOverwritten.run(entity, field, session, n);
      }
      state.rows = isDead ? kept : [...kept, { session, fork: freeFork(kept, session), n, event: seq, value }];
      if (state.isDirty) return;
      state.isDirty = true;
      dirty.push(state);
    },
    noteParents: children.note,
    flush() {
      // In the order of the table, so that neighbours are found in the pages that are at hand.
      if (dirty.length > 1) dirty.sort((a, b) => a.entity - b.entity || (a.field < b.field ? -1 : 1));
      for (const state of dirty) {
        flushState(state);
        state.stored = state.rows;
        state.isDirty = false;
      }
      added.flush();
      dirty.length = 0;
      trim();
    },
    forget() {
      states.clear();
      earlier.clear();
      stateCount = 0;
      dirty.length = 0;
      added.forget();
      children.forget();
    },
    foreignHeads: (entity, field, session) => selectHeads.all({ entity, field, session }).map((hash) => hash.toString('hex')),
  };
}

/** The number that keeps the branches of a forked session apart; 0 unless there is a fork. */
function freeFork(rows: readonly Row[], session: number): number {
  let fork = 0;
  while (rows.some((row) => row.session === session && row.fork === fork)) fork += 1;
  return fork;
}

/** Events that name another as their causal parent, for a parent that arrives after its child. */
function createChildren(db: Sqlite, events: Pick<EventRows, 'contentOf'>) {
  const selectParents = db.prepare<[], Buffer>(sql.selectParents).pluck();
  const select = db.prepare<[Uint8Array], number>(sql.selectChildren).pluck();
  /** The beginnings of all hashes that are named: most events are not, and need no look into the table. */
  let named: Set<number> | null = null;
  let asked = '';
  let found: { entity: string; field: string }[] = [];

  function load(): Set<number> {
    const all = new Set<number>();
    for (const parent of selectParents.iterate()) all.add(parent.readUInt32BE(0));
    return all;
  }

  function fieldsWritten(hash: string): { entity: string; field: string }[] {
    return select.all(Buffer.from(hash, 'hex')).flatMap((child) => {
      const content = events.contentOf(child);
      if (!content || content.version > recordVersion) return [];
      return knownOps(JSON.parse(content.body)).flatMap((op) => fieldsOf(op).map(([name]) => ({ entity: op.e, field: name })));
    });
  }

  return {
    /** Whether a known child of the event writes the register. */
    write(hash: string, entity: string, field: string): boolean {
      if (asked !== hash) {
        named ??= load();
        found = named.has(beginning(hash)) ? fieldsWritten(hash) : [];
        asked = hash;
      }
      return found.some((each) => each.field === field && each.entity === entity);
    },
    note(parents: readonly string[]) {
      for (const parent of parents) named?.add(beginning(parent));
      asked = '';
    },
    forget() {
      named = null;
      asked = '';
    },
  };
}

/** The first 32 bits of a hash. */
function beginning(hash: string): number {
  return Number.parseInt(hash.slice(0, 8), 16);
}

const sql = {
  selectRows: 'SELECT field, session, fork, n, event, value FROM registers WHERE entity = ?',
  updateRow: 'UPDATE registers SET n = ?, event = ?, value = ? WHERE entity = ? AND field = ? AND session = ? AND fork = ?',
  deleteRow: 'DELETE FROM registers WHERE entity = ? AND field = ? AND session = ? AND fork = ?',
  putOverwritten: `INSERT INTO overwritten (entity, field, session, n) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET n = max(n, excluded.n)`,
  selectOverwritten: 'SELECT n FROM overwritten WHERE entity = ? AND field = ? AND session = ?',
  putConflict: 'INSERT OR IGNORE INTO conflicts (entity, field) VALUES (?, ?)',
  deleteConflict: 'DELETE FROM conflicts WHERE entity = ? AND field = ?',
  selectHeads: `SELECT (SELECT e.hash FROM events e WHERE e.seq = r.event) FROM registers r
    WHERE r.entity = (SELECT no FROM entities WHERE id = :entity) AND r.field = :field AND r.session <> :session`,
  /** No join: SQLite compiles one with parameters anew at each use (STAT4), and every event passes here. */
  selectChildren: 'SELECT child FROM parents WHERE parent = ?',
  selectParents: 'SELECT parent FROM parents',
} as const;
