/** The log of a page in words. */
import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../../../shared/domain/history.ts';
import { joinEdits } from '../../../../renderer/pages/page-history-words.ts';

const minute = 60_000;

function entry(atMs: number, part: Partial<HistoryEntry> = {}): HistoryEntry {
  return { hash: `h${atMs}${part.person ?? ''}`, atMs, person: 'Ana', device: 'd', action: 'pages.editBlock', entities: ['block'], sentence: 'Wrote in a block', why: null, flag: null, ...part };
}

test('typing of one sitting is one line that says how long it took', () => {
  const joined = joinEdits([entry(9 * minute), entry(6 * minute), entry(5 * minute)]);
  expect(joined.map((one) => one.words)).toEqual(['wrote text, for 4 minutes']);
  expect(joined[0]?.atMs).toBe(9 * minute);
});

test('a long pause, another person or another block begins a new line', () => {
  const joined = joinEdits([entry(40 * minute), entry(20 * minute), entry(19 * minute, { person: 'Jonas' }), entry(18 * minute, { entities: ['other'] })]);
  expect(joined).toHaveLength(4);
});

test('a sitting goes on around other changes', () => {
  const joined = joinEdits([entry(3 * minute), entry(2 * minute, { action: 'pages.moveBlock', sentence: 'Moved a block' }), entry(minute)]);
  expect(joined.map((one) => one.words)).toEqual(['wrote text, for 2 minutes', 'moved a block']);
});

test('what was done to a block does not repeat the name of the page', () => {
  expect(joinEdits([entry(0, { action: 'pages.addBlock', sentence: 'Added a run to \u201cDelays\u201d' })])[0]?.words).toBe('added a run');
});
