/**
 * The only component that touches echarts: draws an option, follows theme and size, and adds what every chart owes:
 * a one-sentence summary, a table twin, and a crosshair that pointer and arrow keys move alike.
 * Tooltips are drawn on the canvas, because HTML ones carry inline styles that the content policy refuses.
 */
import { BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  AxisPointerComponent, DataZoomInsideComponent, GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, ParallelComponent, TooltipComponent,
  VisualMapContinuousComponent, VisualMapPiecewiseComponent,
} from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import type { EChartsOption } from 'echarts';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { ChartTableView, type ChartTable } from './chart-table.tsx';
import { nearestIndex } from './nearest.ts';
import { readChartTheme, seriesColour, type ChartTheme } from './theme.ts';
import styles from './chart.module.css';

use([
  BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart, AxisPointerComponent, DataZoomInsideComponent, GridComponent, MarkAreaComponent,
  MarkLineComponent, MarkPointComponent, ParallelComponent, TooltipComponent, VisualMapContinuousComponent, VisualMapPiecewiseComponent, LabelLayout, CanvasRenderer,
]);

/** One position on the x axis, shared by every panel that is given the same one. */
export interface Crosshair {
  /** Where it may stand, ascending: the x of the points. */
  readonly stops: readonly number[];
  readonly at: number | null;
  readonly onMove: (at: number | null) => void;
  /** Points to mark at the position. */
  readonly dots?: readonly { readonly y: number; readonly colour: number }[];
}

/** What was clicked, as plain data. */
export interface ChartPick {
  readonly seriesId: string;
  readonly dataIndex: number;
  readonly name: string;
  readonly value: unknown;
}

/** A range dragged on an axis of parallel coordinates: none, one or several intervals. */
export interface AxisRange { readonly axisIndex: number; readonly intervals: readonly (readonly [number, number])[]; }

export interface ChartProps {
  /** The option for a theme; memoise it, a new function draws again. */
  readonly build: (theme: ChartTheme) => EChartsOption;
  /** One sentence for those who do not see the chart. */
  readonly summary: string;
  /** The same data as a table. */
  readonly table?: ChartTable;
  /** Shows the table in place of the chart; the chart has its own button where this is not given. */
  readonly showsTable?: boolean;
  /** Pixels; fills its container where absent. */
  readonly height?: number;
  readonly crosshair?: Crosshair;
  readonly onPick?: (pick: ChartPick) => void;
  readonly onAxisRange?: (range: AxisRange) => void;
  /** The series (by id) under the pointer, or null. */
  readonly onHover?: (seriesId: string | null) => void;
  /** Keeps what the user dragged on the axes when the option changes. */
  readonly keepsSelection?: boolean;
  readonly className?: string;
}

export function Chart(props: ChartProps): ReactElement {
  const { build, summary, table, showsTable, height, crosshair, keepsSelection, className } = props;
  const [ownTable, setOwnTable] = useState(false);
  const isTable = table !== undefined && (showsTable ?? ownTable);
  const hasToggle = table !== undefined && showsTable === undefined;
  return (
    <figure className={classNames(styles['chart'], className)} style={height === undefined ? undefined : { height }}>
      <figcaption className="visually-hidden">{summary}</figcaption>
      {hasToggle ? (
        <span className={styles['toggle']}>
          <IconButton icon={isTable ? 'runs' : 'table'} label={isTable ? 'View as chart' : 'View as table'} isSmall onPress={() => setOwnTable(!ownTable)} />
        </span>
      ) : null}
      {isTable ? <ChartTableView table={table} label={summary} /> : (
        <Drawing build={build} summary={summary} crosshair={crosshair} keepsSelection={keepsSelection ?? false} onPick={props.onPick} onAxisRange={props.onAxisRange} onHover={props.onHover} />
      )}
    </figure>
  );
}

interface DrawingProps {
  readonly build: ChartProps['build'];
  readonly summary: string;
  readonly crosshair: Crosshair | undefined;
  readonly keepsSelection: boolean;
  readonly onPick: ChartProps['onPick'];
  readonly onAxisRange: ChartProps['onAxisRange'];
  readonly onHover: ChartProps['onHover'];
}

interface Area { readonly top: number; readonly bottom: number; readonly toX: (value: number) => number; readonly toY: (value: number) => number; }

function Drawing({ build, summary, crosshair, keepsSelection, onPick, onAxisRange, onHover }: DrawingProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const [theme, setTheme] = useState<ChartTheme | null>(null);
  const [area, setArea] = useState<Area | null>(null);
  const handlers = useRef({ onPick, onAxisRange, onHover });
  handlers.current = { onPick, onAxisRange, onHover };
  const hasCrosshair = crosshair !== undefined;

  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const instance = init(element, null, { renderer: 'canvas' });
    chart.current = instance;
    connectEvents(instance, handlers);
    setTheme(readChartTheme(element));
    const themes = new MutationObserver(() => setTheme(readChartTheme(element)));
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const sizes = new ResizeObserver(() => {
      if (element.clientWidth === 0 || element.clientHeight === 0) return;
      instance.resize();
      setArea((before) => (before ? plotArea(instance) : before));
    });
    sizes.observe(element);
    return () => { themes.disconnect(); sizes.disconnect(); instance.dispose(); chart.current = null; };
  }, []);

  useEffect(() => {
    const instance = chart.current;
    if (!theme || !instance) return;
    const option: EChartsOption = { animation: false, textStyle: { fontFamily: theme.font, fontSize: 12, color: theme.muted }, ...build(theme) };
    instance.setOption(option, keepsSelection ? { replaceMerge: ['series'] } : { notMerge: true });
    setArea(hasCrosshair ? plotArea(instance) : null);
  }, [build, theme, keepsSelection, hasCrosshair]);

  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const instance = chart.current;
    if (!instance || !crosshair || crosshair.stops.length === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const pixel = [event.clientX - box.left, event.clientY - box.top];
    if (!instance.containPixel({ gridIndex: 0 }, pixel)) { if (crosshair.at !== null) crosshair.onMove(null); return; }
    const x = Number(instance.convertFromPixel({ xAxisIndex: 0 }, pixel[0] ?? 0));
    const at = crosshair.stops[nearestIndex(crosshair.stops, x)] ?? null;
    if (at !== crosshair.at) crosshair.onMove(at);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!crosshair || crosshair.stops.length === 0) return;
    const { stops, at, onMove } = crosshair;
    const last = stops.length - 1;
    const here = at === null ? -1 : nearestIndex(stops, at);
    const next = { ArrowRight: Math.min(last, here + 1), ArrowLeft: here < 0 ? last : Math.max(0, here - 1), Home: 0, End: last }[event.key];
    if (next !== undefined) onMove(stops[next] ?? null);
    else if (event.key === 'Escape' && at !== null) onMove(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className={styles['drawing']} role="img" aria-label={summary} {...(crosshair ? { tabIndex: 0, onPointerMove, onKeyDown, onPointerLeave: () => crosshair.onMove(null) } : {})}
    >
      <div ref={host} className={styles['canvas']} />
      {crosshair && area && theme && crosshair.at !== null ? <CrosshairLine area={area} at={crosshair.at} dots={crosshair.dots ?? []} theme={theme} /> : null}
    </div>
  );
}

function CrosshairLine({ area, at, dots, theme }: { readonly area: Area; readonly at: number; readonly dots: NonNullable<Crosshair['dots']>; readonly theme: ChartTheme }): ReactElement | null {
  const x = area.toX(at);
  if (!Number.isFinite(x)) return null;
  return (
    <svg className={styles['crosshair']} aria-hidden>
      <line x1={x} x2={x} y1={area.top} y2={area.bottom} stroke={theme.controlEdge} shapeRendering="crispEdges" />
      {dots.map((dot, index) => {
        const y = area.toY(dot.y);
        return Number.isFinite(y) && y >= area.top - 1 && y <= area.bottom + 1 ? <circle key={index} cx={x} cy={y} r={4} fill={seriesColour(theme, dot.colour)} stroke={theme.background} strokeWidth={1.5} /> : null;
      })}
    </svg>
  );
}

function connectEvents(instance: EChartsType, handlers: { readonly current: Pick<DrawingProps, 'onPick' | 'onAxisRange' | 'onHover'> }): void {
  instance.on('click', (event) => {
    handlers.current.onPick?.({ seriesId: event.seriesId ?? '', dataIndex: event.dataIndex, name: event.name, value: event.value });
  });
  instance.on('mouseover', { componentType: 'series' }, (event) => handlers.current.onHover?.(event.seriesId ?? null));
  instance.on('mouseout', { componentType: 'series' }, () => handlers.current.onHover?.(null));
  instance.on('axisareaselected', (event) => {
    const { parallelAxisId, intervals } = event as { parallelAxisId?: string; intervals?: (readonly [number, number])[] };
    // An axis is named "axis 3" by the option builder.
    const axisIndex = Number(/\d+$/.exec(parallelAxisId ?? '')?.[0] ?? NaN);
    if (Number.isInteger(axisIndex)) handlers.current.onAxisRange?.({ axisIndex, intervals: intervals ?? [] });
  });
}

/** Where grid 0 lies, from the drawn option; its insets are given in pixels by the builders. */
function plotArea(instance: EChartsType): Area {
  const option = instance.getOption() as { grid?: { top?: unknown; bottom?: unknown }[] };
  const grid = option.grid?.[0];
  return {
    top: Number(grid?.top ?? 0), bottom: instance.getHeight() - Number(grid?.bottom ?? 0),
    toX: (value) => Number(instance.convertToPixel({ xAxisIndex: 0 }, value)),
    toY: (value) => Number(instance.convertToPixel({ yAxisIndex: 0 }, value)),
  };
}
