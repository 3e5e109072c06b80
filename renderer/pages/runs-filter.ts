/** Filters of the runs table: what they are, how they read, how they are typed. Pure. */
import { formatTag } from '../../shared/domain/datasets.ts';
import { metricNames, runStatuses, type MetricName, type Run } from '../../shared/domain/runs.ts';
import { modelKinds } from '../../shared/domain/train-config.ts';
import type { RunFilter } from '../state/runs-view.ts';
import { formatNumber } from '../ui/format.ts';
import { metricLabel } from '../ui/metric-label.ts';
import { statusTones } from '../ui/status-label.tsx';
import { modelName, shortKindName } from './run-words.ts';

/** What a filter may look at besides the run: the shown value of a metric, and the time. */
export interface FilterContext {
  readonly nowMs: number;
  readonly metricOf: (run: Run, metric: MetricName) => number | null;
}

/** Several filters of one kind widen each other, except on metrics; different kinds narrow. Words must all occur. */
export function filterRuns(runs: readonly Run[], filters: readonly RunFilter[], text: string, context: FilterContext): readonly Run[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = new Map<string, RunFilter[]>();
  for (const filter of filters) {
    const key = filter.kind === 'metric' ? JSON.stringify(filter) : filter.kind;
    kinds.set(key, [...(kinds.get(key) ?? []), filter]);
  }
  return runs.filter((run) => {
    for (const group of kinds.values()) if (!group.some((filter) => passes(run, filter, context))) return false;
    if (words.length === 0) return true;
    const haystack = searchText(run);
    return words.every((word) => haystack.includes(word));
  });
}

function passes(run: Run, filter: RunFilter, { nowMs, metricOf }: FilterContext): boolean {
  switch (filter.kind) {
    case 'status': return run.status === filter.status;
    case 'data': return run.datasetName === filter.dataset;
    case 'model': return run.config.model.kind === filter.model;
    case 'task': return run.config.task === filter.task;
    case 'target': return run.config.target === filter.target;
    case 'tag': return run.tags.some((tag) => formatTag(tag) === filter.tag);
    case 'started': return run.startedAtMs >= nowMs - filter.days * 86_400_000;
    case 'metric': {
      const value = metricOf(run, filter.metric);
      return value !== null && (filter.operator === '<' ? value < filter.value : value > filter.value);
    }
  }
}

function searchText(run: Run): string {
  return [run.label, run.name, run.datasetName, run.config.target, modelName(run.config.model), run.status, run.note, run.createdBy, ...run.tags.map(formatTag)].join(' ').toLowerCase();
}

/** How a filter reads on its chip: the muted part and the value. */
export function describeFilter(filter: RunFilter): { readonly prefix: string; readonly text: string } {
  switch (filter.kind) {
    case 'status': return { prefix: 'Status', text: statusTones[filter.status].word };
    case 'data': return { prefix: 'Data', text: filter.dataset };
    case 'model': return { prefix: 'Model', text: shortKindName(filter.model) };
    case 'task': return { prefix: 'Task', text: filter.task };
    case 'target': return { prefix: 'Target', text: filter.target };
    case 'tag': return { prefix: 'Tag', text: filter.tag };
    case 'started': return { prefix: 'Started', text: filter.days === 1 ? 'last 24 hours' : `last ${filter.days} days` };
    case 'metric': return { prefix: metricLabel(filter.metric), text: `${filter.operator} ${formatNumber(filter.value)}` };
  }
}

/**
 * Reads a typed filter: "rmse<0.4", "accuracy > 0.9", "status:failed", "data:flights", "model:mlp", "model:transformer", "target:y", "tag:best".
 * Null where the text is plain words.
 */
export function parseFilter(text: string): RunFilter | null {
  const comparison = /^\s*([\w\u00b2 ]+?)\s*([<>])\s*([-\d.eE]+)\s*$/.exec(text);
  if (comparison) {
    const [, name = '', operator, number] = comparison;
    const key = name.replace(/\s+/g, '').toLowerCase();
    const metric = metricNames.find((one) => one.toLowerCase() === key || metricLabel(one).replace(/\s+/g, '').toLowerCase() === key);
    const value = Number(number);
    return metric && Number.isFinite(value) ? { kind: 'metric', metric, operator: operator === '<' ? '<' : '>', value } : null;
  }
  const pair = /^\s*(status|data|model|task|target|tag)\s*:\s*(.+?)\s*$/i.exec(text);
  if (!pair) return null;
  const value = pair[2] ?? '';
  switch (pair[1]?.toLowerCase()) {
    case 'status': {
      const status = runStatuses.find((one) => one === value.toLowerCase());
      return status ? { kind: 'status', status } : null;
    }
    case 'data': return { kind: 'data', dataset: value };
    case 'model': {
      const plain = value.toLowerCase();
      const model = modelKinds.find((kind) => kind === plain || shortKindName(kind).toLowerCase() === plain);
      return model ? { kind: 'model', model } : null;
    }
    case 'task': return /^(classification|regression)$/i.test(value) ? { kind: 'task', task: value.toLowerCase() === 'regression' ? 'regression' : 'classification' } : null;
    case 'target': return { kind: 'target', target: value };
    case 'tag': return { kind: 'tag', tag: value };
    default: return null;
  }
}
