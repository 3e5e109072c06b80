import { describe, expect, it } from 'vitest';
import { joinPoints, latestValue } from '../../../../renderer/state/run-curves.ts';
import type { MetricPoint } from '../../../../shared/domain/runs.ts';

const point = (epoch: number, value: number): MetricPoint => ({ epoch, step: epoch * 10, elapsedMs: epoch, part: 'validation', metric: 'logLoss', value });

describe('live curves', () => {
  it('joins what was recorded and what came since, each point once', () => {
    expect(joinPoints([point(1, 3), point(2, 2)], [point(2, 2), point(3, 1)])?.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it('tells "not asked yet" from "no points"', () => {
    expect(joinPoints(undefined, undefined)).toBeNull();
    expect(joinPoints([], undefined)).toEqual([]);
  });

  it('takes the last value of a metric while the run goes on', () => {
    expect(latestValue([point(1, 3), point(2, 2)], 'logLoss')).toBe(2);
    expect(latestValue(undefined, 'logLoss')).toBeNull();
  });
});
