/** The share of drifted columns, window by window, with the share from which the dataset counts as drifted. Pure. */
import type { EChartsOption } from 'echarts';
import type { DriftReport } from '../../shared/domain/drift.ts';
import { formatShare } from '../ui/format.ts';
import type { ChartTable } from './chart-table.tsx';
import type { ChartTheme } from './theme.ts';

export interface DriftOverTime {
  readonly labels: readonly string[];
  readonly shares: readonly number[];
  readonly threshold: number;
  /** The window whose columns are shown beside it. */
  readonly selected: number | null;
  /** Inside a page: no axis titles. */
  readonly isCompact?: boolean;
  /** Pixels left of the plot, to line up with the heat map below. */
  readonly left?: number;
}

export function driftOverTime(report: DriftReport, selected: number | null): DriftOverTime {
  return { labels: report.windows.map((window) => window.label), shares: report.windows.map((window) => window.driftedShare), threshold: report.shareThreshold, selected };
}

export function driftOverTimeOption(theme: ChartTheme, spec: DriftOverTime): EChartsOption {
  const { labels, shares, threshold, selected, isCompact = false, left = 44 } = spec;
  const colour = theme.series[0] ?? theme.accent;
  const top = Math.min(1, Math.max(threshold * 1.25, ...shares.map((share) => share * 1.15), 0.1));
  return {
    grid: { left: isCompact ? 36 : left, right: isCompact ? 28 : 12, top: isCompact ? 8 : 16, bottom: 24 },
    xAxis: {
      type: 'category', data: [...labels], boundaryGap: true, axisTick: { show: false }, axisLine: { lineStyle: { color: theme.border } },
      axisLabel: { color: theme.muted, hideOverlap: true, ...(isCompact ? { interval: (index: number) => index === 0 || index === labels.length - 1 } : {}) },
    },
    yAxis: {
      type: 'value', min: 0, max: top, splitNumber: isCompact ? 2 : 4, axisLine: { show: false }, axisTick: { show: false },
      splitLine: { lineStyle: { color: theme.grid } }, axisLabel: { color: theme.muted, showMaxLabel: false, formatter: (value: number) => `${Math.round(value * 100)} %` },
    },
    series: [{
      type: 'line', id: 'share', data: [...shares], lineStyle: { color: colour, width: 2 }, itemStyle: { color: colour, borderColor: theme.background, borderWidth: 1.5 },
      symbol: 'circle', symbolSize: (_value: unknown, point: { dataIndex: number }) => (point.dataIndex === selected ? 10 : isCompact ? 5 : 7), emphasis: { disabled: true },
      markLine: {
        silent: true, symbol: 'none',
        data: [
          { yAxis: threshold, lineStyle: { color: theme.warn, type: 'dashed', width: 1 }, label: { show: !isCompact, formatter: `dataset drifts from ${formatShare(threshold)}`, color: theme.warn, fontSize: 12, position: 'insideStartTop' } },
          ...(selected === null || isCompact ? [] : [{ xAxis: selected, lineStyle: { color: theme.controlEdge, type: 'solid' as const, width: 1 }, label: { show: false } }]),
        ],
      },
      markArea: { silent: true, itemStyle: { color: theme.warn, opacity: theme.isDark ? 0.1 : 0.08 }, data: [[{ yAxis: threshold }, { yAxis: top }]] },
    }],
  };
}

export function driftOverTimeTable(report: DriftReport): ChartTable {
  return {
    columns: [{ header: 'Window', align: 'left' }, { header: 'Rows' }, { header: 'Columns drifted' }, { header: 'Share' }, { header: 'Dataset', align: 'left' }],
    rows: report.windows.map((window) => [window.label, window.rowCount, window.columns.filter((column) => column.drifted).length, window.driftedShare, window.drifted ? 'drifted' : 'no drift']),
  };
}
