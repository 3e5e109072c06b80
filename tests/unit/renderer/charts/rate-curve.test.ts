import { describe, expect, it } from 'vitest';
import { rateCurve, rateOption, rateSummary, rateTable } from '../../../../renderer/charts/rate-curve.ts';
import { ScheduleChoice } from '../../../../shared/domain/train-config.ts';
import { config } from '../builders.ts';
import { lightTheme } from './theme.ts';

const scheduled = (schedule: unknown, part: Partial<typeof config> = {}) => ({ ...config, learningRate: 0.1, maxEpochs: 10, ...part, schedule: ScheduleChoice.parse(schedule) });

describe('the learning rate over the epochs', () => {
  it('starts at the highest value and ends near zero along a cosine', () => {
    const curve = rateCurve(scheduled({ kind: 'cosine' }), 100);
    expect(curve.x).toHaveLength(240);
    expect([curve.x[0], curve.y[0]]).toEqual([0, 0.1]);
    expect(curve.y.at(-1)).toBeLessThan(1e-6);
  });

  it('falls in steps, and rises from zero over the warm-up', () => {
    const curve = rateCurve(scheduled({ kind: 'step', everyEpochs: 5, factor: 0.1 }, { warmupEpochs: 1 }), 10);
    expect(curve.y[0]).toBeCloseTo(0.01);
    expect(curve.y[9]).toBeCloseTo(0.1);
    expect(curve.y.at(-1)).toBeCloseTo(0.01);
  });

  it('has a point for each step of a short run, and draws to the last epoch', () => {
    const curve = rateCurve(scheduled({ kind: 'constant' }, { maxEpochs: 2 }), 1);
    expect(curve).toEqual({ x: [0, 1], y: [0.1, 0.1] });
    const [series] = rateOption(curve, 2, lightTheme).series as { data: unknown[] }[];
    expect(series?.data.at(-1)).toEqual([2, 0.1]);
    expect(rateTable(curve).rows).toHaveLength(2);
    expect(rateSummary(scheduled({ kind: 'constant' }, { maxEpochs: 2 }), curve)).toBe('Learning rate from 0.1 to 0.1 over 2 epochs, highest 0.1.');
  });
});
