/**
 * Texts of entities: the merged Yjs state of each, kept equal to applying all its updates in the order of (clock, hash).
 * An update is only noted when it comes in; `settle` merges what was noted. The note is durable, so a crash between the
 * two loses nothing, and a long page that two people wrote is built anew once, not with each file that arrives.
 */
import * as Y from 'yjs';
import { stampMs } from '../format/hlc.ts';
import { knownOps } from '../format/ops.ts';
import { recordVersion } from '../format/records.ts';
import type { Sqlite } from '../sqlite.ts';

interface TextUpdate {
  readonly hash: string;
  readonly update: Uint8Array;
}

/** An update that Yjs refused; it is left out of the text. */
export interface RefusedText {
  readonly entity: string;
  /** Of the event. */
  readonly hash: string;
  readonly reason: string;
}

/** The name of the Yjs text inside the document of an entity. */
export const textField = 'text';

export interface TextMerger {
  /** Notes that an event has an update for the text; stored by `flush`. */
  note(entity: number, t: string, hash: string): void;
  flush(): void;
  /** Forgets what was not stored. */
  clear(): void;
  /** The entities whose text is behind. */
  behind(): number[];
  /** Merges what was noted for one entity, inside the caller's transaction; returns the updates that Yjs refused. */
  settle(entity: number): RefusedText[];
}

/** How far a text is behind: not at all, new updates at its end, or one that comes before what it has. */
const level = { settled: 0, grown: 1, late: 2 } as const;

/** Merges text updates into the table `texts` of `db`. */
export function createTextMerger(db: Sqlite): TextMerger {
  const selectLast = db.prepare<[number], { last_t: string; last_hash: string; is_behind: number }>(sql.selectLast);
  const selectText = db.prepare<[number], { id: string; state: Buffer | null; last_t: string; last_hash: string; is_behind: number }>(sql.selectText);
  const selectEvents = db.prepare<{ entity: number; atMs: number; t: string; hash: string }, { hash: string; t: string; version: number; body: string }>(sql.selectEvents);
  const insertText = db.prepare<[number]>(sql.insertText);
  const setBehind = db.prepare<[number, number]>(sql.setBehind);
  const putText = db.prepare<[Uint8Array, string, string, Uint8Array, number]>(sql.putText);
  const selectBehind = db.prepare<[], number>(sql.selectBehind).pluck();
  /** The earliest update of each entity. */
  const noted = new Map<number, { t: string; hash: string }>();

  return {
    note(entity, t, hash) {
      const first = noted.get(entity);
      if (!first || t < first.t || (t === first.t && hash < first.hash)) noted.set(entity, { t, hash });
    },
    flush() {
      for (const [entity, { t, hash }] of noted) {
        const known = selectLast.get(entity);
        if (!known) insertText.run(entity);
        else {
          const isLate = t < known.last_t || (t === known.last_t && hash <= known.last_hash);
          setBehind.run(Math.max(known.is_behind, isLate ? level.late : level.grown), entity);
        }
      }
      noted.clear();
    },
    clear: () => noted.clear(),
    behind: () => selectBehind.all(),
    settle(entity) {
      const text = selectText.get(entity);
      if (!text || text.is_behind === level.settled) return [];
      const isWhole = text.is_behind === level.late;
      const updates: TextUpdate[] = [];
      let [lastT, lastHash] = [text.last_t, text.last_hash];
      const after = isWhole ? { atMs: 0, t: '', hash: '' } : { atMs: stampMs(lastT), t: lastT, hash: lastHash };
      for (const { hash, t, version, body } of selectEvents.iterate({ entity, ...after })) {
        if (version > recordVersion) continue;
        for (const op of knownOps(JSON.parse(body))) {
          if (op.o !== 'text' || op.e !== text.id) continue;
          updates.push({ hash, update: Buffer.from(op.u, 'base64') });
          [lastT, lastHash] = [t, hash];
        }
      }
      const merged = mergeTextUpdates(isWhole ? null : text.state, updates.map(({ update }) => update));
      putText.run(merged.state, merged.text, lastT, Buffer.from(lastHash, 'hex'), entity);
      return merged.refused.map(({ index, reason }) => ({ entity: text.id, hash: updates[index]?.hash ?? '', reason }));
    },
  };
}

/** The text that updates make, and those of them that were left out, by position. */
export interface MergedText {
  state: Uint8Array;
  text: string;
  refused: { index: number; reason: string }[];
}

/**
 * Applies Yjs updates in order onto `state`; an update that throws is left out whole.
 * The client id of the document used here never leaves it: it makes no changes of its own.
 */
export function mergeTextUpdates(state: Uint8Array | null, updates: readonly Uint8Array[]): MergedText {
  const before = state ? [state] : [];
  return mergeAll([...before, ...updates]) ?? mergeEach(before, updates);
}

/** All in one go; null when one of them is refused. */
function mergeAll(updates: readonly Uint8Array[]): MergedText | null {
  const doc = newDoc();
  try {
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    return { state: Y.encodeStateAsUpdate(doc), text: doc.getText(textField).toString(), refused: [] };
  } catch {
    return null;
  } finally {
    doc.destroy();
  }
}

function mergeEach(before: readonly Uint8Array[], updates: readonly Uint8Array[]): MergedText {
  const refused: MergedText['refused'] = [];
  const good = [...before];
  let doc = docOf(good);
  for (const [index, update] of updates.entries()) {
    try {
      Y.applyUpdate(doc, update);
      good.push(update);
    } catch (thrown) {
      refused.push({ index, reason: thrown instanceof Error ? thrown.message : String(thrown) });
      // A half-applied update must leave nothing behind.
      doc.destroy();
      doc = docOf(good);
    }
  }
  const result = { state: Y.encodeStateAsUpdate(doc), text: doc.getText(textField).toString(), refused };
  doc.destroy();
  return result;
}

/**
 * A Yjs update that inserts `text` into an empty document, for a text that begins with content.
 * Each call is a writer of its own (a fresh random client id): apply it to a new entity only, else the text doubles.
 */
export function textUpdateOf(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText(textField).insert(0, text);
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}

/** Without a name of its own: making a random one costs more than a small merge. */
function newDoc(): Y.Doc {
  return new Y.Doc({ guid: textField });
}

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = newDoc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

const sql = {
  selectLast: 'SELECT last_t, lower(hex(last_hash)) AS last_hash, is_behind FROM texts WHERE entity = ?',
  selectText: `SELECT n.id, x.state, x.last_t, lower(hex(x.last_hash)) AS last_hash, x.is_behind FROM texts x CROSS JOIN entities n ON n.no = x.entity
    WHERE x.entity = ?`,
  selectEvents: `SELECT lower(hex(e.hash)) AS hash, e.t, e.version, e.body FROM touches x CROSS JOIN events e ON e.seq = x.event
    WHERE x.entity = :entity AND x.at_ms >= :atMs AND (e.t > :t OR (e.t = :t AND e.hash > unhex(:hash))) ORDER BY x.at_ms, e.t, e.hash`,
  insertText: "INSERT INTO texts (entity, state, content, last_t, last_hash, is_behind) VALUES (?, NULL, '', '', x'', 2)",
  setBehind: 'UPDATE texts SET is_behind = ? WHERE entity = ?',
  putText: 'UPDATE texts SET state = ?, content = ?, last_t = ?, last_hash = ?, is_behind = 0 WHERE entity = ?',
  selectBehind: 'SELECT entity FROM texts WHERE is_behind > 0 ORDER BY entity',
} as const;
