/** Parallel coordinates of runs: one axis a setting or a metric, one line a run. Better ends up at the top of a metric's axis. Pure. */
import type { EChartsOption } from 'echarts';
import { formatNumber } from '../ui/format.ts';
import type { ChartTable } from './chart-table.tsx';
import { seriesColour, seriesDash, type ChartTheme } from './theme.ts';

export interface ParallelAxis {
  readonly name: string;
  /** Turns the axis over, so that lower is at the top. */
  readonly isLowerBetter?: boolean;
  readonly isLog?: boolean;
  /** Names in order, for an axis of kinds; the values are then indexes into it. */
  readonly categories?: readonly string[];
}

export interface ParallelLine {
  readonly id: string;
  readonly label: string;
  readonly colour: number;
  /** One value per axis; null where the run has none. */
  readonly values: readonly (number | null)[];
  /** Coloured; the others are grey context. */
  readonly isSelected: boolean;
}

export interface ParallelSpec {
  readonly axes: readonly ParallelAxis[];
  readonly lines: readonly ParallelLine[];
  readonly highlighted?: string | null;
}

/** The axes that tell runs apart: those with at least two different values among `lines`. */
export function distinguishingAxes(spec: ParallelSpec): ParallelSpec {
  const kept = spec.axes.flatMap((_, index) => (new Set(spec.lines.map((line) => line.values[index]).filter((value) => value !== null)).size > 1 ? [index] : []));
  return {
    ...spec,
    axes: kept.flatMap((index) => spec.axes[index] ?? []),
    lines: spec.lines.map((line) => ({ ...line, values: kept.map((index) => line.values[index] ?? null) })),
  };
}

/** The option; one series a run, so that hovering names it. A run without a value on an axis has a gap there. */
export function parallelOption(theme: ChartTheme, { axes, lines, highlighted = null }: ParallelSpec): EChartsOption {
  // Many grey lines together would weigh more than the coloured ones.
  const greyOpacity = Math.min(0.24, Math.max(0.05, 6 / Math.max(1, lines.length)));
  const ordered = [...lines.filter((line) => !line.isSelected), ...lines.filter((line) => line.isSelected)];
  return {
    parallel: {
      left: axes[0]?.categories ? 84 : 40, right: 40, top: 64, bottom: 36,
      parallelAxisDefault: {
        nameGap: 22, nameTextStyle: { color: theme.text, fontSize: 12, fontWeight: 500, lineHeight: 14 },
        axisLine: { lineStyle: { color: theme.controlEdge } }, axisTick: { show: false }, minorTick: { show: false }, splitLine: { show: false },
        areaSelectStyle: { width: 12, borderWidth: 1, borderColor: theme.accent, color: theme.accent, opacity: 0.16 },
      },
    },
    parallelAxis: axes.map((axis, index) => {
      const isInverse = axis.isLowerBetter ?? false;
      // echarts puts a name at the start or the end of the values; it belongs on top either way.
      const shared = { id: `axis ${index}`, dim: index, name: twoLines(axis.name), nameLocation: isInverse ? 'start' as const : 'end' as const };
      const label = { color: theme.muted, fontSize: 12 };
      if (axis.categories) return { ...shared, type: 'category' as const, data: [...axis.categories], axisLabel: { ...label, align: 'right' as const, margin: -8 } };
      const values = lines.flatMap((line) => line.values[index] ?? []);
      const low = Math.min(...values);
      const high = Math.max(...values);
      const pad = low === high ? Math.abs(low) * 0.1 || 1 : 0;
      return {
        ...shared, type: axis.isLog && low > 0 ? 'log' as const : 'value' as const, inverse: isInverse, min: low - pad, max: high + pad,
        axisLabel: {
          ...label, align: 'center' as const, margin: 0, showMinLabel: true, showMaxLabel: true, formatter: (value: number) => endLabel(value, low, high, isInverse),
          // Padding on one side moves the number off the line, to above the top or below the bottom.
          rich: { top: { padding: [0, 0, 22, 0], color: theme.muted }, bottom: { padding: [22, 0, 0, 0], color: theme.muted } },
        },
      };
    }),
    series: ordered.map((line) => {
      const isDimmed = highlighted !== null && highlighted !== line.id;
      return {
        type: 'parallel' as const, id: line.id, name: line.label, smooth: 0.25, silent: !line.isSelected, z: line.isSelected ? 3 : 1,
        inactiveOpacity: 0.05, activeOpacity: line.isSelected ? (isDimmed ? 0.3 : 1) : greyOpacity,
        lineStyle: line.isSelected
          ? { color: seriesColour(theme, line.colour), width: highlighted === line.id ? 2.75 : 1.75, type: seriesDash(theme, line.colour), opacity: isDimmed ? 0.3 : 1 }
          : { color: theme.controlEdge, width: 1, opacity: greyOpacity },
        emphasis: { disabled: true },
        // echarts leaves a gap at NaN.
        data: [axes.map((_, index) => line.values[index] ?? NaN)],
      };
    }),
  };
}

export function parallelTable({ axes, lines }: ParallelSpec): ChartTable {
  return {
    columns: [{ header: 'Run', align: 'left' }, ...axes.map((axis) => ({ header: axis.name }))],
    rows: lines.map((line) => [line.label, ...line.values.map((value, index) => (value === null ? null : axes[index]?.categories?.[value] ?? value))]),
  };
}

/** True when the line lies inside every range that is set (by axis index). */
export function isInside(values: readonly (number | null)[], ranges: ReadonlyMap<number, readonly (readonly [number, number])[]>): boolean {
  for (const [index, intervals] of ranges) {
    const value = values[index];
    if (value === null || value === undefined || !intervals.some(([from, to]) => value >= from && value <= to)) return false;
  }
  return true;
}

/** Only the two ends of an axis carry a number, as the line between them is read by position. */
function endLabel(value: number, low: number, high: number, isInverse: boolean): string {
  const near = (end: number): boolean => Math.abs(value - end) <= Math.max(Math.abs(high), Math.abs(low)) * 1e-9;
  if (near(high)) return `{${isInverse ? 'bottom' : 'top'}|${formatNumber(high, 3)}}`;
  return near(low) ? `{${isInverse ? 'top' : 'bottom'}|${formatNumber(low, 3)}}` : '';
}

/** A name breaks at its space, because axes stand close. */
function twoLines(name: string): string {
  return name.replace(' ', '\n');
}
