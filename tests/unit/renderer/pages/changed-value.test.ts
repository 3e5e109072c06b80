/** What of a change can be set back, and how values read. */
import { expect, test } from 'vitest';
import type { ChangedValue } from '../../../../shared/domain/changes.ts';
import { restorableSides } from '../../../../renderer/pages/changed-value.tsx';
import { showValue } from '../../../../renderer/pages/value-words.ts';
import { foldSame } from '../../../../renderer/ui/text-difference.tsx';

const change = (part: Partial<ChangedValue>): ChangedValue => ({ entity: 'e', type: 'run', label: 'run R1', field: 'name', kind: 'value', before: ['a'], after: 'b', fixedBecause: null, isPresent: true, ...part });
const sides = (part: Partial<ChangedValue>) => restorableSides(change(part)).map(({ side, value }) => `${side} ${JSON.stringify(value)}`);

test('the value before can be set back, and the one after once it is no longer so', () => {
  expect(sides({})).toEqual(['before "a"']);
  expect(sides({ isPresent: false })).toEqual(['before "a"', 'after "b"']);
  expect(sides({ before: ['a', 'c'] })).toEqual(['before "a"', 'before "c"']);
  expect(sides({ fixedBecause: 'measured' })).toEqual([]);
  expect(sides({ before: [] })).toEqual([]);
});

test('a first removal and a first note can be taken back, though nothing was written before', () => {
  expect(sides({ field: 'deleted', before: [], after: true })).toEqual(['before false']);
  expect(sides({ field: 'note', before: [], after: 'text' })).toEqual(['before ""']);
});

test('values read as words where there are words for them', () => {
  const words = (field: string, value: unknown) => showValue(field, value).text;
  expect([words('deleted', true), words('note', ''), words('result', null), words('isOn', true), words('tags', { key: 'source', value: 'gulls' })]).toEqual(['removed', 'empty', 'nothing', 'yes', 'source: gulls']);
  expect(showValue('config', { a: 1 })).toEqual({ kind: 'json', text: '{\n  "a": 1\n}' });
});

test('unchanged lines far from a change are folded', () => {
  const text = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n');
  expect(foldSame(text, true, false)).toMatchObject({ head: '', lineCount: 17 });
  expect(foldSame(text, false, false)).toMatchObject({ lineCount: 14 });
  expect(foldSame('short', false, false)).toBeNull();
});
