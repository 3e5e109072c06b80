/** The distribution of one column as a chart: bins of numbers and dates, or the most frequent values as bars. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn, EChartsOption } from 'echarts';
import type { Histogram, TopValue } from '../../shared/domain/columns.ts';
import type { ChartTheme } from './theme.ts';

export interface HistogramAxis {
  /** Writes a value of the x axis. */
  readonly format: (value: number) => string;
  readonly isTime: boolean;
}

/** Bars from edge to edge, so that their widths are the bins'; the y axis counts rows. */
export function histogramOption(histogram: Histogram, axis: HistogramAxis, theme: ChartTheme): EChartsOption {
  const { edges, counts } = histogram;
  const fill = theme.series[0] ?? theme.accent;
  return {
    grid: { left: 44, right: 8, top: 24, bottom: 24 },
    xAxis: {
      type: axis.isTime ? 'time' : 'value', min: edges[0] ?? 0, max: edges.at(-1) ?? 1, splitNumber: 3, splitLine: { show: false },
      axisLine: { onZero: false, lineStyle: { color: theme.border } }, axisTick: { show: false },
      axisLabel: { color: theme.muted, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => axis.format(value) },
    },
    yAxis: { type: 'value', splitNumber: 3, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: theme.grid } }, axisLabel: { color: theme.muted, formatter: shortCount } },
    series: [{
      type: 'custom', id: 'bins', encode: { x: [0, 1], y: 2 },
      data: counts.map((count, index) => [edges[index] ?? 0, edges[index + 1] ?? 0, count]),
      renderItem: (_params: unknown, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
        const [left = 0, top = 0] = api.coord([api.value(0), api.value(2)]);
        const [right = 0, bottom = 0] = api.coord([api.value(1), 0]);
        return { type: 'rect', shape: { x: left + 0.5, y: top, width: Math.max(1, right - left - 1), height: Math.max(0, bottom - top) }, style: { fill } };
      },
    }],
  };
}

/** The most frequent values, most frequent on top. */
export function topValuesOption(values: readonly TopValue[], theme: ChartTheme): EChartsOption {
  const shown = values.slice(0, 12);
  return {
    grid: { left: 96, right: 68, top: 0, bottom: 0 },
    xAxis: { type: 'value', show: false, max: 'dataMax' },
    yAxis: {
      type: 'category', inverse: true, data: shown.map((top) => top.value), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { color: theme.text, width: 84, overflow: 'truncate', interval: 0 },
    },
    series: [{
      type: 'bar', id: 'values', barCategoryGap: '28%', itemStyle: { color: theme.series[0] ?? theme.accent },
      data: shown.map((top) => top.count), label: { show: true, position: 'right', color: theme.muted, formatter: ({ value }) => shortCount(Number(value)) },
    }],
  };
}

/** 1200 reads "1.2 k". */
export function shortCount(value: number): string {
  if (value < 1000) return String(Math.round(value));
  if (value < 1e6) return `${Number((value / 1000).toPrecision(3))} k`;
  return `${Number((value / 1e6).toPrecision(3))} M`;
}
