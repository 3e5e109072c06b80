/** What a metric is called, its unit, and which way is better. Unknown names of a newer version read as they are. */
import { isLowerBetter, metricNames, type MetricName, type MetricValues } from '../../shared/domain/runs.ts';
import { type TaskKind } from '../../shared/domain/train-config.ts';

const labels: Readonly<Record<string, string>> = {
  loss: 'Loss', batchLoss: 'Batch loss', logLoss: 'Log loss', accuracy: 'Accuracy', macroF1: 'Macro F1', rocAuc: 'ROC AUC', mae: 'MAE', rmse: 'RMSE', r2: 'R\u00b2', rate: 'Learning rate',
};

const hints: Readonly<Record<string, string>> = {
  loss: 'What the optimizer lowers, with the L2 penalty left out; lower is better',
  logLoss: 'Mean negative log probability of the true class, in nats; lower is better',
  accuracy: 'Share of rows whose class is predicted right; higher is better',
  macroF1: 'F1 of each class, averaged with equal weight; higher is better',
  rocAuc: 'Chance that a row of the class scores above one that is not of it; higher is better',
  mae: 'Mean absolute error in the unit of the target; lower is better',
  rmse: 'Root mean square error in the unit of the target; lower is better',
  rate: 'Of the last step of each epoch',
  r2: 'Share of the variance explained; higher is better, at most 1',
};

/** "Log loss". */
export function metricLabel(metric: string): string {
  return labels[metric] ?? metric;
}

/** One line on what the metric says. */
export function metricHint(metric: string): string | undefined {
  return hints[metric];
}

/** The unit for an axis title, where there is one. */
export function metricUnit(metric: string): string | null {
  return metric === 'logLoss' ? 'nats' : null;
}

/** The most a metric can reach, where there is a most. */
export function metricLimit(metric: string): number | null {
  return metric === 'accuracy' || metric === 'macroF1' || metric === 'rocAuc' || metric === 'r2' ? 1 : null;
}

/** True for losses and errors; any unknown metric counts as higher-is-better. */
export function isLowerBetterMetric(metric: string): boolean {
  return metric === 'loss' || metric === 'batchLoss' || isLowerBetter(metric as MetricName);
}

/** The metrics of a task, the one to judge by first. */
export function metricsOf(task: TaskKind): readonly MetricName[] {
  return task === 'classification' ? ['logLoss', 'accuracy', 'macroF1', 'rocAuc'] : ['rmse', 'mae', 'r2'];
}

/** The metric values that are there, in the fixed order of `metricNames`. */
export function presentMetrics(values: MetricValues): readonly MetricName[] {
  return metricNames.filter((name) => values[name] !== undefined);
}
