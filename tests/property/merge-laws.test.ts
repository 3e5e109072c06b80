/**
 * The laws of merging, on the store's own projection: state is a function of the set of events. Any order (commutative),
 * any grouping (associative) and any repetition (idempotent) give the same; what was replaced stays so (monotone);
 * and the state is the one of the reference model. Many small histories share one database: each is a case.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEntityReader } from '../../electron/store/index/entities.ts';
import { createProjection } from '../../electron/store/index/projection.ts';
import { count } from '../support/counts.ts';
import { indexes } from '../support/sim/databases.ts';
import { entitiesOf, eventsOf, longest, mergeTypes, programs, type MergeType, type ProgramEvent } from '../support/sim/merge-programs.ts';
import { referenceModel } from '../support/sim/reference-model.ts';

const casesAtOnce = 25;
const seed = process.env['ASSAY_SEED'];
const parameters = { numRuns: Math.ceil(count(10_000) / casesAtOnce), seed: seed === undefined ? 1 : Number(seed) };
const timeout = 3_600_000;
const fieldNames = ['deleted', 'field0', 'field1', 'field2', 'name'];

/** Histories, and in which of three parts each of their events is. */
const histories = (types: readonly MergeType[]) =>
  fc.array(fc.tuple(programs(types), fc.array(fc.nat(2), { minLength: longest, maxLength: longest })), { minLength: casesAtOnce, maxLength: casesAtOnce });

type History = readonly [steps: Parameters<typeof eventsOf>[0], places: readonly number[]];

interface Case {
  readonly name: string;
  readonly events: readonly ProgramEvent[];
  readonly parts: readonly [ProgramEvent[], ProgramEvent[], ProgramEvent[]];
}

function casesOf(given: readonly History[]): Case[] {
  return given.map(([steps, places], i) => {
    const name = `h${i}`;
    const events = eventsOf(steps, name);
    const part = (wanted: number) => events.filter((_event, j) => places[j] === wanted);
    return { name, events, parts: [part(0), part(1), part(2)] };
  });
}

/** Takes each batch in, in this order, one transaction each, and looks after each. */
async function states<T>(batches: readonly (readonly ProgramEvent[])[], look: (index: Index, isLast: boolean) => T): Promise<T[]> {
  const db = await indexes.take();
  try {
    const projection = createProjection(db);
    const reader = createEntityReader(db);
    const apply = db.transaction((batch: readonly ProgramEvent[]) => projection.apply(batch.map((event) => ({
      ...event, session: projection.sessionNumber('device', event.session), version: 1, body: { ops: event.ops },
    }))));
    return batches.map((batch, i) => {
      if (batch.length > 0) apply(batch);
      return look({ projection, reader }, i === batches.length - 1);
    });
  } finally {
    indexes.giveBack(db);
  }
}

interface Index {
  readonly projection: ReturnType<typeof createProjection>;
  readonly reader: ReturnType<typeof createEntityReader>;
}

async function hashOf(...batches: (readonly ProgramEvent[])[]): Promise<string> {
  const hashes = await states(batches, ({ reader }, isLast) => (isLast ? reader.stateHash() : ''));
  return hashes.at(-1) ?? '';
}

/** The writes of fields, the adds of tags and the characters of texts that show. */
function survivorsOf({ projection, reader }: Index, name: string): Set<string> {
  return new Set(entitiesOf(name).flatMap((id) => [
    ...fieldNames.flatMap((field) => reader.versions(id, field).map(({ hash }) => `${id}.${field} ${hash}`)),
    ...['0', '1', '2'].flatMap((value) => projection.addTags(id, 'tags', value).map((hash) => `${id}.tags.${value} ${hash}`)),
    ...[...reader.text(id).text].map((character) => `${id} ${character}`),
  ]));
}

describe.each(mergeTypes)('of the type %s', (type) => {
  it('the order of two parts does not matter, nor how parts are grouped, nor what comes twice', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(histories([type]), async (given) => {
        const cases = casesOf(given);
        const [a, b, c] = [0, 1, 2].map((part) => cases.flatMap(({ parts }) => parts[part] ?? [])) as [ProgramEvent[], ProgramEvent[], ProgramEvent[]];
        const hash = await hashOf(a, [...b, ...c]);
        expect(await hashOf([...b, ...c], a), 'commutative').toBe(hash);
        expect(await hashOf([...a, ...b], c), 'associative').toBe(hash);
        expect(await hashOf([...c, ...b].reverse(), a, c, a), 'idempotent').toBe(hash);
      }),
      parameters,
    );
  });

  it('what was replaced, removed or erased never comes back when more arrives', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(histories([type]), fc.nat(longest), async (given, cut) => {
        const cases = casesOf(given);
        // All that an event of the first part had seen is in it: a text shows nothing before it has what it builds on.
        const first = cases.map(({ events }) => events.slice(0, cut));
        const rest = cases.flatMap(({ events }) => events.slice(cut));
        const [before, after] = await states([first.flat(), rest], (index) => cases.map(({ name }) => survivorsOf(index, name)));
        for (const [i, events] of first.entries()) {
          const known = new Set(events.flatMap(({ hash, inserted }) => [hash, inserted ?? hash]));
          const back = [...(after?.[i] ?? [])].filter((survivor) => known.has(survivor.split(' ')[1] ?? '') && !before?.[i]?.has(survivor));
          expect(back).toEqual([]);
        }
      }),
      parameters,
    );
  });
});

it('the state is the one of the definitions, whatever came first', { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(histories(mergeTypes), async (given) => {
      const cases = casesOf(given);
      const order = [2, 0, 1].map((part) => cases.flatMap(({ parts }) => parts[part] ?? []).reverse());
      const read = await states(order, ({ reader }, isLast) => (isLast ? cases : []).map(({ name }) => entitiesOf(name).map((id) => ({
        entity: reader.find(id), versions: fieldNames.map((field) => reader.versions(id, field).map(({ hash, value }) => ({ hash, value }))), text: reader.text(id).text,
      }))));
      expect(read.at(-1)).toEqual(cases.map(({ name, events }) => {
        const model = referenceModel(events);
        return entitiesOf(name).map((id) => ({
          entity: model.find(id), versions: fieldNames.map((field) => model.versions(id, field)), text: model.text(id),
        }));
      }));
    }),
    parameters,
  );
});
