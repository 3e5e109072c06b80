/** The diff of two tables against one that is written with plain maps, over random tables and edits of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewColumn } from '../../electron/data/table.ts';
import type { ValueType } from '../../shared/domain/columns.ts';
import { count } from '../support/counts.ts';
import { dataFolder } from '../support/data-files.ts';
import { compareTables, type NewTable } from '../support/diff.ts';

const folder = dataFolder();

type Value = string | number | boolean | null;

const dayMs = 86_400_000;
/** Few values, so that rows repeat; all the odd ones among them. */
const values: Readonly<Record<ValueType, fc.Arbitrary<Value>>> = {
  boolean: fc.constantFrom<Value>(true, false, null),
  integer: fc.constantFrom<Value>(0, 1, -7, 2 ** 53 - 1, null),
  number: fc.constantFrom<Value>(0, -0, 1, 0.1, NaN, Infinity, -Infinity, 5e-324, null),
  category: fc.constantFrom<Value>('a', 'A', ' a', '', 'ü', 'u\u0308', "it's", null),
  text: fc.constantFrom<Value>('1', '1.0', 'null', '-', '3:abc', null),
  date: fc.constantFrom<Value>(0, dayMs, -dayMs, null),
  timestamp: fc.constantFrom<Value>(0, 1, dayMs, null),
};
const types = Object.keys(values) as ValueType[];

interface Case {
  readonly columns: readonly ValueType[];
  readonly older: readonly (readonly Value[])[];
  readonly newer: readonly (readonly Value[])[];
  /** Keys of the rows of either table, distinct in each; null where rows have none. */
  readonly keys: { readonly older: readonly number[]; readonly newer: readonly number[] } | null;
  /** The newer table's columns stand in this order. */
  readonly turn: number;
}

const cases: fc.Arbitrary<Case> = fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 4 }).chain((columns) => {
  const row = fc.tuple(...columns.map((type) => values[type]));
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { minLength: 12, maxLength: 12 });
  return fc.record({
    columns: fc.constant(columns), older: fc.array(row, { maxLength: 12 }), newer: fc.array(row, { maxLength: 12 }),
    keys: fc.option(fc.record({ older: ids, newer: ids })), turn: fc.nat({ max: columns.length - 1 }),
  });
});

/** Two values that the rules take for equal have one text. */
function textOf(value: Value): string {
  return Object.is(value, -0) ? 'number 0' : `${typeof value} ${String(value)}`;
}

function tableOf({ columns, turn }: Case, rows: readonly (readonly Value[])[], keys: readonly number[] | null, isTurned: boolean): NewTable {
  const all: NewColumn[] = columns.map((type, index) => ({ name: `c${index}`, type, values: rows.map((row) => row[index] ?? null) }));
  const turned = isTurned ? [...all.slice(turn), ...all.slice(0, turn)] : all;
  return keys ? [...turned, { name: 'key', type: 'integer', values: keys.slice(0, rows.length) }] : turned;
}

/** With keys: by a map from key to row. Without: by a map from content to how often it is there. */
function referenceOf({ older, newer, keys, columns }: Case): { added: number; removed: number; changed: number; unchanged: number; perColumn: number[] } {
  const perColumn = columns.map(() => 0);
  if (keys) {
    const rowOf = new Map(older.map((row, index) => [keys.older[index], row]));
    let [added, changed, unchanged] = [0, 0, 0];
    for (const [index, row] of newer.entries()) {
      const before = rowOf.get(keys.newer[index]);
      if (!before) { added++; continue; }
      const places = columns.map((_, place) => place).filter((place) => textOf(before[place] ?? null) !== textOf(row[place] ?? null));
      for (const place of places) perColumn[place]!++;
      if (places.length > 0) changed++;
      else unchanged++;
    }
    return { added, removed: older.length - changed - unchanged, changed, unchanged, perColumn };
  }
  const left = new Map<string, number>();
  const contentOf = (row: readonly Value[]) => JSON.stringify(row.map(textOf));
  for (const row of older) left.set(contentOf(row), (left.get(contentOf(row)) ?? 0) + 1);
  let unchanged = 0;
  for (const row of newer) {
    const times = left.get(contentOf(row)) ?? 0;
    if (times > 0) { left.set(contentOf(row), times - 1); unchanged++; }
  }
  return { added: newer.length - unchanged, removed: older.length - unchanged, changed: 0, unchanged, perColumn };
}

test('every count of a diff is that of plain maps, and every cell that is called changed differs', async () => {
  await fc.assert(fc.asyncProperty(cases, async (one) => {
    const { diff, rows } = await compareTables(folder, tableOf(one, one.older, one.keys?.older ?? null, false), tableOf(one, one.newer, one.keys?.newer ?? null, true), { key: one.keys ? ['key'] : null });
    // Without a key of ours the columns themselves may be one: then the rows are those with that key.
    fc.pre(one.keys !== null || diff.match.kind === 'content');
    const { perColumn, ...expected } = referenceOf(one);
    expect(diff.rows).toEqual(expected);
    for (const { after, changedCount } of diff.columns) {
      if (after && after.name !== 'key') expect(changedCount).toBe(perColumn[Number(after.name.slice(1))]);
    }
    expect(rows).toHaveLength(expected.added + expected.removed + expected.changed);
    expect(rows.flatMap(({ changed }) => changed)).toHaveLength(diff.cellCount);
  }), { numRuns: count(300) });
}, 600_000);

test('a renamed column is found by its content, and its changed cells are counted', async () => {
  const edits = fc.uniqueArray(fc.integer({ min: 0, max: 49 }), { maxLength: 4 });
  await fc.assert(fc.asyncProperty(edits, fc.constantFrom<ValueType>('integer', 'number', 'text'), async (edited, type) => {
    const ids = Array.from({ length: 50 }, (_, index) => index);
    const valuesOf = (changed: readonly number[]) => ids.map((id) => (type === 'text' ? `t${id % 23}${changed.includes(id) ? '!' : ''}` : (id % 23) + (changed.includes(id) ? 100 : 0)));
    const { diff } = await compareTables(
      folder,
      [{ name: 'id', type: 'integer', values: ids }, { name: 'old name', type, values: valuesOf([]) }],
      [{ name: 'new name', type, values: valuesOf(edited) }, { name: 'id', type: 'integer', values: ids }],
    );
    expect(diff.columns[0]).toEqual({ before: { name: 'old name', type }, after: { name: 'new name', type }, isKey: false, changedCount: edited.length });
  }), { numRuns: count(50) });
}, 300_000);
