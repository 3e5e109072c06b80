/** Reads the state out of the index: entities, texts, and the hash that two people can compare. */
import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import type { JsonValue } from './canonical.ts';
import { stampMs } from './hlc.ts';
import type { Sqlite } from './sqlite.ts';

/** One thing of the project. A field with concurrent values shows the latest by (clock, hash); see `versions`. */
export interface Entity {
  id: string;
  type: string;
  createdAtMs: number;
  createdBy: string;
  changedAtMs: number;
  changedBy: string;
  fields: Record<string, JsonValue>;
  /** Values in the order of their canonical text. */
  sets: Record<string, JsonValue[]>;
}

/** One of the values that people wrote to a field without knowing of each other. */
export interface FieldVersion {
  hash: string;
  atMs: number;
  person: string;
  value: JsonValue;
}

export interface EntityReader {
  /** Null when there is none of that type, or when it is deleted. */
  get(type: string, id: string): Entity | null;
  /** Whatever its type, deleted ones too: for history. */
  find(id: string): Entity | null;
  /** Not deleted, by creation time, then id. */
  list(type: string): Entity[];
  /** How many were ever created, deleted ones too. */
  createdCount(type: string): number;
  /** The concurrent values of a field, the shown one first. */
  versions(id: string, field: string): FieldVersion[];
  text(id: string): { text: string; state: Uint8Array };
  /** SHA-256 of the whole state. Cost: one pass over the index. */
  stateHash(): string;
}

interface EntityRow {
  id: string; type: string; created_t: string; created_by: string; changed_t: string; changed_by: string; is_deleted: number;
}

export function createEntityReader(db: Sqlite): EntityReader {
  const selectOne = db.prepare<{ id: string }, EntityRow>(sql.selectOne);
  const selectType = db.prepare<{ type: string }, EntityRow>(sql.selectType);
  const fieldsOfOne = db.prepare<{ id: string }, { entity: string; field: string; value: string }>(sql.fieldsOfOne);
  const fieldsOfType = db.prepare<{ type: string }, { entity: string; field: string; value: string }>(sql.fieldsOfType);
  const setsOfOne = db.prepare<{ id: string }, { entity: string; name: string; value: string }>(sql.setsOfOne);
  const setsOfType = db.prepare<{ type: string }, { entity: string; name: string; value: string }>(sql.setsOfType);
  const selectCount = db.prepare<{ type: string }, { count: number }>(sql.selectCount);
  const selectVersions = db.prepare<{ id: string; field: string }, { hash: string; t: string; person: string; value: string }>(sql.versions);
  const selectText = db.prepare<{ id: string }, { content: string; state: Buffer }>(sql.selectText);

  function find(id: string): Entity | null {
    const row = selectOne.get({ id });
    return row ? (assemble([row], fieldsOfOne.all({ id }), setsOfOne.all({ id }))[0] ?? null) : null;
  }

  return {
    find,
    get(type, id) {
      const row = selectOne.get({ id });
      return row && row.type === type && row.is_deleted === 0 ? find(id) : null;
    },
    createdCount: (type) => selectCount.get({ type })?.count ?? 0,
    list: (type) => assemble(selectType.all({ type }), fieldsOfType.all({ type }), setsOfType.all({ type })),
    versions: (id, field) =>
      selectVersions.all({ id, field }).map(({ hash, t, person, value }) => ({ hash, atMs: stampMs(t), person, value: JSON.parse(value) as JsonValue })),
    text(id) {
      const row = selectText.get({ id });
      return row ? { text: row.content, state: new Uint8Array(row.state) } : { text: '', state: Y.encodeStateAsUpdate(new Y.Doc()) };
    },
    stateHash() {
      const hash = createHash('sha256');
      for (const statement of sql.projection) {
        hash.update(`${statement.name}\n`);
        for (const row of db.prepare<[], string[]>(statement.select).raw().iterate()) hash.update(`${JSON.stringify(row)}\n`);
      }
      return hash.digest('hex');
    },
  };
}

/** Rows into entities. Fields come in the order of (clock, hash), so the last of a name is the one to show. */
function assemble(
  rows: readonly EntityRow[],
  fields: Iterable<{ entity: string; field: string; value: string }>,
  sets: Iterable<{ entity: string; name: string; value: string }>,
): Entity[] {
  const parts = new Map(rows.map((row) => [row.id, { fields: new Map<string, JsonValue>(), sets: new Map<string, JsonValue[]>() }]));
  for (const { entity, field, value } of fields) {
    if (field !== 'deleted') parts.get(entity)?.fields.set(field, JSON.parse(value) as JsonValue);
  }
  for (const { entity, name, value } of sets) {
    const part = parts.get(entity);
    if (!part) continue;
    const values = part.sets.get(name) ?? [];
    values.push(JSON.parse(value) as JsonValue);
    part.sets.set(name, values);
  }
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    createdAtMs: stampMs(row.created_t),
    createdBy: row.created_by,
    changedAtMs: stampMs(row.changed_t),
    changedBy: row.changed_by,
    // fromEntries defines own properties, so a field named "__proto__" stays inert.
    fields: Object.fromEntries(parts.get(row.id)?.fields ?? []),
    sets: Object.fromEntries(parts.get(row.id)?.sets ?? []),
  }));
}

const entityColumns = 'id, type, created_t, created_by, changed_t, changed_by, is_deleted';
const liveEntities = 'SELECT id FROM entities WHERE type = :type AND is_deleted = 0';

const sql = {
  selectOne: `SELECT ${entityColumns} FROM entities WHERE id = :id AND type IS NOT NULL`,
  selectType: `SELECT ${entityColumns} FROM entities WHERE type = :type AND is_deleted = 0 ORDER BY substr(created_t, 1, 12), id`,
  selectCount: 'SELECT count(*) AS count FROM entities WHERE type = :type',
  fieldsOfOne: `SELECT r.entity, r.field, r.value FROM registers r INDEXED BY registers_alive JOIN events e ON e.seq = r.event
    WHERE r.entity = :id AND r.is_alive = 1 ORDER BY r.field, e.t, e.hash`,
  fieldsOfType: `SELECT r.entity, r.field, r.value FROM registers r INDEXED BY registers_alive JOIN events e ON e.seq = r.event
    WHERE r.entity IN (${liveEntities}) AND r.is_alive = 1 ORDER BY r.entity, r.field, e.t, e.hash`,
  setsOfOne: `SELECT DISTINCT entity, name, value FROM set_adds WHERE entity = :id AND is_alive = 1 ORDER BY name, value`,
  setsOfType: `SELECT DISTINCT entity, name, value FROM set_adds WHERE entity IN (${liveEntities}) AND is_alive = 1
    ORDER BY entity, name, value`,
  versions: `SELECT e.hash, e.t, e.person, r.value FROM registers r JOIN events e ON e.seq = r.event
    WHERE r.entity = :id AND r.field = :field AND r.is_alive = 1 ORDER BY e.t DESC, e.hash DESC`,
  selectText: 'SELECT content, state FROM texts WHERE entity = :id',
  /** The canonical projection: no row numbers, nothing that depends on the order of arrival. */
  projection: [
    {
      name: 'entities',
      select: `SELECT id, type, created_t, created_hash, created_by, changed_t, changed_hash, changed_by, is_deleted
        FROM entities ORDER BY id`,
    },
    {
      name: 'registers',
      select: `SELECT r.entity, r.field, e.t, e.hash, r.value FROM registers r JOIN events e ON e.seq = r.event
        WHERE r.is_alive = 1 ORDER BY r.entity, r.field, e.hash`,
    },
    { name: 'sets', select: 'SELECT DISTINCT entity, name, value FROM set_adds WHERE is_alive = 1 ORDER BY entity, name, value' },
    { name: 'texts', select: 'SELECT entity, content FROM texts ORDER BY entity' },
  ],
} as const;
