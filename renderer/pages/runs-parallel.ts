/** Runs as lines over settings and metrics. Pure. */
import type { MetricName, Run } from '../../shared/domain/runs.ts';
import { distinguishingAxes, type ParallelAxis, type ParallelSpec } from '../charts/parallel.ts';
import { isLowerBetterMetric, metricLabel, metricsOf } from '../ui/metric-label.ts';
import { shortKindName } from './run-words.ts';

const mostContextLines = 200;

/** The spec for the selected runs among the others of the same task; axes on which all agree are left out. */
export function parallelSpec(selected: readonly Run[], context: readonly Run[], metricOf: (run: Run, metric: MetricName) => number | null, options: { readonly highlighted: string | null; readonly mostAxes: number }): ParallelSpec {
  const [first] = selected;
  if (!first) return { axes: [], lines: [] };
  const ids = new Set(selected.map((run) => run.id));
  const others = context.filter((run) => !ids.has(run.id) && run.config.task === first.config.task && run.config.target === first.config.target).slice(0, mostContextLines);
  const all = [...selected, ...others];
  const kinds = [...new Set(all.map((run) => shortKindName(run.config.model.kind)))].sort();
  const targets = [...new Set(selected.map((run) => run.config.task))];
  const metrics = targets.flatMap((task) => metricsOf(task).slice(0, 2)).reverse();
  const settings: readonly { readonly axis: ParallelAxis; readonly value: (run: Run) => number | null }[] = [
    { axis: { name: 'Model', categories: kinds }, value: (run) => kinds.indexOf(shortKindName(run.config.model.kind)) },
    { axis: { name: 'Learning rate', isLog: true }, value: (run) => run.config.learningRate },
    { axis: { name: 'Batch', isLog: true }, value: (run) => run.config.batchSize },
    { axis: { name: 'L2' }, value: (run) => run.config.l2 },
    { axis: { name: 'Features' }, value: (run) => run.config.features.length },
    { axis: { name: 'Parameters', isLog: true }, value: (run) => run.result?.parameterCount ?? null },
    { axis: { name: 'Epochs' }, value: (run) => run.result?.epochCount ?? null },
  ];
  const spec = distinguishingAxes({
    axes: [...settings.map((one) => one.axis), ...metrics.map((metric): ParallelAxis => ({ name: metricLabel(metric), isLowerBetter: isLowerBetterMetric(metric) }))],
    lines: all.map((run) => ({
      id: run.id, label: run.label, colour: run.colour, isSelected: ids.has(run.id),
      values: [...settings.map((one) => one.value(run)), ...metrics.map((metric) => metricOf(run, metric))],
    })),
    highlighted: options.highlighted,
  });
  // A metric that only one of the runs has is gone by now, so those that are left are counted.
  const labels = new Set<string>(metrics.map(metricLabel));
  return fewAxes(spec, spec.axes.filter((axis) => labels.has(axis.name)).length, options.mostAxes);
}

/** At most so many axes: the metrics always, the settings in order. */
function fewAxes(spec: ParallelSpec, metricCount: number, mostAxes: number): ParallelSpec {
  const drop = Math.max(0, spec.axes.length - mostAxes);
  if (drop === 0) return spec;
  const keepSettings = spec.axes.length - metricCount - drop;
  const isKept = (index: number): boolean => index < keepSettings || index >= spec.axes.length - metricCount;
  return { ...spec, axes: spec.axes.filter((_, index) => isKept(index)), lines: spec.lines.map((line) => ({ ...line, values: line.values.filter((_, index) => isKept(index)) })) };
}
