/** One metric of several runs inside a page: the curves and, beside them, the values at the crosshair. */
import { useMemo, useState, type ReactElement } from 'react';
import type { MetricPoint, Run } from '../../../shared/domain/runs.ts';
import { curveOf, curvesHeading, valuesAt, type CurveLine } from '../../charts/curves.ts';
import { routes } from '../../state/route.ts';
import { RouteLink } from '../../app/link.tsx';
import { SeriesDot } from '../../ui/chip.tsx';
import { formatExact, formatMetric, formatPlural } from '../../ui/format.ts';
import { isLowerBetterMetric } from '../../ui/metric-label.ts';
import { CurvesPanel } from '../run-curves-panel.tsx';
import { Card, GoneCard } from './card.tsx';
import styles from './card.module.css';

export interface MetricChartCardProps {
  readonly runs: readonly Run[];
  readonly metric: string;
  readonly curves: ReadonlyMap<string, readonly MetricPoint[]>;
  /** Runs of the chart that are no longer in the project. */
  readonly goneCount: number;
}

export function MetricChartCard({ runs, metric, curves, goneCount }: MetricChartCardProps): ReactElement {
  const [at, setAt] = useState<number | null>(null);
  const lines = useMemo((): readonly CurveLine[] => runs
    .map((run) => ({ id: run.id, label: run.label, colour: run.colour, curve: curveOf(curves.get(run.id) ?? [], 'validation', metric, 'epoch') }))
    .filter((line) => line.curve.x.length > 0), [runs, curves, metric]);
  const values = useMemo(() => new Map(lines.map((line) => [line.id, at === null ? bestOf(line, metric) : valuesAt([line], at, 0)[0]?.y ?? null])), [lines, at, metric]);
  if (runs.length === 0) return <GoneCard what="Every run of this chart" />;
  const known = [...values.values()].filter((value): value is number => value !== null);
  const best = known.length === 0 ? null : isLowerBetterMetric(metric) ? Math.min(...known) : Math.max(...known);
  return (
    <Card
      icon="runs" title={curvesHeading(metric, 'validation', 0)} to={routes.runs({ select: runs.map((run) => run.id).join(',') })}
      {...(goneCount > 0 ? { detail: `${formatPlural(goneCount, 'run')} removed since` } : {})}
    >
      <div className={styles['split']}>
        <div className={styles['chartBox']}><CurvesPanel lines={lines} metric={metric} part="validation" axis="epoch" smoothing={0} isLog={false} at={at} onMove={setAt} height={232} emptyText={curves.size < runs.length ? 'Reading the curves' : 'These runs have no points of this metric yet.'} /></div>
        <table className={styles['legend']}>
          <thead><tr><th scope="col">{at === null ? 'Run' : `At epoch ${at}`}</th><th scope="col">{at === null ? 'Best' : 'Value'}</th></tr></thead>
          <tbody>
            {runs.map((run) => {
              const value = values.get(run.id) ?? null;
              return (
                <tr key={run.id} data-best={value !== null && value === best && runs.length > 1}>
                  <td title={`${run.label} ${run.name}`}><span className={styles['legendName']}><SeriesDot colour={run.colour} /><RouteLink to={routes.run(run.id)} className="ellipsis">{run.label}</RouteLink><span className="ellipsis">{run.name}</span></span></td>
                  <td title={formatExact(value)}>{formatMetric(value)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function bestOf({ curve }: CurveLine, metric: string): number | null {
  const finite = curve.y.filter(Number.isFinite);
  return finite.length === 0 ? null : isLowerBetterMetric(metric) ? Math.min(...finite) : Math.max(...finite);
}
