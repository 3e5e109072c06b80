/** One column in the reference and in a window: the reference as grey bars, the window as a line or bars in colour. Pure. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn, EChartsOption } from 'echarts';
import type { ColumnShares } from '../../shared/domain/drift.ts';
import { formatNumber } from '../ui/format.ts';
import type { ChartTable } from './chart-table.tsx';
import type { ChartTheme } from './theme.ts';

export interface HistogramPair {
  readonly edges: readonly number[] | null;
  readonly labels: readonly string[] | null;
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Writes a value of the x axis. */
  readonly format: (value: number) => string;
  readonly isTime: boolean;
}

/** The pair of one window; null where the report has no shares of this column. */
export function pairOf(shares: ColumnShares, windowIndex: number, axis: Pick<HistogramPair, 'format' | 'isTime'>): HistogramPair | null {
  const current = shares.current[windowIndex];
  return current ? { edges: shares.edges, labels: shares.labels, reference: shares.reference, current, ...axis } : null;
}

export function histogramPairOption(theme: ChartTheme, pair: HistogramPair): EChartsOption {
  return pair.edges ? binsOption(theme, pair, pair.edges) : categoriesOption(theme, pair, pair.labels ?? []);
}

function binsOption(theme: ChartTheme, { reference, current, format, isTime }: HistogramPair, edges: readonly number[]): EChartsOption {
  const colour = theme.series[0] ?? theme.accent;
  const rows = reference.map((share, index) => [edges[index] ?? 0, edges[index + 1] ?? 0, share, current[index] ?? 0]);
  const bars = (row: number, draw: (box: { x: number; y: number; width: number; height: number }) => CustomSeriesRenderItemReturn) => (_params: unknown, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    const [left = 0, top = 0] = api.coord([api.value(0), api.value(row)]);
    const [right = 0, bottom = 0] = api.coord([api.value(1), 0]);
    return draw({ x: left, y: top, width: Math.max(1, right - left), height: Math.max(0, bottom - top) });
  };
  // The outline of the window's bins as one stepped line, from the floor to the floor.
  const outline: [number, number][] = [[edges[0] ?? 0, 0], ...rows.flatMap(([from = 0, to = 0, , share = 0]): [number, number][] => [[from, share], [to, share]]), [edges.at(-1) ?? 1, 0]];
  return {
    grid: { left: 44, right: 12, top: 12, bottom: 24 },
    xAxis: {
      type: isTime ? 'time' : 'value', min: edges[0] ?? 0, max: edges.at(-1) ?? 1, splitNumber: 4, splitLine: { show: false }, axisTick: { show: false }, axisLine: { onZero: false, lineStyle: { color: theme.border } },
      axisLabel: { color: theme.muted, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => format(value) },
    },
    yAxis: shareAxis(theme),
    series: [
      { type: 'custom', id: 'reference', encode: { x: [0, 1], y: 2 }, data: rows, silent: true, renderItem: bars(2, (box) => ({ type: 'rect', shape: { ...box, x: box.x + 0.5, width: Math.max(1, box.width - 1) }, style: { fill: theme.controlEdge, opacity: 0.5 } })) },
      { type: 'custom', id: 'current area', encode: { x: [0, 1], y: 3 }, data: rows, silent: true, renderItem: bars(3, (box) => ({ type: 'rect', shape: box, style: { fill: colour, opacity: 0.14 } })) },
      { type: 'line', id: 'current', data: outline, symbol: 'none', lineStyle: { color: colour, width: 1.5, join: 'miter' }, silent: true, z: 4 },
    ],
  };
}

function categoriesOption(theme: ChartTheme, { reference, current }: HistogramPair, labels: readonly string[]): EChartsOption {
  const colour = theme.series[0] ?? theme.accent;
  const isMany = labels.length > 8;
  return {
    grid: isMany ? { left: 44, right: 12, top: 12, bottom: 24 } : { left: 104, right: 44, top: 4, bottom: 4 },
    ...(isMany ? {
      xAxis: { type: 'category' as const, data: [...labels], axisTick: { show: false }, axisLine: { lineStyle: { color: theme.border } }, axisLabel: { color: theme.muted, hideOverlap: true } }, yAxis: shareAxis(theme),
    } : {
      xAxis: { type: 'value' as const, show: false, min: 0, max: 'dataMax' as const },
      yAxis: { type: 'category' as const, inverse: true, data: [...labels], axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: theme.text, width: 92, overflow: 'truncate' as const, interval: 0 } },
    }),
    series: [
      { type: 'bar', id: 'reference', name: 'Reference', data: [...reference], itemStyle: { color: theme.controlEdge, opacity: 0.5 }, barGap: '0%', barCategoryGap: isMany ? '20%' : '32%', barMaxWidth: 16, silent: true },
      {
        type: 'bar', id: 'current', name: 'Current', data: [...current], itemStyle: { color: colour }, barMaxWidth: 16, silent: true,
        label: { show: !isMany, position: 'right', color: theme.muted, fontSize: 12, formatter: ({ value }) => percent(Number(value)) },
      },
    ],
  };
}

function shareAxis(theme: ChartTheme): NonNullable<EChartsOption['yAxis']> {
  return {
    type: 'value', min: 0, splitNumber: 3, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: theme.grid } },
    axisLabel: { color: theme.muted, formatter: (value: number) => percent(value) },
  };
}

export function histogramPairTable({ edges, labels, reference, current, format }: HistogramPair, names: { readonly reference: string; readonly current: string }): ChartTable {
  return {
    columns: edges ? [{ header: 'From' }, { header: 'To' }, { header: names.reference }, { header: names.current }] : [{ header: 'Value', align: 'left' }, { header: names.reference }, { header: names.current }],
    rows: reference.map((share, index) => edges ? [format(edges[index] ?? NaN), format(edges[index + 1] ?? NaN), share, current[index] ?? null] : [labels?.[index] ?? '', share, current[index] ?? null]),
  };
}

/** One sentence: where the two differ most. */
export function describePair({ edges, labels, reference, current, format }: HistogramPair, column: string): string {
  let most = -1;
  let gap = 0;
  reference.forEach((share, index) => {
    const difference = Math.abs((current[index] ?? 0) - share);
    if (difference > gap) { gap = difference; most = index; }
  });
  if (most < 0) return `${column}: both distributions are the same.`;
  const where = edges ? `between ${format(edges[most] ?? NaN)} and ${format(edges[most + 1] ?? NaN)}` : `for ${labels?.[most] ?? ''}`;
  return `${column}: the two differ most ${where}, ${percent(reference[most] ?? 0)} in the reference and ${percent(current[most] ?? 0)} now.`;
}

function percent(share: number): string {
  return `${formatNumber(share * 100, 3)} %`;
}
