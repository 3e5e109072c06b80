/** Parallel coordinates of the selected runs; dragging along an axis keeps the runs inside the range. */
import { useCallback, useMemo, useState, type ReactElement, type RefCallback } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { Chart } from '../charts/chart.tsx';
import { isInside, parallelOption, parallelTable } from '../charts/parallel.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { selectRuns } from '../state/runs-view.ts';
import { Button } from '../ui/button.tsx';
import { formatPlural } from '../ui/format.ts';
import type { MetricOf } from './runs-columns.tsx';
import { parallelSpec } from './runs-parallel.ts';
import styles from './runs-compare.module.css';

export interface RunsParallelPanelProps {
  readonly runs: readonly Run[];
  readonly context: readonly Run[];
  readonly metricOf: MetricOf;
  readonly highlighted: string | null;
  readonly onHighlight: (id: string | null) => void;
  readonly isTable: boolean;
}

export function RunsParallelPanel({ runs, context, metricOf, highlighted, onHighlight, isTable }: RunsParallelPanelProps): ReactElement {
  const [ranges, setRanges] = useState<ReadonlyMap<number, readonly (readonly [number, number])[]>>(new Map());
  const [width, box] = useWidth();
  // The names of two axes need 68 px between them.
  const mostAxes = Math.max(3, Math.min(7, Math.floor((width - 120) / 68) + 1));
  const spec = useMemo(() => parallelSpec(runs, context, metricOf, { highlighted, mostAxes }), [runs, context, metricOf, highlighted, mostAxes]);
  const axesKey = spec.axes.map((axis) => axis.name).join('|');
  const build = useCallback((theme: ChartTheme) => parallelOption(theme, spec), [spec]);
  const table = useMemo(() => parallelTable({ ...spec, lines: spec.lines.filter((line) => line.isSelected) }), [spec]);
  const inside = useMemo(() => (ranges.size === 0 ? null : spec.lines.filter((line) => isInside(line.values, ranges)).map((line) => line.id)), [spec, ranges]);
  if (spec.axes.length < 2) {
    return (
      <>
        <div className={styles['cellHead']}><h3>Settings and results</h3></div>
        <p ref={box} className={styles['noPoints']}>These runs agree in settings and results, or have no result yet.</p>
      </>
    );
  }
  return (
    <>
      <div className={styles['cellHead']}>
        <h3>Settings and results</h3>
        {inside === null ? <span className="muted small">drag along an axis to pick a range</span> : (
          <Button kind="ghost" isSmall icon="check" onPress={() => selectRuns(new Set(inside))} disabledReason={inside.length === 0 ? 'No run lies in these ranges.' : null}>Select {formatPlural(inside.length, 'run')} in range</Button>
        )}
      </div>
      <div ref={box} className={styles['chartBox']}>
        <Chart
          key={axesKey} build={build} table={table} showsTable={isTable} keepsSelection onHover={onHighlight}
          summary={`Parallel coordinates of ${formatPlural(runs.length, 'run')} over ${spec.axes.map((axis) => axis.name.toLowerCase()).join(', ')}; ${formatPlural(spec.lines.length - runs.length, 'other run')} in grey.`}
          onAxisRange={({ axisIndex, intervals }) => setRanges((before) => {
            const next = new Map(before);
            if (intervals.length === 0) next.delete(axisIndex);
            else next.set(axisIndex, intervals);
            return next;
          })}
        />
      </div>
    </>
  );
}

/** The width of an element as it changes, in pixels. */
function useWidth(): readonly [number, RefCallback<HTMLElement>] {
  const [width, setWidth] = useState(420);
  const box = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return [width, box];
}
