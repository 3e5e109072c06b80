/**
 * The past: things as they were just after an event, and what an event replaced. The past is made by the real projection
 * over an index in memory that is fed with the events of these things up to then, in the order of (clock, hash).
 */
import { canonicalJson, type JsonValue } from '../format/canonical.ts';
import { createEntityReader, type EntityReader, type FieldVersion } from './entities.ts';
import { stampMs } from '../format/hlc.ts';
import { createIndexSchema, isEventHash } from './index-schema.ts';
import { fieldsOf, knownOps } from '../format/ops.ts';
import { createProjection, type IncomingEvent } from './projection.ts';
import { recordVersion } from '../format/records.ts';
import { openSqlite, type Sqlite } from '../sqlite.ts';

export interface PastReader extends EntityReader {
  close(): void;
}

/** A register that an event wrote, and the writes it replaced. */
export interface Replaced {
  entity: string;
  field: string;
  values: FieldVersion[];
}

export interface Past {
  /** The state of these things just after the event, deleted ones too. Costs their whole history. */
  past(hash: string, ids: readonly string[]): PastReader;
  /** For each register the event wrote: the writes it replaced. Empty when the index does not have the event. */
  replaced(hash: string): Replaced[];
}

interface EventRow {
  seq: number; session: number; device: string; sessionName: string; n: number; hash: string; t: string; person: string; kind: string;
  version: number; parents: Buffer | null; body: string;
}

export function createPast(db: Sqlite): Past {
  const selectEvent = db.prepare<{ hash: Uint8Array }, EventRow>(sql.selectEvent);
  const selectUpTo = db.prepare<{ ids: string; atMs: number; t: string; hash: string }, EventRow>(sql.selectUpTo);
  const selectEarlier = db.prepare<{ entity: string; session: number; n: number; atMs: number }, EventRow>(sql.selectEarlier);
  const selectChildren = db.prepare<{ hash: string; t: string }, string>(sql.selectChildren).pluck();

  /** The value an event leaves in a register, or undefined when it does not write it. */
  function valueOf(row: EventRow, entity: string, field: string): JsonValue | undefined {
    if (row.version > recordVersion) return undefined;
    return knownOps(JSON.parse(row.body)).flatMap((op) => (op.e === entity ? fieldsOf(op) : [])).findLast(([name]) => name === field)?.[1];
  }

  function versionOf(row: EventRow, entity: string, field: string): FieldVersion[] {
    const value = valueOf(row, entity, field);
    return value === undefined ? [] : [{ hash: row.hash, atMs: stampMs(row.t), person: row.person, value }];
  }

  function replacedIn(row: EventRow, parents: readonly EventRow[], entity: string, field: string): FieldVersion[] {
    const values = parents.flatMap((parent) => versionOf(parent, entity, field));
    for (const own of selectEarlier.iterate({ entity, session: row.session, n: row.n, atMs: stampMs(row.t) })) {
      const [version] = versionOf(own, entity, field);
      if (!version) continue;
      // When others' writes were replaced, they may have replaced this one already.
      const isGone = values.length > 0 && selectChildren.all({ hash: own.hash, t: row.t })
        .some((body) => knownOps(JSON.parse(body)).some((op) => op.e === entity && fieldsOf(op).some(([name]) => name === field)));
      if (!isGone) values.push(version);
      break;
    }
    return values.sort((a, b) => b.atMs - a.atMs || (a.hash < b.hash ? 1 : -1));
  }

  return {
    past(hash, ids) {
      const memory = openSqlite(':memory:');
      createIndexSchema(memory);
      const projection = createProjection(memory);
      const last = selectEvent.get({ hash: Buffer.from(hash, 'hex') });
      const rows = last ? selectUpTo.all({ ids: JSON.stringify(ids), atMs: stampMs(last.t), t: last.t, hash }) : [];
      projection.apply(rows.map((row): IncomingEvent => ({
        hash: row.hash, session: projection.sessionNumber(row.device, row.sessionName), n: row.n, t: row.t, person: row.person, kind: row.kind,
        version: row.version, parents: hashesOf(row.parents), body: JSON.parse(row.body),
      })));
      return { ...createEntityReader(memory), close: () => memory.close() };
    },
    replaced(hash) {
      const row = selectEvent.get({ hash: Buffer.from(hash, 'hex') });
      if (!row || row.version > recordVersion) return [];
      const parents = hashesOf(row.parents).flatMap((parent) => selectEvent.get({ hash: Buffer.from(parent, 'hex') }) ?? []);
      const written = new Map<string, { entity: string; field: string }>();
      for (const op of knownOps(JSON.parse(row.body))) {
        for (const [field] of fieldsOf(op)) written.set(canonicalJson([op.e, field]), { entity: op.e, field });
      }
      return [...written.values()].map(({ entity, field }) => ({ entity, field, values: replacedIn(row, parents, entity, field) }));
    },
  };
}

/** The hashes of a row of them, 32 bytes each. */
export function hashesOf(bytes: Uint8Array | null): string[] {
  const hex = bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex') : '';
  return hex.match(/.{64}/g) ?? [];
}

const columns = `e.seq, e.session, s.device, s.session AS sessionName, e.n, lower(hex(e.hash)) AS hash, e.t, p.name AS person, k.name AS kind,
  e.version, e.parents, e.body`;
const joins = 'JOIN sessions s ON s.id = e.session JOIN names p ON p.id = e.person JOIN names k ON k.id = e.kind';

const sql = {
  selectEvent: `SELECT ${columns} FROM events e ${joins} WHERE e.seq = (
    SELECT seq FROM events WHERE ${isEventHash})`,
  selectUpTo: `SELECT ${columns} FROM events e ${joins} WHERE e.seq IN (
      SELECT x.event FROM touches x WHERE x.entity IN (SELECT no FROM entities WHERE id IN (SELECT value FROM json_each(:ids))) AND x.at_ms <= :atMs)
    AND (e.t, e.hash) <= (:t, unhex(:hash)) ORDER BY e.t, e.hash`,
  selectEarlier: `SELECT ${columns} FROM touches x JOIN events e ON e.seq = x.event ${joins}
    WHERE x.entity = (SELECT no FROM entities WHERE id = :entity) AND x.at_ms <= :atMs AND e.session = :session AND e.n < :n ORDER BY x.at_ms DESC, e.n DESC`,
  selectChildren: `SELECT e.body FROM parents c JOIN events e ON e.seq = c.child WHERE c.parent = unhex(:hash) AND e.t < :t AND e.version <= ${recordVersion}`,
} as const;
