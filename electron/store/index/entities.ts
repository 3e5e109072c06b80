/** Reads the state out of the index: entities, texts, and the hash that two people can compare. */
import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import { canonicalJson, type JsonValue } from '../format/canonical.ts';
import { stampMs } from '../format/hlc.ts';
import type { Sqlite } from '../sqlite.ts';

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

/** A condition on the shown value of a field. */
export interface FieldValue {
  readonly field: string;
  readonly value: JsonValue;
}

export interface EntityReader {
  /** Null when there is none of that type, or when it is deleted. */
  get(type: string, id: string): Entity | null;
  /** Whatever its type, deleted ones too: for history. */
  find(id: string): Entity | null;
  /** Not deleted, by creation time, then id; with `where`, those that show this value in this field. */
  list(type: string, where?: FieldValue): Entity[];
  /** How many `list` has, without reading them. */
  count(type: string): number;
  /** How many were ever created, deleted ones too. */
  createdCount(type: string): number;
  /** The concurrent values of a field, the shown one first. */
  versions(id: string, field: string): FieldVersion[];
  /** The registers with two or more concurrent values that differ. */
  conflicts(): { entity: string; field: string }[];
  /** The Yjs text "text" of an entity; empty when it has none. */
  text(id: string): { text: string; state: Uint8Array };
  /** SHA-256 of the whole state. Cost: one pass over the index. */
  stateHash(): string;
}

interface EntityRow {
  no: number; id: string; type: string; created_t: string; created_by: string; changed_t: string; changed_by: string; is_deleted: number;
}

/** Number of the entity, field, row number of the event, value as canonical JSON: a tuple, because there are very many of them. */
type RegisterRow = [entity: number, field: string, event: number, value: string];

/** Characters. */
const hashAtOnce = 1 << 16;

/** The Yjs state of a text without content. */
const emptyText = Y.encodeStateAsUpdate(new Y.Doc());

interface SetRow { entity: number; name: string; value: string }

export function createEntityReader(db: Sqlite): EntityReader {
  const selectOne = db.prepare<{ id: string }, EntityRow>(sql.selectOne);
  const selectType = db.prepare<{ type: string }, EntityRow>(sql.selectType);
  const fieldsOfOne = db.prepare<{ no: number }, RegisterRow>(sql.fieldsOfOne).raw();
  const fieldsOfType = db.prepare<{ type: string }, RegisterRow>(sql.fieldsOfType).raw();
  const selectHolders = db.prepare<{ type: string; field: string; value: string }, string>(sql.selectHolders).pluck();
  const selectStamp = db.prepare<[number], [t: string, hash: string]>(sql.selectStamp).raw();
  const setsOfOne = db.prepare<{ no: number }, SetRow>(sql.setsOfOne);
  const setsOfType = db.prepare<{ type: string }, SetRow>(sql.setsOfType);
  const selectLiveCount = db.prepare<{ type: string }, number>(sql.selectLiveCount).pluck();
  const selectCount = db.prepare<{ type: string }, { count: number }>(sql.selectCount);
  const selectVersions = db.prepare<{ id: string; field: string }, { hash: string; t: string; person: string; value: string }>(sql.versions);
  const selectConflicts = db.prepare<[], { entity: string; field: string }>(sql.conflicts);
  const selectText = db.prepare<{ id: string }, { content: string; state: Buffer | null }>(sql.selectText);

  function find(id: string): Entity | null {
    const row = selectOne.get({ id });
    return row ? (assemble([row], fieldsOfOne.all({ no: row.no }), setsOfOne.all({ no: row.no }), stampsOf)[0] ?? null) : null;
  }

  /** The places of events in the order of (clock, hash), as texts that compare so. Read in the order of the table: each page once. */
  function stampsOf(seqs: readonly number[]): ReadonlyMap<number, string> {
    const sorted = [...new Set(seqs)].sort((a, b) => a - b);
    return new Map(sorted.map((seq) => [seq, (selectStamp.get(seq) ?? []).join(' ')]));
  }

  function list(type: string, where?: FieldValue): Entity[] {
    if (where === undefined) return assemble(selectType.all({ type }), fieldsOfType.all({ type }), setsOfType.all({ type }), stampsOf);
    // One that holds the value may show another that was written at the same time.
    const value = canonicalJson(where.value);
    return selectHolders.all({ type, field: where.field, value })
      .flatMap((id) => find(id) ?? [])
      .filter(({ fields }) => canonicalJson(fields[where.field] ?? null) === value);
  }

  return {
    find,
    get(type, id) {
      const row = selectOne.get({ id });
      return row && row.type === type && row.is_deleted === 0 ? find(id) : null;
    },
    createdCount: (type) => selectCount.get({ type })?.count ?? 0,
    list,
    count: (type) => selectLiveCount.get({ type }) ?? 0,
    versions: (id, field) =>
      selectVersions.all({ id, field }).map(({ hash, t, person, value }) => ({ hash, atMs: stampMs(t), person, value: JSON.parse(value) as JsonValue })),
    conflicts: () => selectConflicts.all(),
    text(id) {
      const row = selectText.get({ id });
      return row?.state ? { text: row.content, state: new Uint8Array(row.state) } : { text: '', state: emptyText.slice() };
    },
    stateHash() {
      const hash = createHash('sha256');
      for (const statement of sql.projection) {
        let lines = `${statement.name}\n`;
        for (const row of db.prepare<[], string[]>(statement.select).raw().iterate()) {
          lines += `${JSON.stringify(row)}\n`;
          // A call for each row would cost more than the hashing.
          if (lines.length < hashAtOnce) continue;
          hash.update(lines);
          lines = '';
        }
        hash.update(lines);
      }
      return hash.digest('hex');
    },
  };
}

/** Rows into entities. Fields come entity by entity; of several values of one field the latest is shown. */
function assemble(
  rows: readonly EntityRow[],
  fields: readonly RegisterRow[],
  sets: Iterable<SetRow>,
  stampsOf: (seqs: readonly number[]) => ReadonlyMap<number, string>,
): Entity[] {
  const stamps = stampsOf(fields.flatMap((row, i) => (isSameRegister(row, fields[i - 1]) || isSameRegister(row, fields[i + 1]) ? [row[2]] : [])));
  const isLater = (seq: number, otherSeq: number) => (stamps.get(seq) ?? '') > (stamps.get(otherSeq) ?? '');
  const parts = new Map(rows.map((row) => [row.no, { fields: new Map<string, JsonValue>(), sets: new Map<string, JsonValue[]>() }]));
  let shown: RegisterRow | null = null;
  for (const row of fields) {
    const [entity, field, event, value] = row;
    if (field === 'deleted' || (shown !== null && isSameRegister(row, shown) && !isLater(event, shown[2]))) continue;
    parts.get(entity)?.fields.set(field, JSON.parse(value) as JsonValue);
    shown = row;
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
    fields: Object.fromEntries(parts.get(row.no)?.fields ?? []),
    sets: Object.fromEntries(parts.get(row.no)?.sets ?? []),
  }));
}

function isSameRegister(row: RegisterRow, other: RegisterRow | undefined): boolean {
  return other !== undefined && row[0] === other[0] && row[1] === other[1];
}

const entityColumns = 'no, id, type, created_t, created_by, changed_t, changed_by, is_deleted';
const liveEntities = 'SELECT no FROM entities WHERE type = :type AND is_deleted = 0';
const numberOf = '(SELECT no FROM entities WHERE id = :id)';

const sql = {
  selectOne: `SELECT ${entityColumns} FROM entities WHERE id = :id AND type IS NOT NULL`,
  selectType: `SELECT ${entityColumns} FROM entities WHERE type = :type AND is_deleted = 0 ORDER BY substr(created_t, 1, 12), id`,
  selectLiveCount: 'SELECT count(*) FROM entities WHERE type = :type AND is_deleted = 0',
  selectHolders: `SELECT DISTINCT e.id, substr(e.created_t, 1, 12) AS created FROM entities e CROSS JOIN registers r
    ON r.entity = e.no AND r.field = :field AND r.value = :value
    WHERE e.type = :type AND e.is_deleted = 0 ORDER BY created, e.id`,
  selectStamp: 'SELECT t, lower(hex(hash)) FROM events WHERE seq = ?',
  selectCount: 'SELECT count(*) AS count FROM entities WHERE type = :type',
  /** No join with the events for their order: it would cost more than the rest, and two values of one field are rare. */
  fieldsOfOne: `SELECT entity, field, event, value FROM registers WHERE entity = :no ORDER BY field`,
  fieldsOfType: `SELECT entity, field, event, value FROM registers WHERE entity IN (${liveEntities}) ORDER BY entity, field`,
  setsOfOne: `SELECT DISTINCT entity, name, value FROM set_adds WHERE entity = :no ORDER BY name, value`,
  setsOfType: `SELECT DISTINCT entity, name, value FROM set_adds WHERE entity IN (${liveEntities}) ORDER BY entity, name, value`,
  versions: `SELECT lower(hex(e.hash)) AS hash, e.t, p.name AS person, r.value FROM registers r JOIN events e ON e.seq = r.event
    JOIN names p ON p.id = e.person WHERE r.entity = ${numberOf} AND r.field = :field ORDER BY e.t DESC, e.hash DESC`,
  conflicts: 'SELECT n.id AS entity, c.field FROM conflicts c JOIN entities n ON n.no = c.entity ORDER BY n.id, c.field',
  selectText: `SELECT content, state FROM texts WHERE entity = ${numberOf}`,
  /** The canonical projection: no row numbers, nothing that depends on the order of arrival. */
  projection: [
    {
      name: 'entities',
      select: `SELECT id, type, created_t, lower(hex(created_hash)), created_by, changed_t, lower(hex(changed_hash)), changed_by, is_deleted
        FROM entities ORDER BY id`,
    },
    {
      name: 'registers',
      select: `SELECT n.id, r.field, e.t, lower(hex(e.hash)), r.value FROM entities n CROSS JOIN registers r ON r.entity = n.no
        CROSS JOIN events e ON e.seq = r.event ORDER BY n.id, r.field, e.hash`,
    },
    {
      name: 'sets',
      select: `SELECT DISTINCT n.id, a.name, a.value FROM entities n CROSS JOIN set_adds a ON a.entity = n.no
        ORDER BY n.id, a.name, a.value`,
    },
    { name: 'texts', select: 'SELECT n.id, x.content FROM entities n CROSS JOIN texts x ON x.entity = n.no ORDER BY n.id' },
  ],
} as const;
