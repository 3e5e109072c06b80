/** The charts of a drift report as data. */
import { expect, test } from 'vitest';
import { driftOverTime, driftOverTimeOption, driftOverTimeTable } from '../../../../renderer/charts/drift-over-time.ts';
import { describePair, histogramPairOption, histogramPairTable, type HistogramPair } from '../../../../renderer/charts/histogram-pair.ts';
import { column, report, window } from '../drift.ts';
import { lightTheme as theme } from './theme.ts';

const months = report([window('Feb', [column('a', 0.2, true), column('b', 0, false), column('c', 0, false), column('d', 0, false)]), window('Mar', [column('a', 0.2, true)])]);
const bins: HistogramPair = { edges: [0, 10, 20], labels: null, reference: [0.75, 0.25], current: [0.5, 0.5], format: String, isTime: false };

test('the share over time keeps the threshold in sight even when nothing comes near it', () => {
  const option = driftOverTimeOption(theme, { labels: ['a', 'b'], shares: [0, 0.02], threshold: 0.5, selected: 1 });
  expect(option.yAxis).toMatchObject({ min: 0, max: 0.625 });
});

test('the share never runs beyond the whole', () => {
  expect(driftOverTimeOption(theme, driftOverTime(months, 0)).yAxis).toMatchObject({ max: 1 });
});

test('the table twin of the share has a row a window with its verdict', () => {
  expect(driftOverTimeTable(months).rows).toEqual([['Feb', 1000, 1, 0.25, 'no drift'], ['Mar', 1000, 1, 1, 'drifted']]);
});

test('the outline of the current bins begins and ends on the floor', () => {
  const { series } = histogramPairOption(theme, bins);
  expect((series as { id: string; data: unknown }[]).find((one) => one.id === 'current')?.data).toEqual([[0, 0], [0, 0.5], [10, 0.5], [10, 0.5], [20, 0.5], [20, 0]]);
});

test('the summary says where the two distributions differ most', () => {
  expect(describePair(bins, 'delay')).toBe('delay: the two differ most between 0 and 10, 75 % in the reference and 50 % now.');
  expect(describePair({ ...bins, current: bins.reference }, 'delay')).toBe('delay: both distributions are the same.');
});

test('the table twin of a category names each value', () => {
  expect(histogramPairTable({ ...bins, edges: null, labels: ['yes', 'no'] }, { reference: 'Jan', current: 'Feb' })).toEqual({
    columns: [{ header: 'Value', align: 'left' }, { header: 'Jan' }, { header: 'Feb' }], rows: [['yes', 0.75, 0.5], ['no', 0.25, 0.5]],
  });
});
