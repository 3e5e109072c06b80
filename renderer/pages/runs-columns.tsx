/** The columns of the runs table. A metric has a column where a run of its task is there; the best of comparable runs is bold. */
import type { ReactElement } from 'react';
import { formatTag } from '../../shared/domain/datasets.ts';
import { metricNames, type MetricName, type Run } from '../../shared/domain/runs.ts';
import { curveOf } from '../charts/curves.ts';
import { RouteLink } from '../app/link.tsx';
import { routes } from '../state/route.ts';
import { useRunCurve } from '../state/run-curves.ts';
import { classNames } from '../ui/class-names.ts';
import type { DataColumn } from '../ui/data-table.tsx';
import { SeriesDot } from '../ui/chip.tsx';
import { formatCount, formatDateTime, formatDuration, formatExact, formatMetric, formatNumber, formatWhen } from '../ui/format.ts';
import { isLowerBetterMetric, metricHint, metricLabel, metricsOf } from '../ui/metric-label.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import { elapsedMsOf, isExact, modelName } from './run-words.ts';
import { RunStatusLabel } from './run-status.tsx';
import styles from './runs-page.module.css';

export type MetricOf = (run: Run, metric: MetricName) => number | null;

export interface ColumnContext {
  readonly metricOf: MetricOf;
  /** Ids of the runs that are best at a metric among those they can be compared with. */
  readonly bestAt: ReadonlyMap<MetricName, ReadonlySet<string>>;
  readonly nowMs: number;
  /** With one dataset its version says it all. */
  readonly hasOneDataset: boolean;
}

export function runColumns({ metricOf, bestAt, nowMs, hasOneDataset }: ColumnContext): readonly DataColumn<Run>[] {
  return [
    { id: 'run', header: 'Run', width: 196, isGrowing: true, value: (run) => run.name, title: (run) => `${run.label} ${run.name}`, cell: (run) => <RunName run={run} /> },
    { id: 'status', header: 'Status', width: 132, value: (run) => run.status, title: (run) => run.failure ?? '', cell: (run) => <RunStatusLabel run={run} /> },
    ...metricNames.map((metric): DataColumn<Run> => ({
      id: metric, header: metricLabel(metric), width: 80, align: 'right', isDescendingFirst: !isLowerBetterMetric(metric), hint: metricHint(metric) ?? '',
      value: (run) => metricOf(run, metric), title: (run) => formatExact(metricOf(run, metric)),
      cell: (run) => <MetricCell value={metricOf(run, metric)} isBest={bestAt.get(metric)?.has(run.id) ?? false} />,
    })),
    { id: 'curve', header: 'By epoch', width: 108, isSortable: false, hint: 'The first metric of the task on the validation part, epoch by epoch', value: () => null, title: () => '', cell: (run) => <CurveCell run={run} /> },
    { id: 'parameters', header: 'Parameters', width: 92, align: 'right', isDescendingFirst: true, value: (run) => run.result?.parameterCount ?? null },
    { id: 'learningRate', header: 'Learning rate', width: 100, align: 'right', value: (run) => (isExact(run.config) ? null : run.config.learningRate) },
    { id: 'batchSize', header: 'Batch', width: 60, align: 'right', value: (run) => (isExact(run.config) ? null : run.config.batchSize) },
    { id: 'data', header: 'Data', width: hasOneDataset ? 56 : 128, value: (run) => `${run.datasetName} v${run.versionNumber}`, cell: (run) => (hasOneDataset ? `v${run.versionNumber}` : `${run.datasetName} v${run.versionNumber}`) },
    { id: 'elapsed', header: 'Time', width: 92, align: 'right', isDescendingFirst: true, value: (run) => elapsedMsOf(run, nowMs), title: (run) => `${elapsedMsOf(run, nowMs)} ms`, cell: (run) => formatDuration(elapsedMsOf(run, nowMs)) },
    { id: 'started', header: 'Started', width: 84, align: 'right', isDescendingFirst: true, value: (run) => run.startedAtMs, title: (run) => formatDateTime(run.startedAtMs), cell: (run) => <span className="muted">{formatWhen(run.startedAtMs, nowMs)}</span> },
    { id: 'model', header: 'Model', width: 140, value: (run) => modelName(run.config.model, run.config.task) },
    { id: 'target', header: 'Target', width: 120, value: (run) => run.config.target },
    { id: 'task', header: 'Task', width: 104, value: (run) => (run.config.task === 'classification' ? 'Classification' : 'Regression') },
    { id: 'featureCount', header: 'Features', width: 80, align: 'right', value: (run) => run.config.features.length, title: (run) => run.config.features.join(', ') },
    { id: 'epochs', header: 'Epochs', width: 72, align: 'right', value: (run) => run.result?.epochCount ?? null },
    { id: 'l2', header: 'L2', width: 72, align: 'right', value: (run) => run.config.l2 },
    { id: 'seed', header: 'Seed', width: 72, align: 'right', value: (run) => run.config.seed },
    { id: 'speed', header: 'Rows/s', width: 88, align: 'right', isDescendingFirst: true, value: (run) => run.result?.samplesPerSecond ?? null, cell: (run) => (run.result ? formatCount(Math.round(run.result.samplesPerSecond)) : formatNumber(null)) },
    { id: 'tags', header: 'Tags', width: 140, value: (run) => run.tags.map(formatTag).join(', ') || null },
    { id: 'person', header: 'By', width: 96, value: (run) => run.createdBy },
  ];
}

const shownAlways = new Set(['run', 'status', 'curve', 'parameters', 'learningRate', 'batchSize', 'data', 'elapsed', 'started']);

/** Whether a column shows unless the person chose otherwise: the basic ones, and three metrics of each task that is there. */
export function isShownByDefault(id: string, runs: readonly Run[], isNarrow: boolean): boolean {
  const hasManyDatasets = runs.some((run) => run.datasetId !== runs[0]?.datasetId);
  if ((id === 'batchSize' && (hasManyDatasets || isNarrow)) || (id === 'learningRate' && hasManyDatasets && isNarrow)) return false;
  if (shownAlways.has(id)) return !(isNarrow && id === 'parameters');
  const tasks = new Set(runs.map((run) => run.config.task));
  const perTask = tasks.size === 1 ? 3 : isNarrow ? 1 : 2;
  const preferred = { classification: ['logLoss', 'accuracy', 'rocAuc'], regression: ['rmse', 'mae', 'r2'] } as const;
  return [...tasks].some((task) => preferred[task].slice(0, perTask).some((metric) => metric === id));
}

/** The best runs at each metric; runs are compared where data, target and task agree, and there are at least two. */
export function bestRuns(runs: readonly Run[], metricOf: MetricOf): ReadonlyMap<MetricName, ReadonlySet<string>> {
  const best = new Map<MetricName, Set<string>>();
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${run.datasetId} ${run.config.task} ${run.config.target}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  for (const metric of metricNames) {
    const ids = new Set<string>();
    for (const group of groups.values()) {
      const values = group.flatMap((run) => metricOf(run, metric) ?? []);
      if (values.length < 2) continue;
      const top = isLowerBetterMetric(metric) ? Math.min(...values) : Math.max(...values);
      for (const run of group) if (metricOf(run, metric) === top) ids.add(run.id);
    }
    best.set(metric, ids);
  }
  return best;
}

function RunName({ run }: { readonly run: Run }): ReactElement {
  return <span className={styles['runName']}><SeriesDot colour={run.colour} /><span className="muted">{run.label}</span><RouteLink to={routes.run(run.id)} className={classNames('ellipsis', styles['runLink'])}>{run.name}</RouteLink></span>;
}

function MetricCell({ value, isBest }: { readonly value: number | null; readonly isBest: boolean }): ReactElement {
  if (value === null) return <span className="muted">{formatMetric(null)}</span>;
  return isBest ? <b title={`${formatExact(value)}, the best`}>{formatMetric(value)}</b> : <>{formatMetric(value)}</>;
}

function CurveCell({ run }: { readonly run: Run }): ReactElement {
  const points = useRunCurve(run.id);
  const metric = metricsOf(run.config.task)[0] ?? 'logLoss';
  const curve = points ? curveOf(points, 'validation', metric, 'epoch') : null;
  if (curve === null) return <span />;
  if (curve.y.length === 0) return <span className="muted small">no curve</span>;
  // A run that is under way fills its share of the cell, so that the line grows to the right.
  const share = run.status === 'running' ? Math.min(1, (curve.x.at(-1) ?? 0) / run.config.maxEpochs) : 1;
  return <Sparkline values={curve.y} colour={run.colour} width={Math.max(8, Math.round(92 * share))} label={`${metricLabel(metric)} from ${formatMetric(curve.y[0])} to ${formatMetric(curve.y.at(-1))}`} />;
}
