import { describe, expect, it } from 'vitest';
import { parallelSpec } from '../../../../renderer/pages/runs-parallel.ts';
import type { MetricName, Run } from '../../../../shared/domain/runs.ts';
import { runOf } from '../builders.ts';

const metricOf = (run: Run, metric: MetricName): number | null => run.result?.validation[metric] ?? null;
const first = runOf(1);
const second = runOf(2, { config: { model: { kind: 'linear', solver: 'gradient' }, learningRate: 0.001 }, result: { parameterCount: 45, epochCount: 100, validation: { logLoss: 0.3, accuracy: 0.9 } } });
const names = (runs: readonly Run[], mostAxes: number): string[] => parallelSpec(runs, runs, metricOf, { highlighted: null, mostAxes }).axes.map((axis) => axis.name);

describe('parallel coordinates of runs', () => {
  it('ends with the metrics and leaves out settings first when there is little room', () => {
    expect(names([first, second], 7)).toEqual(['Model', 'Learning rate', 'Parameters', 'Epochs', 'Accuracy', 'Log loss']);
    expect(names([first, second], 4)).toEqual(['Model', 'Learning rate', 'Accuracy', 'Log loss']);
  });

  it('keeps the settings when a run of another task brings metrics of its own', () => {
    const other = runOf(3, { config: { task: 'regression', target: 'mass' }, result: { validation: { rmse: 3, mae: 2 } } });
    expect(names([first, second, other], 4)).toEqual(['Model', 'Learning rate', 'Accuracy', 'Log loss']);
  });

  it('shows runs of the same task and target as context, and no others', () => {
    const context = [first, second, runOf(3), runOf(4, { config: { target: 'island' } })];
    const { lines } = parallelSpec([first, second], context, metricOf, { highlighted: null, mostAxes: 7 });
    expect(lines.map((line) => [line.label, line.isSelected])).toEqual([['R1', true], ['R2', true], ['R3', false]]);
  });
});
