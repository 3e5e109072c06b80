import { describe, expect, it } from 'vitest';
import { describeFilter, filterRuns, parseFilter } from '../../../../renderer/pages/runs-filter.ts';
import type { RunFilter } from '../../../../renderer/state/runs-view.ts';
import type { MetricName, Run } from '../../../../shared/domain/runs.ts';
import { runOf } from '../builders.ts';

const context = { nowMs: 10 * 86_400_000, metricOf: (run: Run, metric: MetricName) => run.result?.validation[metric] ?? null };
const labels = (runs: readonly Run[]): string[] => runs.map((run) => run.label);
const runs = [
  runOf(1), runOf(2, { status: 'failed', result: null, config: { model: { kind: 'linear', solver: 'gradient' } } }),
  runOf(3, { datasetName: 'flights', startedAtMs: 9.5 * 86_400_000, result: { validation: { logLoss: 0.5 } }, tags: [{ key: 'plan', value: 'best' }], note: 'hour splines' }),
];

describe('filters of runs', () => {
  it('lets filters of one kind widen each other and different kinds narrow', () => {
    const filters: RunFilter[] = [{ kind: 'data', dataset: 'penguins' }, { kind: 'data', dataset: 'flights' }, { kind: 'status', status: 'done' }];
    expect(labels(filterRuns(runs, filters, '', context))).toEqual(['R1', 'R3']);
  });

  it('keeps two bounds on one metric as a range, and leaves out runs without it', () => {
    const filters: RunFilter[] = [{ kind: 'metric', metric: 'logLoss', operator: '>', value: 0.3 }, { kind: 'metric', metric: 'logLoss', operator: '<', value: 0.6 }];
    expect(labels(filterRuns(runs, filters, '', context))).toEqual(['R3']);
  });

  it('finds every word in label, name, data, target, model, note and tags', () => {
    expect(labels(filterRuns(runs, [], 'SPLINES flights', context))).toEqual(['R3']);
    expect(labels(filterRuns(runs, [], 'linear', context))).toEqual(['R2']);
    expect(labels(filterRuns(runs, [], 'plan: best', context))).toEqual(['R3']);
  });

  it('counts days back from now', () => {
    expect(labels(filterRuns(runs, [{ kind: 'started', days: 1 }], '', context))).toEqual(['R3']);
  });

  it('reads typed comparisons and pairs, and leaves plain words alone', () => {
    expect(parseFilter('accuracy > 0.9')).toEqual({ kind: 'metric', metric: 'accuracy', operator: '>', value: 0.9 });
    expect(parseFilter('ROC AUC<.8')).toEqual({ kind: 'metric', metric: 'rocAuc', operator: '<', value: 0.8 });
    expect(parseFilter('status: failed')).toEqual({ kind: 'status', status: 'failed' });
    expect(parseFilter('model:MLP')).toEqual({ kind: 'model', model: 'mlp' });
    expect(['plain words', 'status: great', 'speed > 3', 'accuracy > much'].map(parseFilter)).toEqual([null, null, null, null]);
    expect(describeFilter({ kind: 'metric', metric: 'rmse', operator: '<', value: 0.4 })).toEqual({ prefix: 'RMSE', text: '< 0.4' });
  });
});
