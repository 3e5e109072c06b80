import { describe, expect, it } from 'vitest';
import { diffRuns } from '../../../../renderer/pages/runs-diff.ts';
import { bestRuns } from '../../../../renderer/pages/runs-columns.tsx';
import type { MetricName, Run } from '../../../../shared/domain/runs.ts';
import { runOf } from '../builders.ts';

describe('what changed between two runs', () => {
  it('names the settings that differ and keeps the rest as the same', () => {
    const lines = diffRuns(runOf(1), runOf(2, { config: { learningRate: 0.001, features: ['bill', 'wing'] } }));
    const changed = lines.filter((line) => !line.isSame && line.group === 'Settings').map((line) => [line.term, line.a, line.b]);
    expect(changed).toEqual([['Learning rate', '0.01', '0.001'], ['Features', '2', '2'], ['Only in A', 'mass', '\u2013'], ['Only in B', '\u2013', 'wing']]);
    expect(lines.find((line) => line.term === 'Batch size')?.isSame).toBe(true);
  });

  it('calls a lower loss and a higher accuracy better', () => {
    const lines = diffRuns(runOf(1), runOf(2, { result: { test: { logLoss: 0.2, accuracy: 0.9 } } }));
    const test = lines.filter((line) => line.group === 'Test');
    expect(test.map((line) => [line.term, line.delta?.isBetter])).toEqual([['Log loss', true], ['Accuracy', false]]);
  });

  it('compares a run without a result by its settings and status only', () => {
    const lines = diffRuns(runOf(1), runOf(2, { status: 'failed', result: null }));
    expect(lines.some((line) => line.group === 'Test' || line.group === 'Validation')).toBe(false);
    expect(lines.find((line) => line.term === 'Status')).toMatchObject({ a: 'done', b: 'failed', isSame: false });
  });

  it('marks the best only among runs of the same data, task and target', () => {
    const metricOf = (run: Run, metric: MetricName) => run.result?.validation[metric] ?? null;
    const runs = [runOf(1), runOf(2, { result: { validation: { logLoss: 0.1 } } }), runOf(3, { config: { target: 'island' }, result: { validation: { logLoss: 0.01 } } })];
    expect([...(bestRuns(runs, metricOf).get('logLoss') ?? [])]).toEqual([runs[1]?.id]);
  });
});
