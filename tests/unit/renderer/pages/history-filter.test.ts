/** Reading and filtering the history. */
import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../../../shared/domain/history.ts';
import { actionIcon, dayHeading, filterHistory, periodOf, timelineRows } from '../../../../renderer/pages/history-words.ts';

const entry = (part: Partial<HistoryEntry>): HistoryEntry => ({ hash: 'ab12', atMs: 0, person: 'Ana', device: 'k', action: 'runs.start', entities: [], sentence: 'Started run R3', why: null, flag: null, ...part });

test('the history is filtered by person, by kind and by every word', () => {
  const all = [entry({}), entry({ person: 'Jonas', action: 'datasets.tag', sentence: 'Tagged penguins', why: 'Reviewed' })];
  expect(filterHistory(all, { text: 'reviewed TAGGED', person: null, area: null })).toHaveLength(1);
  expect(filterHistory(all, { text: '', person: 'Ana', area: null })).toHaveLength(1);
  expect(filterHistory(all, { text: '', person: null, area: 'datasets' })).toHaveLength(1);
  expect(filterHistory(all, { text: 'r3', person: 'Jonas', area: null })).toHaveLength(0);
});

test('days are named as people name them', () => {
  const now = new Date(2026, 2, 1, 0, 30).getTime();
  expect(dayHeading(new Date(2026, 2, 1, 0, 10).getTime(), now)).toBe('Today');
  expect(dayHeading(new Date(2026, 1, 28, 23, 50).getTime(), now)).toBe('Yesterday');
  expect(dayHeading(new Date(2026, 1, 27).getTime(), now)).toBe('27 Feb 2026');
});

test('a removal looks like one, whatever was removed', () => {
  expect(actionIcon('datasets.remove')).toBe('trash');
  expect(actionIcon('runs.untag')).toBe('tag');
  expect(actionIcon('something.new')).toBe('clock');
});

test('a heading stands where a day begins, also where clocks were wrong', () => {
  const at = (...time: [number, number, number, number]) => ({ entry: entry({ atMs: new Date(...time).getTime() }), firstAtMs: 0, firstHash: '' });
  const now = new Date(2026, 2, 1, 12).getTime();
  const rows = timelineRows([at(2026, 2, 1, 11), at(2026, 2, 1, 0), at(2026, 1, 28, 23), at(2026, 1, 28, 1), at(2026, 1, 20, 9)], now);
  expect(rows.map((row) => (row.kind === 'day' ? row.heading : '-'))).toEqual(['Today', '-', '-', 'Yesterday', '-', '-', '20 Feb 2026', '-']);
});

test('a period lets whole local days through', () => {
  const now = new Date(2026, 2, 10, 15).getTime();
  const days = { from: '2026-03-01', to: '2026-03-02' };
  expect(periodOf('any', days, now)).toEqual({ sinceMs: null, untilMs: null });
  expect(periodOf('today', days, now)).toEqual({ sinceMs: new Date(2026, 2, 10).getTime(), untilMs: null });
  expect(periodOf('days', days, now)).toEqual({ sinceMs: new Date(2026, 2, 1).getTime(), untilMs: new Date(2026, 2, 3).getTime() });
  expect(periodOf('days', { from: '', to: '' }, now)).toEqual({ sinceMs: null, untilMs: null });
});
