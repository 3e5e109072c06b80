/** The laws of merging: any order and any repetition of the same events gives the same state, and the state is the specified one. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { sha256Hex } from '../../electron/files/hashing.ts';
import { createEntityReader } from '../../electron/store/entities.ts';
import { openIndexFile } from '../../electron/store/index-file.ts';
import type { StoredOp } from '../../electron/store/ops.ts';
import { createProjection } from '../../electron/store/projection.ts';

interface Event {
  readonly hash: string;
  readonly session: string;
  readonly n: number;
  readonly t: string;
  readonly parents: string[];
  readonly ops: StoredOp[];
}

const entities = ['e1', 'e2'];

/** One step: who acts (session), what on (entity), how, with which value, and what of the earlier events it has seen. */
const step = fc.record({
  session: fc.constantFrom('s1', 's2', 's3'),
  entity: fc.constantFrom(...entities),
  action: fc.constantFrom('create', 'set', 'delete', 'add', 'remove', 'text', 'blink'),
  value: fc.integer({ min: 0, max: 2 }),
  atMs: fc.integer({ min: 0, max: 3 }),
  seen: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
});
const program = fc.array(step, { minLength: 1, maxLength: 12 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function eventsOf(steps: readonly Step[]): Event[] {
  const events: Event[] = [];
  const docs = new Map<string, Y.Doc>();
  for (const [i, { session, entity, action, value, atMs, seen }] of steps.entries()) {
    const hash = sha256Hex(`event ${i} ${JSON.stringify(steps[i])}`);
    const earlier = events.filter((_event, j) => seen[j]);
    const parents = earlier.filter((event) => event.session !== session).map((event) => event.hash);
    const seenAdds = earlier.filter((event) => event.ops.some((op) => op.o === 'add' && op.e === entity && op.x === value)).map((event) => event.hash);
    const n = events.filter((event) => event.session === session).length + 1;
    events.push({ hash, session, n, t: `00000000000${atMs}-0000`, parents, ops: opsOf() });

    function opsOf(): StoredOp[] {
      switch (action) {
        case 'create': return [{ o: 'create', e: entity, t: `type${value}`, f: { name: value } }];
        case 'set': return [{ o: 'set', e: entity, f: { name: value, [`field${value}`]: { deep: [value] } } }];
        case 'delete': return [{ o: 'set', e: entity, f: { deleted: value > 0 } }];
        case 'add': return [{ o: 'add', e: entity, s: 'tags', x: value }];
        case 'remove': return [{ o: 'remove', e: entity, s: 'tags', x: value, r: seenAdds }];
        case 'blink': return [{ o: 'remove', e: entity, s: 'tags', x: value, r: seenAdds }, { o: 'add', e: entity, s: 'tags', x: value }];
        case 'text': return [{ o: 'text', e: entity, u: write(`${session} ${entity}`, `${value}`) }];
      }
    }
  }
  for (const doc of docs.values()) doc.destroy();
  return events;

  /** Types into the person's own copy, which never sees the others': every insertion is concurrent with theirs. */
  function write(name: string, text: string): string {
    const doc = docs.get(name) ?? new Y.Doc();
    doc.clientID = 100 + name.charCodeAt(1) * 10 + name.charCodeAt(4);
    docs.set(name, doc);
    const before = Y.encodeStateVector(doc);
    doc.getText('text').insert(Math.floor(doc.getText('text').length / 2), text);
    return Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64');
  }
}

async function stateOf(batches: readonly (readonly Event[])[]) {
  const db = await openIndexFile(':memory:');
  try {
    const projection = createProjection(db);
    for (const batch of batches) {
      projection.apply(batch.map(({ hash, session, n, t, parents, ops }) => ({
        hash, n, t, parents, session: projection.sessionNumber('device', session), person: session, kind: 'k', version: 1, body: { ops },
      })));
    }
    const reader = createEntityReader(db);
    const found = entities.map((id) => ({
      names: reader.versions(id, 'name').map(({ hash }) => hash).sort(),
      sets: (db.prepare('SELECT DISTINCT value FROM set_adds WHERE entity = (SELECT no FROM entities WHERE id = ?) ORDER BY value').pluck().all(id) as string[]).map(Number),
    }));
    return { hash: reader.stateHash(), found };
  } finally {
    db.close();
  }
}

it('the order, the grouping and the repetition of events do not matter', async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.infiniteStream(fc.nat()), async (steps, numbers) => {
      const events = eventsOf(steps);
      const keyed = [...events, ...events.slice(0, 3)].map((event) => ({ event, key: numbers.next().value }));
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ event }) => event);
      const oneByOne = await stateOf(shuffled.map((event) => [event]));
      const inOrder = await stateOf([events]);
      expect(oneByOne).toEqual(inOrder);
      expect(await stateOf([shuffled])).toEqual(inOrder);
    }),
    { numRuns: 400 },
  );
});

it('the surviving values are those of the definition', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      const events = eventsOf(steps);
      const { found } = await stateOf([[...events].reverse()]);
      expect(found).toEqual(entities.map((entity) => ({ names: survivors(events, entity), sets: members(events, entity) })));
    }),
    { numRuns: 400 },
  );
});

/** Straight from the definition: a write survives when no other write names it as parent or follows it in its session. */
function survivors(events: readonly Event[], entity: string): string[] {
  const writes = events.filter((event) => event.ops.some((op) => (op.o === 'set' || op.o === 'create') && op.e === entity && 'name' in op.f));
  return writes
    .filter((x) => !writes.some((e) => e.parents.includes(x.hash) || (e.session === x.session && e.n > x.n)))
    .map(({ hash }) => hash)
    .sort();
}

/** A value is in the set when an event added it last of all its own ops and no remove had seen that event. */
function members(events: readonly Event[], entity: string): number[] {
  const touching = (event: Event, value: number) => event.ops.filter((op) => (op.o === 'add' || op.o === 'remove') && op.e === entity && op.x === value);
  return [0, 1, 2].filter((value) =>
    events.some((add) =>
      touching(add, value).at(-1)?.o === 'add' &&
      !events.some((remove) => touching(remove, value).some((op) => op.o === 'remove' && op.r.includes(add.hash)))));
}
