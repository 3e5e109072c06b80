/** A run's curves as a table: one row per point. */
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import type { MetricPoint } from '../../../shared/domain/runs.ts';
import type { NewColumn } from '../../data/table.ts';

export function historyColumns(points: readonly MetricPoint[]): NewColumn[] {
  return [
    { name: 'epoch', type: 'number', values: points.map(({ epoch }) => epoch) },
    { name: 'step', type: 'integer', values: points.map(({ step }) => step) },
    { name: 'elapsedMs', type: 'number', values: points.map(({ elapsedMs }) => elapsedMs) },
    { name: 'part', type: 'category', values: points.map(({ part }) => part) },
    { name: 'metric', type: 'category', values: points.map(({ metric }) => metric) },
    { name: 'value', type: 'number', values: points.map(({ value }) => value) },
  ];
}

/** The points back, in the order they were written. */
export function readHistory(columns: readonly ColumnData[]): MetricPoint[] {
  const numbers = (name: string): Float64Array => {
    const column = columns.find((each) => each.name === name);
    return column?.kind === 'number' ? column.values : new Float64Array();
  };
  const labels = (name: string): ((row: number) => string) => {
    const column = columns.find((each) => each.name === name);
    return (row) => (column?.kind === 'category' ? column.labels[column.codes[row] ?? -1] : undefined) ?? '';
  };
  const [epoch, step, elapsedMs, value] = [numbers('epoch'), numbers('step'), numbers('elapsedMs'), numbers('value')];
  const [part, metric] = [labels('part'), labels('metric')];
  return Array.from(epoch, (_, row) => ({
    epoch: epoch[row] ?? 0, step: step[row] ?? 0, elapsedMs: elapsedMs[row] ?? 0,
    part: part(row) === 'train' ? 'train' : 'validation', metric: metric(row), value: value[row] ?? NaN,
  }));
}
