/** Learning curves with their crosshair, table twin and summary; used for one run and for many. */
import { useCallback, useMemo, type ReactElement } from 'react';
import { Chart } from '../charts/chart.tsx';
import { curvesHeading, curvesOption, curvesSummary, curvesTable, stopsOf, valuesAt, type CurveAxis, type CurveLine, type CurvePart } from '../charts/curves.ts';
import { describeThinning } from '../charts/curve-lines.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { isLowerBetterMetric, metricLimit } from '../ui/metric-label.ts';
import styles from './runs-compare.module.css';

export interface CurvesPanelProps {
  readonly lines: readonly CurveLine[];
  readonly metric: string;
  readonly part: CurvePart | null;
  readonly axis: CurveAxis;
  readonly smoothing: number;
  readonly isLog: boolean;
  readonly isTable?: boolean;
  readonly highlighted?: string | null;
  readonly onHighlight?: (id: string | null) => void;
  readonly at: number | null;
  readonly onMove: (at: number | null) => void;
  readonly mark?: { readonly x: number; readonly label: string } | null;
  readonly maxX?: number | null;
  readonly height?: number;
  readonly hasEndLabels?: boolean;
  /** Shown while there are no points. */
  readonly emptyText: string;
}

export function CurvesPanel(props: CurvesPanelProps): ReactElement {
  const { lines, metric, part, axis, smoothing, isLog, isTable, highlighted = null, onHighlight, at, onMove, mark = null, maxX = null, height, hasEndLabels = true, emptyText } = props;
  const build = useCallback(
    (theme: ChartTheme) => curvesOption(theme, { lines, axis, smoothing, isLog, highlighted, mark, maxX, hasEndLabels, limit: metricLimit(metric) }),
    [lines, metric, axis, smoothing, isLog, highlighted, mark, maxX, hasEndLabels],
  );
  const stops = useMemo(() => stopsOf(lines), [lines]);
  const table = useMemo(() => curvesTable(lines, axis), [lines, axis]);
  const dots = useMemo(() => {
    if (at === null) return [];
    const colours = new Map(lines.map((line) => [line.id, line.colour]));
    return valuesAt(lines, at, smoothing).map(({ id, y }) => ({ y, colour: colours.get(id) ?? 0 }));
  }, [lines, at, smoothing]);
  const heading = curvesHeading(metric, part, smoothing);
  const thinned = describeThinning(lines);
  if (stops.length === 0) return <p className={styles['noPoints']} style={height === undefined ? undefined : { height }}>{emptyText}</p>;
  return (
    <div className={styles['chartBox']} style={height === undefined ? undefined : { height }}>
      <Chart
        build={build} summary={curvesSummary(lines, heading, isLowerBetterMetric(metric))} table={table} {...(isTable === undefined ? {} : { showsTable: isTable })}
        crosshair={{ stops, at, onMove, dots }} {...(onHighlight ? { onHover: onHighlight } : {})}
      />
      {thinned ? <span className={styles['thinned']}>{thinned}</span> : null}
    </div>
  );
}
