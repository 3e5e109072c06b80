/** What can be added to a page. */
import { expect, test } from 'vitest';
import { addEntries, narrowEntries } from '../../../../renderer/pages/page-add-entries.ts';
import { runOf } from '../builders.ts';

const runs = Array.from({ length: 9 }, (_, index) => runOf(index + 1));

test('without letters each kind shows its latest six', () => {
  const groups = narrowEntries(addEntries({ datasets: [], runs, reports: [] }), '');
  expect(groups.map((group) => group.group)).toEqual(['Add', 'Runs']);
  expect(groups[1]?.entries).toHaveLength(6);
  expect(groups[1]?.entries[0]?.id).toBe(runs.at(-1)?.id);
});

test('letters find a run by its label, its dataset or its target', () => {
  const all = addEntries({ datasets: [], runs, reports: [] });
  expect(narrowEntries(all, 'r7').flatMap((group) => group.entries).map((entry) => entry.id)).toEqual([runs[6]?.id]);
  expect(narrowEntries(all, 'species').flatMap((group) => group.entries)).toHaveLength(9);
  expect(narrowEntries(all, 'zebra')).toEqual([]);
});

test('a chart can be added only where there are runs', () => {
  expect(addEntries({ datasets: [], runs: [], reports: [] }).map((entry) => entry.id)).toEqual(['text']);
});
