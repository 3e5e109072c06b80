import { describe, expect, it } from 'vitest';
import { endLabelOffsets } from '../../../../renderer/charts/curve-labels.ts';
import { describeThinning, smooth, thin } from '../../../../renderer/charts/curve-lines.ts';
import { curveOf, curvesHeading, curvesOption, curvesSummary, curvesTable, metricsIn, stopsOf, valuesAt, type CurveLine } from '../../../../renderer/charts/curves.ts';
import { nearestIndex } from '../../../../renderer/charts/nearest.ts';
import type { MetricPoint } from '../../../../shared/domain/runs.ts';
import { lightTheme } from './theme.ts';

const point = (epoch: number, value: number, part: MetricPoint['part'] = 'validation', metric = 'logLoss'): MetricPoint => ({ epoch, step: epoch * 10, elapsedMs: epoch * 500, part, metric, value });
const line = (id: string, y: readonly number[], colour = 0): CurveLine => ({ id, label: id, colour, curve: { x: y.map((_, index) => index + 1), y } });
const seriesOf = (option: ReturnType<typeof curvesOption>) => option.series as { id: string; data: [number, number | null][]; lineStyle: { color: string; opacity: number; type: string } }[];

describe('curves', () => {
  it('takes the points of one part and metric in the order of steps, by the chosen x', () => {
    const points = [point(2, 0.5), point(1, 0.7), point(1, 0.9, 'train'), point(1, 0.8, 'validation', 'accuracy')];
    expect(curveOf(points, 'validation', 'logLoss', 'epoch')).toEqual({ x: [1, 2], y: [0.7, 0.5] });
    expect(curveOf(points, 'validation', 'logLoss', 'time').x).toEqual([0.5, 1]);
    expect(curveOf(points, 'validation', 'logLoss', 'step').x).toEqual([10, 20]);
    expect(metricsIn([points], 'validation')).toEqual(['logLoss', 'accuracy']);
  });

  it('smooths a constant to itself from the first point on, because the average is corrected for its start', () => {
    expect(smooth([3, 3, 3], 0.9).every((value) => Math.abs(value - 3) < 1e-12)).toBe(true);
    expect(smooth([1, 2], 0)).toEqual([1, 2]);
  });

  it('keeps a gap a gap when smoothing and does not let it move the average', () => {
    const [first, gap, last] = smooth([1, NaN, 1], 0.5);
    expect([first, gap, last]).toEqual([1, NaN, 1]);
  });

  it('keeps every extreme of a long curve when it thins it', () => {
    const y = Array.from({ length: 10_000 }, (_, index) => (index === 5000 ? 100 : index === 5003 ? -100 : Math.sin(index)));
    const thinned = thin({ x: y.map((_, index) => index), y }, 200);
    expect(thinned.x.length).toBeLessThanOrEqual(200);
    expect(thinned.y).toContain(100);
    expect(thinned.y).toContain(-100);
    expect([thinned.x[0], thinned.x.at(-1)]).toEqual([0, 9999]);
    expect(describeThinning([{ ...line('a', []), curve: { x: y.map((_, index) => index), y } }], 200)).toBe('200 of 10,000 points a line');
  });

  it('draws the raw line faint behind the smoothed one', () => {
    const series = seriesOf(curvesOption(lightTheme, { lines: [line('R1', [3, 2, 1], 2)], axis: 'epoch', smoothing: 0.5, isLog: false }));
    expect(series.map((one) => one.id)).toEqual(['R1 raw', 'R1']);
    expect(series[0]?.lineStyle.opacity).toBeLessThan(series[1]?.lineStyle.opacity ?? 0);
    expect(series[1]?.lineStyle.color).toBe(lightTheme.series[2]);
  });

  it('repeats colours after eight runs with a dashed line', () => {
    const series = seriesOf(curvesOption(lightTheme, { lines: [line('a', [1], 1), line('b', [1], 9)], axis: 'epoch', smoothing: 0, isLog: false }));
    expect(series[0]?.lineStyle.color).toBe(series[1]?.lineStyle.color);
    expect(series.map((one) => one.lineStyle.type)).toEqual(['solid', 'dashed']);
  });

  it('leaves a gap on a log axis where a value is not positive', () => {
    const series = seriesOf(curvesOption(lightTheme, { lines: [line('a', [1, 0, -1, 2])], axis: 'epoch', smoothing: 0, isLog: true }));
    expect(series[0]?.data).toEqual([[1, 1], [2, null], [3, null], [4, 2]]);
  });

  it('dims the other lines when one is highlighted', () => {
    const series = seriesOf(curvesOption(lightTheme, { lines: [line('a', [1]), line('b', [1])], axis: 'epoch', smoothing: 0, isLog: false, highlighted: 'b' }));
    expect(series.map((one) => one.lineStyle.opacity)).toEqual([0.3, 1]);
  });

  it('moves names apart only where lines end close together', () => {
    const together = endLabelOffsets([line('a', [9, 1, 5]), line('b', [9, 1, 5])], 0);
    expect([...together.values()].sort((x, y) => x - y)).toEqual([0, 14]);
    expect([...endLabelOffsets([line('a', [9, 5]), line('b', [9, 1, 3, 3, 3, 5])], 0).values()]).toEqual([0, 0]);
  });

  it('gives the values under the crosshair, and none beyond the end of a line', () => {
    const lines = [line('short', [3, 2]), line('long', [3, 2, 1, 0.5])];
    expect(valuesAt(lines, 4, 0).map(({ id, y }) => [id, y])).toEqual([['long', 0.5]]);
    expect(valuesAt(lines, 2, 0).map(({ id }) => id)).toEqual(['short', 'long']);
    expect(stopsOf(lines)).toEqual([1, 2, 3, 4]);
    expect(nearestIndex([1, 2, 3, 4], 2.6)).toBe(2);
    expect(nearestIndex([], 1)).toBe(-1);
  });

  it('has a table twin with one column per run, and a sentence that names the best', () => {
    const lines = [line('R1', [3, 2]), line('R2', [3, 1, 0.5])];
    expect(curvesTable(lines, 'epoch').rows).toEqual([[1, 3, 3], [2, 2, 1], [3, null, 0.5]]);
    expect(curvesSummary(lines, curvesHeading('logLoss', 'validation', 0), true)).toBe('Validation log loss (nats) of 2 lines; R2 reaches the best value, 0.5.');
    expect(curvesSummary([], 'Loss', true)).toBe('Loss: no points yet.');
    expect(curvesHeading('rocAuc', 'validation', 0.82)).toBe('Validation ROC AUC, smoothed 0.82');
  });
});
