/** Reads the events of the index, newest first by (clock, hash). */
import { stampMs } from '../format/hlc.ts';
import { isEventHash } from './index-schema.ts';
import { knownOps, type StoredOp } from '../format/ops.ts';
import type { Sqlite } from '../sqlite.ts';

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
  seq: number; hash: Buffer; t: string; person: string; device: string; session: string; n: number; kind: string; body: string;
}

export function createEventLog(db: Sqlite): EventLog {
  const count = db.prepare<[], number>(sql.count).pluck();
  const references = db.prepare<[], string>(sql.references).pluck();
  const hasEvent = db.prepare<{ hash: Uint8Array }, number>(sql.hasEvent).pluck();
  const selectEvent = db.prepare<{ hash: Uint8Array }, EventRow>(sql.selectEvent);
  const selectStamp = db.prepare<[number], { t: string; hash: Buffer }>(sql.selectStamp);
  const statements = new Map<string, ReturnType<typeof db.prepare<Record<string, unknown>, EventRow>>>();

  /** One statement for each combination of filters, so that each gets a plan of its own. */
  function page({ entity, person, device, kinds, sinceMs, untilMs, limit, before }: EventQuery): EventRow[] {
    const last = before === undefined ? undefined : selectStamp.get(before);
    const isOfAll = entity === undefined;
    const filters: string[] = [];
    if (person !== undefined) filters.push(sql.ofPerson);
    if (device !== undefined) filters.push(sql.ofDevice);
    if (kinds !== undefined) filters.push(sql.ofKinds);
    if (sinceMs !== undefined) filters.push(isOfAll ? 'e.t >= :since' : 'x.at_ms >= :since');
    if (untilMs !== undefined) filters.push(isOfAll ? 'e.t < :until' : 'x.at_ms < :until');
    if (last) filters.push(`${isOfAll ? 'e.t <= :t' : 'x.at_ms <= :atMs'} AND (e.t < :t OR (e.t = :t AND e.hash < :hash))`);
    const from = isOfAll ? sql.fromAll : sql.fromEntity;
    const text = sql.selectPage(from, filters.map((filter) => ` AND ${filter}`).join(''), isOfAll ? 'e.t DESC' : 'x.at_ms DESC, e.t DESC');
    let statement = statements.get(text);
    if (!statement) statements.set(text, (statement = db.prepare<Record<string, unknown>, EventRow>(text)));
    return statement.all({
      limit,
      ...(entity !== undefined && { entity }),
      ...(person !== undefined && { person }),
      ...(device !== undefined && { device }),
      ...(kinds !== undefined && { kinds: JSON.stringify(kinds) }),
      ...(sinceMs !== undefined && { since: isOfAll ? stampStart(sinceMs) : sinceMs }),
      ...(untilMs !== undefined && { until: isOfAll ? stampStart(untilMs) : untilMs }),
      ...(last && { ...last, ...(!isOfAll && { atMs: stampMs(last.t) }) }),
    });
  }

  return {
    events: (query) => page(query).map(eventOf),
    event(hash) {
      const row = selectEvent.get({ hash: Buffer.from(hash, 'hex') });
      return row ? eventOf(row) : null;
    },
    eventCount: () => count.get() ?? 0,
    referencedObjects: () => references.all(),
    has: (hash) => hasEvent.get({ hash: Buffer.from(hash, 'hex') }) !== undefined,
  };
}

function eventOf({ seq, hash, t, person, device, session, n, kind, body }: EventRow): StoredEvent {
  const content: unknown = JSON.parse(body);
  return { seq, hash: hash.toString('hex'), atMs: stampMs(t), person, device, session, n, kind, why: whyOf(content), ops: knownOps(content) };
}

function whyOf(body: unknown): string | null {
  const why = typeof body === 'object' && body !== null && 'why' in body ? body.why : null;
  return typeof why === 'string' ? why : null;
}

/** No stamp of this millisecond or a later one is below. */
function stampStart(ms: number): string {
  return Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
}

const columns = 'e.seq, e.hash, e.t, p.name AS person, s.device, s.session, e.n, k.name AS kind, e.body';
const joins = 'JOIN sessions s ON s.id = e.session JOIN names p ON p.id = e.person JOIN names k ON k.id = e.kind';

const sql = {
  /** Filters are on columns of the index by time, so an event that does not match costs no look at its row. */
  fromAll: 'FROM events e INDEXED BY events_by_time WHERE TRUE',
  fromEntity: 'FROM touches x CROSS JOIN events e ON e.seq = x.event WHERE x.entity = (SELECT no FROM entities WHERE id = :entity)',
  ofPerson: 'e.person = (SELECT id FROM names WHERE name = :person)',
  ofDevice: 'e.session IN (SELECT id FROM sessions WHERE device = :device)',
  ofKinds: `e.kind IN (SELECT id FROM names WHERE EXISTS (SELECT 1 FROM json_each(:kinds) k WHERE substr(name, 1, length(k.value)) = k.value))`,
  selectPage: (from: string, filters: string, order: string) => `SELECT ${columns} FROM (
      SELECT e.seq AS seq ${from} ${filters} ORDER BY ${order}, e.hash DESC LIMIT :limit
    ) page CROSS JOIN events e ON e.seq = page.seq ${joins} ORDER BY e.t DESC, e.hash DESC`,
  count: 'SELECT COALESCE(sum(event_count), 0) FROM sessions',
  references: 'SELECT DISTINCT object FROM object_references ORDER BY object',
  hasEvent: `SELECT 1 FROM events WHERE ${isEventHash}`,
  selectStamp: 'SELECT t, hash FROM events WHERE seq = ?',
  selectEvent: `SELECT ${columns} FROM events e ${joins} WHERE e.seq = (SELECT seq FROM events WHERE ${isEventHash})`,
} as const;
