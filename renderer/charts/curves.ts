/**
 * Learning curves of one or many runs: points to lines, smoothing, and the chart's option. Pure.
 * The raw line stays visible, faint, behind a smoothed one; a run keeps its colour; its name stands at the end of its line.
 */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { MetricPoint } from '../../shared/domain/runs.ts';
import { formatNumber } from '../ui/format.ts';
import { metricLabel, metricUnit } from '../ui/metric-label.ts';
import type { ChartTable } from './chart-table.tsx';
import { endLabelOffsets, shortNumber, shortTime, tickDecimals } from './curve-labels.ts';
import { smooth, thin, type Curve, type CurveLine } from './curve-lines.ts';
import { nearestIndex } from './nearest.ts';
import { seriesColour, seriesDash, type ChartTheme } from './theme.ts';

export type { Curve, CurveLine } from './curve-lines.ts';
export type CurveAxis = 'epoch' | 'step' | 'time';
export type CurvePart = MetricPoint['part'];

export interface CurvesSpec {
  readonly lines: readonly CurveLine[];
  readonly axis: CurveAxis;
  /** 0 draws the points as they are; towards 1 smoother. */
  readonly smoothing: number;
  readonly isLog: boolean;
  /** The line that stands out; the others dim. */
  readonly highlighted?: string | null;
  /** A vertical line with a word, such as the best epoch. */
  readonly mark?: { readonly x: number; readonly label: string } | null;
  /** The right end of the x axis, for a run that is not there yet. */
  readonly maxX?: number | null;
  /** Off where a legend beside the chart names the lines already. */
  readonly hasEndLabels?: boolean;
  /** What a value can reach at most, such as 1 for a share: the axis ends there and not above. */
  readonly limit?: number | null;
}

/** The points of one part and metric, by the chosen x: epochs, steps or seconds. */
export function curveOf(points: readonly MetricPoint[], part: CurvePart, metric: string, axis: CurveAxis): Curve {
  const chosen = points.filter((point) => point.part === part && point.metric === metric).sort((a, b) => a.step - b.step || a.epoch - b.epoch);
  return { x: chosen.map((point) => positionOf(point, axis)), y: chosen.map((point) => point.value) };
}

function positionOf(point: MetricPoint, axis: CurveAxis): number {
  return axis === 'epoch' ? point.epoch : axis === 'step' ? point.step : point.elapsedMs / 1000;
}

/** The metrics that occur on `part`, in order of first appearance. */
export function metricsIn(curves: readonly (readonly MetricPoint[])[], part: CurvePart): string[] {
  const seen = new Set<string>();
  for (const points of curves) for (const point of points) if (point.part === part) seen.add(point.metric);
  return [...seen];
}

/** The option of the curves chart. On a log axis values that are not positive are gaps. */
export function curvesOption(theme: ChartTheme, spec: CurvesSpec): EChartsOption {
  const { lines, axis, smoothing, isLog, highlighted = null, mark = null, maxX = null, hasEndLabels = true, limit = null } = spec;
  const series: LineSeriesOption[] = [];
  const offsets = endLabelOffsets(lines, smoothing);
  const lastX = lines.reduce((most, line) => Math.max(most, line.curve.x.at(-1) ?? 0), 0);
  for (const line of lines) {
    const isDimmed = highlighted !== null && highlighted !== line.id;
    const colour = seriesColour(theme, line.colour);
    const dash = line.isSecondary ? 'dashed' : seriesDash(theme, line.colour);
    if (line.isFaint) {
      series.push({ type: 'line', id: line.id, name: line.label, data: dataOf(thin(line.curve), isLog), silent: true, z: 1, showSymbol: false, lineStyle: { color: colour, width: 1, opacity: 0.36 }, itemStyle: { color: colour }, emphasis: { disabled: true } });
      continue;
    }
    const smoothed = { x: line.curve.x, y: smooth(line.curve.y, smoothing) };
    const shared = { type: 'line', symbol: 'circle', showSymbol: line.curve.x.length === 1, symbolSize: 5, connectNulls: false, itemStyle: { color: colour } } as const;
    if (smoothing > 0) {
      series.push({
        ...shared, id: `${line.id} raw`, data: dataOf(thin(line.curve), isLog), silent: true, z: 1,
        lineStyle: { color: colour, width: 1, opacity: isDimmed ? 0.08 : 0.28, type: dash }, emphasis: { disabled: true },
      });
    }
    series.push({
      ...shared, id: line.id, name: line.label, data: dataOf(thin(smoothed), isLog), z: highlighted === line.id ? 4 : 2,
      lineStyle: { color: colour, width: highlighted === line.id ? 2.5 : 1.75, opacity: isDimmed ? 0.3 : 1, type: dash, join: 'round', cap: 'round' },
      emphasis: { disabled: true }, triggerLineEvent: true,
      endLabel: { show: hasEndLabels, offset: [0, offsets.get(line.id) ?? 0], formatter: line.label, color: isDimmed ? theme.muted : theme.text, fontSize: 12, fontWeight: 500, distance: 6, textBorderColor: theme.background, textBorderWidth: 3 },
      ...(mark && line === lines[0] ? { markLine: markLineOf(mark, theme, mark.x > 0.6 * (maxX ?? lastX)) } : {}),
    });
  }
  const longest = lines.reduce((most, line) => Math.max(most, line.label.length), 2);
  const decimals = tickDecimals(lines, smoothing);
  const highest = lines.reduce((most, line) => line.curve.y.reduce((high, y) => (y > high ? y : high), most), -Infinity);
  const nearsLimit = limit !== null && !isLog && highest > 0.96 * limit;
  return {
    grid: { left: 52, right: hasEndLabels ? Math.min(180, 16 + longest * 7) : 28, top: mark ? 26 : 12, bottom: 40 },
    xAxis: {
      type: 'value', name: axisTitle(axis), nameLocation: 'middle', nameGap: 24, min: 0, max: maxX ?? 'dataMax', minInterval: axis === 'time' ? 0 : 1,
      axisLine: { lineStyle: { color: theme.border } }, axisTick: { show: false }, splitLine: { show: false },
      axisLabel: { color: theme.muted, hideOverlap: true, showMaxLabel: maxX !== null || axis === 'epoch', formatter: (value: number) => (axis === 'time' ? shortTime(value) : shortNumber(value)) },
      nameTextStyle: { color: theme.muted },
    },
    yAxis: {
      type: isLog ? 'log' : 'value', scale: true, splitNumber: 4, name: '', ...(nearsLimit ? { max: limit ?? 1 } : {}),
      axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: theme.grid } },
      axisLabel: { color: theme.muted, formatter: (value: number) => (isLog || decimals === null ? formatNumber(value, 3) : value.toFixed(decimals).replace('-', '\u2212')) },
    },
    series,
  };
}

/** "Validation log loss (nats), smoothed 0.82". */
export function curvesHeading(metric: string, part: CurvePart | null, smoothing: number): string {
  const unit = metricUnit(metric);
  const label = metricLabel(metric);
  const name = part === null ? label : `${part === 'train' ? 'Train' : 'Validation'} ${isAcronym(label) ? label : label.charAt(0).toLowerCase() + label.slice(1)}`;
  return `${name}${unit ? ` (${unit})` : ''}${smoothing > 0 ? `, smoothed ${smoothing.toFixed(2)}` : ''}`;
}

export function axisTitle(axis: CurveAxis): string {
  return axis === 'epoch' ? 'Epoch' : axis === 'step' ? 'Step' : 'Training time';
}

/** The value of each line at the nearest point to `x`, where the line reaches that far. */
export function valuesAt(lines: readonly CurveLine[], x: number, smoothing: number): readonly { readonly id: string; readonly y: number; readonly raw: number }[] {
  return lines.flatMap((line) => {
    const index = nearestIndex(line.curve.x, x);
    const last = line.curve.x.at(-1);
    const first = line.curve.x[0];
    if (index < 0 || last === undefined || first === undefined || x > last || x < first) return [];
    const y = smooth(line.curve.y.slice(0, index + 1), smoothing)[index];
    return y === undefined || !Number.isFinite(y) ? [] : [{ id: line.id, y, raw: line.curve.y[index] ?? NaN }];
  });
}

/** Every x that occurs in a line, ascending, each once: where a crosshair may stand. */
export function stopsOf(lines: readonly CurveLine[]): readonly number[] {
  const all = new Set<number>();
  for (const line of lines) for (const x of line.curve.x) all.add(x);
  return [...all].sort((a, b) => a - b);
}

/** The table twin: one row per x, one column per line. */
export function curvesTable(lines: readonly CurveLine[], axis: CurveAxis): ChartTable {
  const byX = lines.map((line) => new Map(line.curve.x.map((x, index) => [x, line.curve.y[index] ?? null])));
  return {
    columns: [{ header: axisTitle(axis) + (axis === 'time' ? ' (s)' : '') }, ...lines.map((line) => ({ header: line.label }))],
    rows: stopsOf(lines).map((x) => [x, ...byX.map((values) => values.get(x) ?? null)]),
  };
}

/** One sentence: what is drawn and which line ends best. */
export function curvesSummary(lines: readonly CurveLine[], heading: string, isLowerBetter: boolean): string {
  const ends = lines.flatMap((line) => {
    const finite = line.curve.y.filter(Number.isFinite);
    return finite.length === 0 ? [] : [{ label: line.label, best: isLowerBetter ? Math.min(...finite) : Math.max(...finite) }];
  });
  if (ends.length === 0) return `${heading}: no points yet.`;
  const best = ends.reduce((a, b) => ((isLowerBetter ? b.best < a.best : b.best > a.best) ? b : a));
  return ends.length === 1
    ? `${heading} of ${best.label}; its best value is ${formatNumber(best.best)}.`
    : `${heading} of ${ends.length} lines; ${best.label} reaches the best value, ${formatNumber(best.best)}.`;
}

function dataOf(curve: Curve, isLog: boolean): [number, number | null][] {
  return curve.x.map((x, index) => {
    const y = curve.y[index] ?? NaN;
    return [x, Number.isFinite(y) && (!isLog || y > 0) ? y : null];
  });
}

/** The label stands on the side of the line that has room. */
function markLineOf(mark: { readonly x: number; readonly label: string }, theme: ChartTheme, isAtRight: boolean): NonNullable<LineSeriesOption['markLine']> {
  return {
    silent: true, symbol: 'none', data: [{ xAxis: mark.x }],
    lineStyle: { color: theme.controlEdge, width: 1, type: 'dashed' },
    label: { formatter: mark.label, color: theme.muted, fontSize: 12, position: 'end', distance: 4, align: isAtRight ? 'right' : 'left' },
  };
}

function isAcronym(label: string): boolean {
  return /^[A-Z]{2}|^[A-Z]\u00b2|^[A-Z]\d/.test(label);
}
