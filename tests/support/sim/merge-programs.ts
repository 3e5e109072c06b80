/** Small histories for the laws of merging: who writes what, having seen what, as fast-check can shrink them. */
import fc from 'fast-check';
import * as Y from 'yjs';
import { sha256Hex } from '../../../electron/files/hashing.ts';
import type { StoredOp } from '../../../electron/store/format/ops.ts';

export interface ProgramEvent {
  readonly hash: string;
  readonly session: string;
  readonly n: number;
  readonly t: string;
  readonly person: string;
  readonly kind: string;
  readonly parents: string[];
  readonly ops: StoredOp[];
  /** The character that a text event inserted; each is inserted once. */
  readonly inserted: string | null;
}

/** What a law is about. */
export const mergeTypes = ['register', 'set', 'text', 'deletion'] as const;
export type MergeType = (typeof mergeTypes)[number];

const entities = ['e1', 'e2'];

/** The things of a history. */
export const entitiesOf = (name: string) => entities.map((entity) => `${name}-${entity}`);
const sessions = ['s1', 's2', 's3'];
/** So many events a history has at most. */
export const longest = 5;
/** Both are far from each other: what two sessions insert is told apart by its character. */
const firstCharacter = 0x4e00;

const actions: Readonly<Record<MergeType, readonly Action[]>> = {
  register: ['create', 'set', 'set', 'setTwice'],
  set: ['add', 'add', 'remove', 'blink', 'flash'],
  text: ['insert', 'insert', 'erase'],
  deletion: ['create', 'delete', 'undelete', 'set'],
};
type Action = 'create' | 'set' | 'setTwice' | 'add' | 'remove' | 'blink' | 'flash' | 'insert' | 'erase' | 'delete' | 'undelete';

export interface Step {
  readonly session: string;
  readonly entity: string;
  readonly action: Action;
  readonly value: number;
  readonly atMs: number;
  /** Of the earlier events, those that the writer has seen. */
  readonly seen: readonly boolean[];
}

/** Histories of one type, or of all mixed. */
export function programs(types: readonly MergeType[]): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.record({
      session: fc.constantFrom(...sessions),
      entity: fc.constantFrom(...entities),
      action: fc.constantFrom(...types.flatMap((type) => actions[type])),
      value: fc.integer({ min: 0, max: 2 }),
      atMs: fc.integer({ min: 0, max: 3 }),
      seen: fc.array(fc.boolean(), { minLength: longest, maxLength: longest }),
    }),
    { minLength: 1, maxLength: longest },
  );
}

/** The events of a history, in an order in which they may have happened; histories of different names share nothing. */
export function eventsOf(steps: readonly Step[], name: string): ProgramEvent[] {
  const events: ProgramEvent[] = [];
  const docs = new Map<string, Y.Doc>();
  for (const [i, step] of steps.entries()) {
    const { action, value, atMs, seen } = step;
    const [session, entity] = [`${name}-${step.session}`, `${name}-${step.entity}`];
    const earlier = events.filter((event, j) => seen[j] || event.session === session);
    const character = String.fromCharCode(firstCharacter + i);
    const ops = opsOf();
    events.push({
      hash: sha256Hex(`event ${i} of ${session} ${atMs}`), session, n: events.filter((event) => event.session === session).length + 1,
      t: `00000000000${atMs}-0000`, person: session, kind: 'k', ops, inserted: action === 'insert' ? character : null,
      parents: earlier.filter((event) => event.session !== session).map(({ hash }) => hash),
    });

    function opsOf(): StoredOp[] {
      const add: StoredOp = { o: 'add', e: entity, s: 'tags', x: value };
      const remove: StoredOp = {
        o: 'remove', e: entity, s: 'tags', x: value,
        r: earlier.filter((event) => event.ops.some((op) => op.o === 'add' && op.e === entity && op.x === value)).map(({ hash }) => hash),
      };
      switch (action) {
        case 'create': return [{ o: 'create', e: entity, t: `type${value}`, f: { name: value } }];
        case 'set': return [{ o: 'set', e: entity, f: { name: value, [`field${value}`]: { deep: [value] } } }];
        case 'setTwice': return [{ o: 'set', e: entity, f: { name: 9 } }, { o: 'set', e: entity, f: { name: value } }];
        case 'delete': return [{ o: 'set', e: entity, f: { deleted: true } }];
        case 'undelete': return [{ o: 'set', e: entity, f: { deleted: false } }];
        case 'add': return [add];
        case 'remove': return [remove];
        case 'blink': return [remove, add];
        case 'flash': return [add, remove];
        case 'insert': return [{ o: 'text', e: entity, u: write((text) => text.insert(Math.floor((text.length * value) / 2), character)) }];
        case 'erase': return [{ o: 'text', e: entity, u: write((text) => text.length > 0 && text.delete(Math.floor(((text.length - 1) * value) / 2), 1)) }];
      }
    }

    /** Changes the writer's own copy, which has what the writer has seen. */
    function write(change: (text: Y.Text) => unknown): string {
      const doc = docs.get(`${session} ${entity}`) ?? new Y.Doc({ guid: entity });
      doc.clientID = 1 + sessions.indexOf(step.session);
      docs.set(`${session} ${entity}`, doc);
      for (const op of earlier.flatMap((event) => event.ops)) {
        if (op.o === 'text' && op.e === entity) Y.applyUpdate(doc, Buffer.from(op.u, 'base64'));
      }
      const before = Y.encodeStateVector(doc);
      change(doc.getText('text'));
      return Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64');
    }
  }
  for (const doc of docs.values()) doc.destroy();
  return events;
}
