/** Filters and orders of rows give what plain JavaScript gives, on random tables. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFirstRows } from '../../electron/data/rows-view.ts';
import { writeTable } from '../../electron/data/table.ts';
import { comparisons, type RowFilter, type RowView } from '../../shared/domain/query.ts';
import { count } from '../support/counts.ts';
import { dataFolder } from '../support/data-files.ts';

const folder = dataFolder();
let tables = 0;

interface Row { readonly id: number; readonly text: string | null; readonly number: number | null; readonly whole: number | null; readonly yes: boolean | null }

/** Few values, so that they meet; letters whose case is the same everywhere. */
const texts = fc.constantFrom('', 'a', 'A', 'ab', 'B', "o'", '%', 'ä', 'Ä', '漢', '🐧', '\uffee');
const numbers = fc.constantFrom(-Infinity, -2, -0.5, 0, 0.1, 1, 2, Infinity, NaN);
const row = fc.record({ text: fc.option(texts), number: fc.option(numbers), whole: fc.option(fc.integer({ min: -3, max: 3 })), yes: fc.option(fc.boolean()) });
const wanted = fc.constantFrom('-2', '0', '0.1', '1.0', '2', '1e0');
const filter: fc.Arbitrary<RowFilter> = fc.oneof(
  fc.record({ kind: fc.constant('contains' as const), column: fc.constant('text'), text: texts.filter((text) => text !== '') }),
  fc.record({ kind: fc.constant('compare' as const), column: fc.constant('text'), operator: fc.constantFrom(...comparisons), value: texts }),
  fc.record({ kind: fc.constant('compare' as const), column: fc.constantFrom('number', 'whole'), operator: fc.constantFrom(...comparisons), value: wanted }),
  fc.record({ kind: fc.constant('one-of' as const), column: fc.constantFrom('number', 'whole'), values: fc.array(wanted, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('one-of' as const), column: fc.constant('text'), values: fc.array(texts, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('missing' as const), column: fc.constantFrom('text', 'number', 'whole', 'yes'), isMissing: fc.boolean() }),
);
const view: fc.Arbitrary<RowView> = fc.record({
  filters: fc.array(filter, { maxLength: 3 }),
  sort: fc.option(fc.record({ column: fc.constantFrom('text', 'whole', 'yes'), isDescending: fc.boolean() })),
});

test('any filters and order are those of plain JavaScript', async () => {
  await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), view, async (drawn, asked) => {
    const rows = drawn.map((each, id): Row => ({ id, ...each }));
    const path = folder.path(`table ${++tables}.parquet`);
    const values = <K extends keyof Row>(key: K) => rows.map((each) => each[key]);
    await writeTable(folder.duck, { outPath: path, columns: [
      { name: 'id', type: 'integer', values: values('id') }, { name: 'text', type: 'text', values: values('text') }, { name: 'number', type: 'number', values: values('number') },
      { name: 'whole', type: 'integer', values: values('whole') }, { name: 'yes', type: 'boolean', values: values('yes') },
    ] });
    const expected = rows.filter((each) => asked.filters.every((one) => passes(each, one)));
    if (asked.sort) expected.sort(order(asked.sort.column as keyof Row, asked.sort.isDescending));
    const shown = await readFirstRows(folder.duck, { path, view: asked });
    expect([shown.rowCount, shown.rows.map(([id]) => id)]).toEqual([expected.length, expected.map(({ id }) => id)]);
  }), { numRuns: count(300) });
}, 120_000);

function passes(each: Row, one: RowFilter): boolean {
  const value = each[one.column as keyof Row];
  if (one.kind === 'missing') return (value === null) === one.isMissing;
  if (value === null) return false;
  if (one.kind === 'contains') return String(value).toLowerCase().includes(one.text.toLowerCase());
  const read = (text: string) => (typeof value === 'string' ? text : Number(text));
  if (one.kind === 'one-of') return one.values.some((text) => value === read(text));
  if (Number.isNaN(value)) return one.operator === '<>';
  const sign = compare(value, read(one.value));
  return { '=': sign === 0, '<>': sign !== 0, '<': sign < 0, '<=': sign <= 0, '>': sign > 0, '>=': sign >= 0 }[one.operator];
}

/** By code point, as UTF-8 is ordered; JavaScript orders by UTF-16 units. */
function compare(a: Row[keyof Row], b: Row[keyof Row]): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b) || 0;
}

function order(column: keyof Row, isDescending: boolean): (a: Row, b: Row) => number {
  return (a, b) => {
    const [x, y] = [a[column], b[column]];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a.id - b.id;
    return compare(x, y) * (isDescending ? -1 : 1) || a.id - b.id;
  };
}
