/** A simple chart of two columns of a result: lines, bars or points. */
import type { EChartsOption } from 'echarts';
import type { Cell, Column } from '../../shared/domain/columns.ts';
import { seriesColour, type ChartTheme } from './theme.ts';

export const chartKinds = ['bar', 'line', 'points'] as const;
export type ChartKind = (typeof chartKinds)[number];

export interface QueryChart {
  readonly kind: ChartKind;
  readonly x: Column;
  readonly y: Column;
  readonly rows: readonly { readonly x: Cell; readonly y: Cell }[];
}

/** Bars and texts stand side by side in the order of the rows; numbers and times where they lie. What is no number is a gap. */
export function queryChartOption({ kind, x, y, rows }: QueryChart, theme: ChartTheme): EChartsOption {
  const isTime = x.type === 'date' || x.type === 'timestamp';
  const isNumber = x.type === 'number' || x.type === 'integer';
  const isCategory = kind === 'bar' || (!isTime && !isNumber);
  const name = { nameTextStyle: { color: theme.muted }, nameLocation: 'middle' as const };
  const axis = { axisLine: { lineStyle: { color: theme.border } }, axisTick: { show: false }, axisLabel: { color: theme.muted, hideOverlap: true } };
  const values = rows.map((row): [string | number, number | '-'] => [isCategory || isTime ? labelOf(row.x) : Number(row.x ?? NaN), numberOf(row.y) ?? '-']);
  const colour = seriesColour(theme, 0);
  return {
    grid: { left: 72, right: 24, top: 24, bottom: 48 },
    xAxis: { type: isCategory ? 'category' : isTime ? 'time' : 'value', name: x.name, nameGap: 28, ...name, ...axis, ...(isCategory ? { data: rows.map((row) => labelOf(row.x)) } : { scale: true }), splitLine: { show: false } },
    yAxis: { type: 'value', name: y.name, nameGap: 52, ...name, ...axis, splitLine: { lineStyle: { color: theme.grid } }, scale: kind !== 'bar' },
    series: [{
      id: 'values', data: isCategory ? values.map(([, value]) => value) : values, itemStyle: { color: colour },
      ...(kind === 'bar' ? { type: 'bar' } : kind === 'line' ? { type: 'line', showSymbol: rows.length <= 60, lineStyle: { color: colour } } : { type: 'scatter', symbolSize: 6 }),
    }],
  };
}

function labelOf(value: Cell): string {
  return value === null ? 'missing' : String(value);
}

/** Null for what has no place on an axis. */
export function numberOf(value: Cell): number | null {
  const number = typeof value === 'boolean' || value === null ? NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}
