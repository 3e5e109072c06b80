import { describe, expect, it } from 'vitest';
import { exactDigest } from '../../../electron/data/diff.ts';
import type { NewColumn } from '../../../electron/data/table.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';
import { compareTables } from '../../support/diff.ts';

const folder = dataFolder();

const column = (type: NewColumn['type'], name: string, values: NewColumn['values']): NewColumn => ({ name, type, values });
const integers = (name: string, values: readonly (number | null)[]) => column('integer', name, values);
const numbers = (name: string, values: readonly (number | null)[]) => column('number', name, values);
const texts = (name: string, values: readonly (string | null)[]) => column('category', name, values);
const changes = (rows: readonly { change: string }[]) => rows.map(({ change }) => change);

describe('rows by a key', () => {
  it('counts rows added, removed, changed and unchanged, and shows old and new values', async () => {
    const { diff, rows } = await compareTables(
      folder,
      [integers('id', [1, 2, 3, 4]), texts('bird', ['a', 'b', 'c', 'd']), numbers('mass', [10, 20, 30, 40])],
      [integers('id', [4, 2, 5, 1]), texts('bird', ['d', 'x', 'e', 'a']), numbers('mass', [40, 25.5, 50, 10])],
    );
    expect(diff.match).toEqual({ kind: 'key', columns: ['id'], isSuggested: true });
    expect(diff.rows).toEqual({ added: 1, removed: 1, changed: 1, unchanged: 2 });
    expect(diff.cellCount).toBe(2);
    expect(diff.columns.map(({ after, isKey, changedCount }) => [after?.name, isKey, changedCount])).toEqual([['id', true, 0], ['bird', false, 1], ['mass', false, 1]]);
    expect(rows).toEqual([
      { change: 'changed', beforeRow: 1, afterRow: 1, before: [2, 'b', 20], after: [2, 'x', 25.5], changed: [1, 2] },
      { change: 'removed', beforeRow: 2, afterRow: null, before: [3, 'c', 30], after: null, changed: [] },
      { change: 'added', beforeRow: null, afterRow: 2, before: null, after: [5, 'e', 50], changed: [] },
    ]);
  });

  it('finds nothing between a table and itself in another order', async () => {
    const { diff, rows } = await compareTables(folder, [integers('id', [1, 2, 3]), texts('bird', ['a', null, 'c'])], [integers('id', [3, 1, 2]), texts('bird', ['c', 'a', null])]);
    expect(diff.rows).toEqual({ added: 0, removed: 0, changed: 0, unchanged: 3 });
    expect(rows).toEqual([]);
  });

  it('takes missing for equal to missing only, NaN to NaN, -0 to 0, and text letter by letter', async () => {
    const { rows } = await compareTables(
      folder,
      [integers('id', [1, 2, 3, 4, 5, 6, 7]), numbers('x', [null, NaN, -0, null, 1, NaN, Infinity]), texts('t', [null, 'a', 'b ', 'É', null, '', 'z'])],
      [integers('id', [1, 2, 3, 4, 5, 6, 7]), numbers('x', [null, NaN, 0, NaN, null, 1, Infinity]), texts('t', [null, 'A', 'b', 'E\u0301', '', null, 'z'])],
    );
    expect(rows.map(({ beforeRow, changed }) => [beforeRow, changed])).toEqual([[1, [2]], [2, [2]], [3, [1, 2]], [4, [1, 2]], [5, [1, 2]]]);
  });

  it('compares by value across a change of type', async () => {
    const { diff, rows } = await compareTables(
      folder,
      [texts('id', ['a', 'b', 'c', 'd']), integers('n', [1, 2, 2 ** 53 - 1, null]), column('date', 'day', [0, 86_400_000, 0, 0]), texts('digits', ['1', '2.5', '3.0', 'x'])],
      [texts('id', ['a', 'b', 'c', 'd']), numbers('n', [1, 2.5, 2 ** 53 - 1, null]), column('timestamp', 'day', [0, 90_000_000, 0, 0]), numbers('digits', [1, 2.5, 3, 4])],
    );
    expect(diff.columns.map(({ before, after, changedCount }) => [before?.type, after?.type, changedCount])).toEqual([
      ['category', 'category', 0], ['integer', 'number', 1], ['date', 'timestamp', 1], ['category', 'number', 2],
    ]);
    expect(rows.map(({ beforeRow, changed }) => [beforeRow, changed])).toEqual([[1, [1, 2]], [2, [3]], [3, [3]]]);
  });

  it('uses the columns that are asked for, across their change of type', async () => {
    const { diff } = await compareTables(
      folder,
      [integers('id', [1, 2, 3]), integers('part', [1, 2, 3]), numbers('x', [1, 2, 3])],
      [integers('id', [1, 2, 3]), numbers('part', [3, 2, 1.5]), numbers('x', [3, 2, 1])], { key: ['part'] },
    );
    expect(diff.match).toEqual({ kind: 'key', columns: ['part'], isSuggested: false });
    expect(diff.rows).toEqual({ added: 1, removed: 1, changed: 1, unchanged: 1 });
  });

  it('refuses a key that is missing somewhere, one that repeats, and one that is not there, by name', async () => {
    const older = [integers('id', [1, 1, 2, 2]), texts('part', ['a', 'b', 'a', null]), numbers('x', [1, 2, 3, 4])];
    expect(await failureFrom(compareTables(folder, older, older, { key: ['id'] }))).toMatchObject({ code: 'diff/key-repeated', details: { key: 'id', version: 'birds v1', value: '1', times: 2, count: 2 } });
    expect(await failureFrom(compareTables(folder, older, older, { key: ['id', 'part'] }))).toMatchObject({ code: 'diff/key-missing', details: { key: 'id, part', version: 'birds v1', count: 1 } });
    expect(await failureFrom(compareTables(folder, older, older, { key: ['nest'] }))).toMatchObject({ code: 'data/unknown-column', details: { column: 'nest' } });
  });
});

describe('the suggested key', () => {
  it('is the column in which most rows of both agree', async () => {
    const { diff } = await compareTables(
      folder,
      [integers('rank', [9, 8, 7]), texts('name', ['a', 'b', 'c']), numbers('x', [1, 2, 3])],
      [integers('rank', [1, 2, 7]), texts('name', ['a', 'b', 'c']), numbers('x', [1, 2, 4])],
    );
    expect(diff.match).toMatchObject({ columns: ['name'] });
  });

  it('is a pair of columns where no column is unique in both', async () => {
    const { diff } = await compareTables(
      folder,
      [texts('island', ['p', 'p', 'q', 'q']), integers('nest', [1, 2, 1, 2]), numbers('x', [1, 2, 3, 4])],
      [texts('island', ['p', 'p', 'q', 'q']), integers('nest', [1, 2, 1, 2]), numbers('x', [1, 2, 3, 5])],
    );
    expect(diff.match).toEqual({ kind: 'key', columns: ['island', 'nest'], isSuggested: true });
    expect(diff.rows).toEqual({ added: 0, removed: 0, changed: 1, unchanged: 3 });
  });

  it('is no decimal number and nothing that is missing somewhere', async () => {
    const { diff } = await compareTables(folder, [numbers('x', [1, 2, 3]), texts('t', ['a', 'b', null])], [numbers('x', [1, 2, 3]), texts('t', ['a', 'b', 'c'])]);
    expect(diff.match.kind).toBe('content');
  });
});

describe('rows by their content', () => {
  const older = [texts('t', ['a', 'a', 'b', null, null]), numbers('x', [1, 1, 2, null, NaN])];
  const newer = [texts('t', [null, 'a', 'c', 'a', 'a']), numbers('x', [null, 1, 2, 1, 1])];

  it('counts equal rows as often as they are there', async () => {
    const { diff, rows } = await compareTables(folder, older, newer);
    expect(diff.match).toEqual({ kind: 'content', reason: 'No column or pair of columns is unique and never missing in both versions.' });
    expect(diff.rows).toEqual({ added: 2, removed: 2, changed: 0, unchanged: 3 });
    expect(rows.map(({ change, beforeRow, afterRow }) => [change, beforeRow, afterRow])).toEqual([['removed', 2, null], ['added', null, 2], ['removed', 4, null], ['added', null, 4]]);
  });

  it('may be asked for where there is a key', async () => {
    const { diff } = await compareTables(folder, [integers('id', [1, 2]), texts('t', ['a', 'b'])], [integers('id', [1, 2]), texts('t', ['a', 'c'])], { key: [] });
    expect(diff.match).toEqual({ kind: 'content', reason: 'No key was wanted.' });
    expect(diff.rows).toEqual({ added: 1, removed: 1, changed: 0, unchanged: 1 });
  });

  it('is exact even where rows share a digest', async () => {
    const { diff } = await compareTables(folder, older, newer, { digests: [() => '0', exactDigest] });
    expect(diff.rows).toEqual({ added: 2, removed: 2, changed: 0, unchanged: 3 });
  });
});

describe('columns', () => {
  it('are added, removed, renamed by their content, changed in type and reordered', async () => {
    const { diff, rows } = await compareTables(
      folder,
      [integers('id', [1, 2, 3]), texts('gone', ['x', 'x', 'x']), numbers('mass', [10, 20, 30]), integers('year', [2007, 2008, 2009])],
      [numbers('year', [2007, 2008, 2009]), integers('id', [1, 2, 3]), numbers('body mass', [10, 20, 30]), texts('new', ['y', 'y', 'z'])],
    );
    expect(diff.columns.map(({ before, after }) => [before?.name ?? null, after?.name ?? null])).toEqual([['year', 'year'], ['id', 'id'], ['mass', 'body mass'], [null, 'new'], ['gone', null]]);
    expect(diff.isReordered).toBe(true);
    expect(diff.rows).toEqual({ added: 0, removed: 0, changed: 0, unchanged: 3 });
    expect(rows).toEqual([]);
  });

  it('are renamed although some of their cells changed, where rows have a key', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => index);
    const { diff } = await compareTables(
      folder,
      [integers('id', ids), numbers('delay', ids.map((id) => id / 4)), texts('late', ids.map((id) => (id % 10 === 0 ? 'yes' : 'no')))],
      [integers('id', ids), numbers('arrival delay', ids.map((id) => (id === 7 ? 99 : id / 4))), texts('cancelled', ids.map((id) => (id % 11 === 1 ? 'yes' : 'no')))],
    );
    expect(diff.columns.map(({ before, after, changedCount }) => [before?.name ?? null, after?.name ?? null, changedCount])).toEqual([
      ['id', 'id', 0], ['delay', 'arrival delay', 1], [null, 'cancelled', 0], ['late', null, 0],
    ]);
  });

  it('must be common to both, in some way', async () => {
    expect(await failureFrom(compareTables(folder, [integers('a', [1, 2])], [texts('b', ['x', 'y'])]))).toMatchObject({ code: 'diff/no-common-columns' });
  });

  it('may have any name, also one that the comparison uses itself', async () => {
    const table = (x: number) => [integers('k0', [1, 2]), integers('r', [1, x]), texts('a "b" \n\' c', ['x', "it's"]), texts('V0', ['x', 'x'])];
    const { rows } = await compareTables(folder, table(2), table(3));
    expect(rows).toEqual([{ change: 'changed', beforeRow: 1, afterRow: 1, before: [2, 2, "it's", 'x'], after: [2, 3, "it's", 'x'], changed: [1] }]);
  });

  it('may be two thousand', async () => {
    const wide = (isChanged: boolean) => Array.from({ length: 2000 }, (_, index) => integers(`c${index}`, [0, 1, 2].map((row) => row + index + (isChanged && index % 500 === 1 && row === 2 ? 1 : 0))));
    const { diff, rows } = await compareTables(folder, wide(false), wide(true));
    expect(diff.rows).toEqual({ added: 0, removed: 0, changed: 1, unchanged: 2 });
    expect(rows[0]?.changed).toEqual([1, 501, 1001, 1501]);
    expect(rows[0]?.after?.[501]).toBe(504);
  });

  it('says how far it is, step by step, and stops when it is told to', async () => {
    const steps: string[] = [];
    const table = (value: number) => [integers('id', [1, 2]), ...Array.from({ length: 104 }, (_, index) => integers(`c${index}`, [value, 2]))];
    const onProgress = ({ done, total, step }: { done: number; total: number; step: string }): void => { steps.push(`${done} of ${total}: ${step}`); };
    await compareTables(folder, table(1), table(3), { onProgress });
    expect(steps).toEqual([
      '0 of 3: Looking for the rows that are the same', '1 of 106: Comparing the values', '101 of 106: Comparing the values', '105 of 106: Writing what differs',
    ]);
    const stop = new AbortController();
    const stopped = compareTables(folder, table(1), table(3), { signal: stop.signal, onProgress: () => stop.abort() });
    expect(await failureFrom(stopped)).toMatchObject({ code: 'job/cancelled' });
  });

  it('without rows on one side leave only rows added or removed', async () => {
    const { diff } = await compareTables(folder, [integers('id', []), texts('t', [])], [integers('id', [1, 2]), texts('t', ['a', 'b'])]);
    expect(diff.rows).toEqual({ added: 2, removed: 0, changed: 0, unchanged: 0 });
  });
});

describe('a page of the rows that differ', () => {
  const ids = Array.from({ length: 500 }, (_, index) => index);
  const older = [integers('id', ids), numbers('x', ids), texts('t', ids.map(String))];
  const newer = [integers('id', ids.map((id) => id + 2)), numbers('x', ids.map((id) => (id % 5 === 0 ? NaN : id + 2 + (id % 7)))), texts('t', ids.map((id) => String(id + 2)))];

  it('is cut from the rows in the order of the tables', async () => {
    const { view } = await compareTables(folder, older, newer);
    const rows = await view({ offset: 2, limit: 4 });
    expect(rows.map(({ change, beforeRow, afterRow }) => [change, beforeRow, afterRow])).toEqual([['removed', 1, null], ['changed', 3, 1], ['changed', 4, 2], ['changed', 5, 3]]);
    expect(await view({ offset: 10_000 })).toEqual([]);
  });

  it('shows one kind of change, or one column', async () => {
    const { view } = await compareTables(folder, older, newer);
    expect(changes(await view({ change: 'removed' }))).toEqual(['removed', 'removed']);
    expect(changes(await view({ change: 'added' }))).toEqual(['added', 'added']);
    expect(await view({ column: 't' })).toEqual([]);
    expect((await view({ column: 'x', limit: 3 })).map(({ afterRow }) => afterRow)).toEqual([0, 1, 2]);
  });

  it('has the cells that are asked for, and says of all which changed', async () => {
    const { view } = await compareTables(folder, older, newer);
    const [row] = await view({ change: 'changed', places: [2, 0], offset: 1, limit: 1 });
    expect(row).toEqual({ change: 'changed', beforeRow: 3, afterRow: 1, before: ['3', 3], after: ['3', 3], changed: [1] });
  });

  it('begins with the largest change of a column of numbers; changes to or from what is no number come last', async () => {
    const { view } = await compareTables(folder, older, newer);
    const first = await view({ column: 'x', isBySize: true, limit: 5 });
    expect(first.map((row) => Number(row.after?.[1]) - Number(row.before?.[1]))).toEqual([6, 6, 6, 6, 6]);
    const all = [...(await view({ column: 'x', isBySize: true })), ...(await view({ column: 'x', isBySize: true, offset: 200 })), ...(await view({ column: 'x', isBySize: true, offset: 400 }))];
    expect(all.at(-1)?.after?.[1]).toBe('NaN');
    expect(all.length).toBe(new Set(all.map(({ afterRow }) => afterRow)).size);
  });

  it('is refused for the size of a change of text, and for a column that both do not have', async () => {
    const { view } = await compareTables(folder, older, newer);
    expect(await failureFrom(view({ column: 't', isBySize: true }))).toMatchObject({ code: 'diff/no-sizes', details: { column: 't', type: 'category' } });
    expect(await failureFrom(view({ column: 'y' }))).toMatchObject({ code: 'data/unknown-column' });
  });
});
