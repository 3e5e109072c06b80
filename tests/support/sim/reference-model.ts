/**
 * What the state of a project is, straight from the definitions and as simply as they can be said; written from the
 * specification and without a look at the store's own merging. It keeps all events as a list and searches it each time.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import * as Y from 'yjs';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

interface ModelOp {
  readonly o: string;
  readonly e: string;
  readonly t?: string;
  readonly f?: Record<string, Json>;
  readonly s?: string;
  readonly x?: Json;
  readonly r?: string[];
  readonly u?: string;
}

export interface ModelEvent {
  readonly hash: string;
  readonly session: string;
  readonly n: number;
  readonly t: string;
  readonly person: string;
  readonly kind: string;
  readonly parents: readonly string[];
  readonly ops: readonly ModelOp[];
}

export interface ModelEntity {
  readonly id: string;
  readonly type: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly changedAtMs: number;
  readonly changedBy: string;
  readonly fields: Record<string, Json>;
  readonly sets: Record<string, Json[]>;
}

/** A write of one field that no other write has replaced. */
export interface ModelVersion {
  readonly hash: string;
  readonly value: Json;
}

export interface ReferenceModel {
  readonly events: readonly ModelEvent[];
  entityIds(): string[];
  /** Null when nothing created it. */
  find(id: string): ModelEntity | null;
  isDeleted(id: string): boolean;
  fieldsOf(id: string): string[];
  /** The concurrent values of a field, the shown one first. */
  versions(id: string, field: string): ModelVersion[];
  text(id: string): string;
}

/** The events of log files, each counted once however often a file is there. Seals and bookkeeping are no events. */
export function eventsOfFiles(files: Iterable<readonly [path: string, bytes: Uint8Array]>): ModelEvent[] {
  const events = new Map<string, ModelEvent>();
  for (const [path, bytes] of files) {
    if (!path.startsWith('log/')) continue;
    const text = Buffer.from(path.includes('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    for (const line of text.split('\n')) {
      // A torn line is no event; that it is here at all is found elsewhere.
      if (!/^\{.*\}$/.test(line)) continue;
      const { s, n, t, a, k, c, b } = JSON.parse(line) as { s: string; n: number; t: string; a: string; k: string; c: string[]; b: { ops?: ModelOp[] } };
      if (k === 'seal' || k === 'session' || k === 'seen') continue;
      const hash = createHash('sha256').update(line).digest('hex');
      events.set(hash, { hash, session: s, n, t, person: a, kind: k, parents: c, ops: b.ops ?? [] });
    }
  }
  return [...events.values()];
}

/** The state of a set of events. */
export function referenceModel(events: readonly ModelEvent[]): ReferenceModel {
  const latestFirst = [...events].sort((x, y) => (x.t === y.t ? (x.hash < y.hash ? 1 : -1) : x.t < y.t ? 1 : -1));

  /** The answers to questions that were asked before. */
  const foundVersions = new Map<string, ModelVersion[]>();

  /** The value an event gives to a field; of several in one event the last counts. Undefined when it gives none. */
  function written(event: ModelEvent, id: string, field: string): Json | undefined {
    const op = event.ops.findLast((each) => each.e === id && each.f !== undefined && Object.hasOwn(each.f, field));
    return op?.f?.[field];
  }

  /** A write is replaced by one that names its event as a parent, and by every later one of its session. */
  function versions(id: string, field: string): ModelVersion[] {
    const key = `${id} ${field}`;
    const found = foundVersions.get(key) ?? findVersions(id, field);
    foundVersions.set(key, found);
    return found;
  }

  function findVersions(id: string, field: string): ModelVersion[] {
    const writes = latestFirst.filter((event) => written(event, id, field) !== undefined);
    return writes
      .filter((x) => !writes.some((y) => y.parents.includes(x.hash) || (y.session === x.session && y.n > x.n)))
      .map((event) => ({ hash: event.hash, value: written(event, id, field) as Json }));
  }

  function fieldsOf(id: string): string[] {
    return [...new Set(events.flatMap(({ ops }) => ops.flatMap((op) => (op.e === id ? Object.keys(op.f ?? {}) : []))))].sort();
  }

  /** A value is in a set when an event put it there, last of all that this event did to it, and no removal has seen that event. */
  function setsOf(id: string): Record<string, Json[]> {
    const touched = new Map<string, { name: string; value: Json; text: string }>();
    for (const op of events.flatMap(({ ops }) => ops)) {
      if (op.e !== id || op.s === undefined || op.x === undefined) continue;
      const text = canonical(op.x);
      touched.set(`${op.s} ${text}`, { name: op.s, value: JSON.parse(text) as Json, text });
    }
    const sets: Record<string, { value: Json; text: string }[]> = {};
    for (const { name, value, text } of touched.values()) {
      const isIt = (op: ModelOp) => op.e === id && op.s === name && op.x !== undefined && canonical(op.x) === text;
      const adds = events.filter((event) => event.ops.findLast(isIt)?.o === 'add');
      const seenByRemovals = events.flatMap(({ ops }) => ops.flatMap((op) => (op.o === 'remove' && isIt(op) ? (op.r ?? []) : [])));
      if (adds.some(({ hash }) => !seenByRemovals.includes(hash))) (sets[name] ??= []).push({ value, text });
    }
    const inOrder = (members: { value: Json; text: string }[]) => members.sort((x, y) => (x.text < y.text ? -1 : 1)).map(({ value }) => value);
    return Object.fromEntries(Object.entries(sets).sort(([x], [y]) => (x < y ? -1 : 1)).map(([name, members]) => [name, inOrder(members)]));
  }

  const isDeleted = (id: string) => versions(id, 'deleted')[0]?.value === true;

  return {
    events,
    entityIds: () => [...new Set(events.flatMap(({ ops }) => ops.map(({ e }) => e)))].sort(),
    find(id) {
      const touching = latestFirst.filter(({ ops }) => ops.some((op) => op.e === id));
      const creation = touching.findLast(({ ops }) => ops.some((op) => op.e === id && op.o === 'create'));
      const type = creation?.ops.find((op) => op.e === id && op.o === 'create')?.t;
      const change = touching[0];
      if (!creation || !change || type === undefined) return null;
      const fields: Record<string, Json> = {};
      for (const field of fieldsOf(id)) {
        const shown = versions(id, field)[0];
        if (shown && field !== 'deleted') fields[field] = shown.value;
      }
      return {
        id, type, fields, sets: setsOf(id),
        createdAtMs: msOf(creation), createdBy: creation.person, changedAtMs: msOf(change), changedBy: change.person,
      };
    },
    isDeleted,
    fieldsOf,
    versions,
    text(id) {
      const doc = new Y.Doc({ guid: id });
      // The newest first: what an update builds on comes later, and Yjs must wait for it.
      for (const op of latestFirst.flatMap(({ ops }) => ops)) {
        if (op.o === 'text' && op.e === id && op.u !== undefined) Y.applyUpdate(doc, Buffer.from(op.u, 'base64'));
      }
      const text = doc.getText('text').toString();
      doc.destroy();
      return text;
    },
  };
}

function msOf({ t }: ModelEvent): number {
  return Number.parseInt(t.slice(0, 12), 16);
}

/** JSON with sorted keys. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`).join(',')}}`;
}
