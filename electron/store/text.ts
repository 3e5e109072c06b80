/** Texts of entities: the merged Yjs state of each, kept equal to applying all its updates in the order of (clock, hash). */
import * as Y from 'yjs';
import { knownOps } from './ops.ts';
import { recordVersion } from './records.ts';
import type { Sqlite } from './sqlite.ts';

interface TextUpdate {
  readonly t: string;
  readonly hash: string;
  readonly update: Uint8Array;
}

/** The name of the Yjs text inside the document of an entity. */
export const textField = 'text';

export interface TextMerger {
  /** Queues an update. */
  add(entity: string, t: string, hash: string, update: Uint8Array): void;
  /** Merges what is queued, inside the caller's transaction; returns the updates that Yjs refused. */
  settle(): string[];
  /** Forgets what is queued. */
  clear(): void;
}

/** Merges text updates into the table `texts` of `db`. */
export function createTextMerger(db: Sqlite): TextMerger {
  const selectText = db.prepare<{ entity: string }, { state: Buffer; last_t: string; last_hash: string }>(sql.selectText);
  const selectEvents = db.prepare<{ entity: string }, { hash: string; t: string; version: number; body: string }>(sql.selectEvents);
  const putText = db.prepare(sql.putText);
  const queued = new Map<string, TextUpdate[]>();

  function allUpdates(entity: string): TextUpdate[] {
    return selectEvents.all({ entity }).flatMap(({ hash, t, version, body }) =>
      version > recordVersion ? [] : knownOps(JSON.parse(body)).flatMap((op) =>
        op.o === 'text' && op.e === entity ? [{ t, hash, update: Buffer.from(op.u, 'base64') }] : []));
  }

  return {
    add(entity, t, hash, update) {
      const list = queued.get(entity);
      if (list) list.push({ t, hash, update });
      else queued.set(entity, [{ t, hash, update }]);
    },
    settle() {
      const refused: string[] = [];
      for (const [entity, updates] of queued) {
        const known = selectText.get({ entity });
        updates.sort(byTime);
        const isLate = known !== undefined && updates.some(({ t, hash }) => t < known.last_t || (t === known.last_t && hash <= known.last_hash));
        const ordered = isLate ? allUpdates(entity) : updates;
        const merged = mergeTextUpdates(isLate || !known ? null : known.state, ordered.map(({ update }) => update));
        const last = ordered.at(-1);
        if (!last) continue;
        putText.run({ entity, state: merged.state, content: merged.text, lastT: last.t, lastHash: last.hash });
        refused.push(...merged.refused.map((reason) => `${entity}: ${reason}`));
      }
      queued.clear();
      return refused;
    },
    clear: () => queued.clear(),
  };
}

/**
 * Applies Yjs updates in order onto `state`; an update that throws is left out whole.
 * The client id of the document used here never leaves it: it makes no changes of its own.
 */
export function mergeTextUpdates(state: Uint8Array | null, updates: readonly Uint8Array[]): { state: Uint8Array; text: string; refused: string[] } {
  const refused: string[] = [];
  const good: Uint8Array[] = state ? [state] : [];
  let doc = docOf(good);
  for (const update of updates) {
    try {
      Y.applyUpdate(doc, update);
      good.push(update);
    } catch (thrown) {
      refused.push(thrown instanceof Error ? thrown.message : String(thrown));
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

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  // Without a name of its own: making a random one costs more than a small merge.
  const doc = new Y.Doc({ guid: textField });
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

function byTime(a: TextUpdate, b: TextUpdate): number {
  if (a.t !== b.t) return a.t < b.t ? -1 : 1;
  return a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0;
}

const sql = {
  selectText: 'SELECT state, last_t, last_hash FROM texts WHERE entity = :entity',
  selectEvents: `SELECT e.hash, e.t, e.version, e.body FROM touches x JOIN events e ON e.seq = x.event
    WHERE x.entity = :entity ORDER BY e.t, e.hash`,
  putText: `INSERT INTO texts (entity, state, content, last_t, last_hash) VALUES (:entity, :state, :content, :lastT, :lastHash)
    ON CONFLICT (entity) DO UPDATE SET state = :state, content = :content, last_t = :lastT, last_hash = :lastHash`,
} as const;
