/** Reads the events of the index, newest first by (clock, hash). */
import { stampMs } from './hlc.ts';
import { knownOps, type StoredOp } from './ops.ts';
import type { Sqlite } from './sqlite.ts';

export interface StoredEvent {
  /** Cursor for `before`; local to this index. */
  seq: number;
  hash: string;
  atMs: number;
  person: string;
  device: string;
  /** The action, for example "datasets.import". */
  kind: string;
  why: string | null;
  /** The ops this version understands. */
  ops: StoredOp[];
}

export interface EventQuery {
  entity?: string;
  limit: number;
  /** The `seq` of the last event of the page before. */
  before?: number;
}

export interface EventLog {
  events(query: EventQuery): StoredEvent[];
  eventCount(): number;
  /** Every object that an event names, by hash. */
  referencedObjects(): string[];
  /** Whether the index has the event. */
  has(hash: string): boolean;
}

interface EventRow {
  seq: number; hash: string; t: string; person: string; device: string; kind: string; body: string;
}

export function createEventLog(db: Sqlite): EventLog {
  const selectAll = db.prepare<{ before: number | null; limit: number }, EventRow>(sql.selectAll);
  const selectOfEntity = db.prepare<{ before: number | null; limit: number; entity: string }, EventRow>(sql.selectOfEntity);
  const count = db.prepare<[], number>(sql.count).pluck();
  const references = db.prepare<[], string>(sql.references).pluck();
  const hasEvent = db.prepare<{ hash: string }, number>(sql.hasEvent).pluck();
  return {
    events({ entity, limit, before }) {
      const page = { before: before ?? null, limit };
      const rows = entity === undefined ? selectAll.all(page) : selectOfEntity.all({ ...page, entity });
      return rows.map(({ seq, hash, t, person, device, kind, body }) => {
        const content: unknown = JSON.parse(body);
        return { seq, hash, atMs: stampMs(t), person, device, kind, why: whyOf(content), ops: knownOps(content) };
      });
    },
    eventCount: () => count.get() ?? 0,
    referencedObjects: () => references.all(),
    has: (hash) => hasEvent.get({ hash }) !== undefined,
  };
}

function whyOf(body: unknown): string | null {
  const why = typeof body === 'object' && body !== null && 'why' in body ? body.why : null;
  return typeof why === 'string' ? why : null;
}

const columns = 'e.seq, e.hash, e.t, e.person, s.device, e.kind, e.body';
const earlier = '(:before IS NULL OR (e.t, e.hash) < (SELECT t, hash FROM events WHERE seq = :before))';

const sql = {
  selectAll: `SELECT ${columns} FROM events e JOIN sessions s ON s.id = e.session
    WHERE ${earlier} ORDER BY e.t DESC, e.hash DESC LIMIT :limit`,
  selectOfEntity: `SELECT ${columns} FROM touches x JOIN events e ON e.seq = x.event JOIN sessions s ON s.id = e.session
    WHERE x.entity = :entity AND ${earlier} ORDER BY e.t DESC, e.hash DESC LIMIT :limit`,
  count: 'SELECT COUNT(*) FROM events',
  references: 'SELECT DISTINCT object FROM object_references ORDER BY object',
  hasEvent: 'SELECT 1 FROM events WHERE hash = :hash',
} as const;
