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
  /** Where it stands in the log: its session, and its number there. */
  session: string;
  n: number;
  /** The action, for example "datasets.import". */
  kind: string;
  why: string | null;
  /** The ops this version understands. */
  ops: StoredOp[];
}

export interface EventQuery {
  entity?: string;
  person?: string;
  device?: string;
  /** Beginnings of kinds: "runs." finds "runs.start". */
  kinds?: readonly string[];
  sinceMs?: number;
  untilMs?: number;
  limit: number;
  /** The `seq` of the last event of the page before. */
  before?: number;
}

export interface EventLog {
  events(query: EventQuery): StoredEvent[];
  /** Null when the index does not have the event. */
  event(hash: string): StoredEvent | null;
  eventCount(): number;
  /** Every object that an event names, by hash. */
  referencedObjects(): string[];
  /** Whether the index has the event. */
  has(hash: string): boolean;
}

interface EventRow {
  seq: number; hash: string; t: string; person: string; device: string; session: string; n: number; kind: string; body: string;
}

export function createEventLog(db: Sqlite): EventLog {
  const count = db.prepare<[], number>(sql.count).pluck();
  const references = db.prepare<[], string>(sql.references).pluck();
  const hasEvent = db.prepare<{ hash: string }, number>(sql.hasEvent).pluck();
  const selectEvent = db.prepare<{ hash: string }, EventRow>(sql.selectEvent);
  const statements = new Map<string, ReturnType<typeof db.prepare<Record<string, unknown>, EventRow>>>();

  /** One statement for each combination of filters, so that each gets a plan of its own. */
  function page(query: EventQuery): EventRow[] {
    const { entity, person, device, kinds, sinceMs, untilMs, limit, before } = query;
    const filters: string[] = [];
    if (person !== undefined) filters.push(sql.ofPerson);
    if (device !== undefined) filters.push(sql.ofDevice);
    if (kinds !== undefined) filters.push(sql.ofKinds);
    if (sinceMs !== undefined) filters.push('e.t >= :since');
    if (untilMs !== undefined) filters.push('e.t < :until');
    if (before !== undefined) filters.push(sql.earlier);
    const text = `${entity === undefined ? sql.fromAll : sql.fromEntity}${filters.map((filter) => ` AND ${filter}`).join('')}${sql.newestFirst}`;
    let statement = statements.get(text);
    if (!statement) statements.set(text, (statement = db.prepare<Record<string, unknown>, EventRow>(text)));
    return statement.all({
      limit,
      ...(entity !== undefined && { entity }),
      ...(person !== undefined && { person }),
      ...(device !== undefined && { device }),
      ...(kinds !== undefined && { kinds: JSON.stringify(kinds) }),
      ...(sinceMs !== undefined && { since: stampStart(sinceMs) }),
      ...(untilMs !== undefined && { until: stampStart(untilMs) }),
      ...(before !== undefined && { before }),
    });
  }

  return {
    events: (query) => page(query).map(eventOf),
    event(hash) {
      const row = selectEvent.get({ hash });
      return row ? eventOf(row) : null;
    },
    eventCount: () => count.get() ?? 0,
    referencedObjects: () => references.all(),
    has: (hash) => hasEvent.get({ hash }) !== undefined,
  };
}

function eventOf({ seq, hash, t, person, device, session, n, kind, body }: EventRow): StoredEvent {
  const content: unknown = JSON.parse(body);
  return { seq, hash, atMs: stampMs(t), person, device, session, n, kind, why: whyOf(content), ops: knownOps(content) };
}

function whyOf(body: unknown): string | null {
  const why = typeof body === 'object' && body !== null && 'why' in body ? body.why : null;
  return typeof why === 'string' ? why : null;
}

/** No stamp of this millisecond or a later one is below. */
function stampStart(ms: number): string {
  return Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
}

const columns = 'e.seq, e.hash, e.t, e.person, s.device, s.session, e.n, e.kind, e.body';

const sql = {
  fromAll: `SELECT ${columns} FROM events e JOIN sessions s ON s.id = e.session WHERE TRUE`,
  fromEntity: `SELECT ${columns} FROM touches x JOIN events e ON e.seq = x.event JOIN sessions s ON s.id = e.session WHERE x.entity = :entity`,
  ofPerson: 'e.person = :person',
  ofDevice: 's.device = :device',
  ofKinds: 'EXISTS (SELECT 1 FROM json_each(:kinds) k WHERE substr(e.kind, 1, length(k.value)) = k.value)',
  earlier: '(e.t, e.hash) < (SELECT t, hash FROM events WHERE seq = :before)',
  newestFirst: ' ORDER BY e.t DESC, e.hash DESC LIMIT :limit',
  count: 'SELECT COUNT(*) FROM events',
  references: 'SELECT DISTINCT object FROM object_references ORDER BY object',
  hasEvent: 'SELECT 1 FROM events WHERE hash = :hash',
  selectEvent: `SELECT ${columns} FROM events e JOIN sessions s ON s.id = e.session WHERE e.hash = :hash`,
} as const;
