/** The selected runs beside each other: learning curves, parallel coordinates, and what changed between two of them. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { curveOf, metricsIn, valuesAt, type CurveAxis, type CurveLine } from '../charts/curves.ts';
import { useRunCurves } from '../state/run-curves.ts';
import { selectRuns, useRunsChoice, useRunsLook } from '../state/runs-view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { formatExact, formatMetric, formatPlural } from '../ui/format.ts';
import { isLowerBetterMetric, metricLabel, metricsOf } from '../ui/metric-label.ts';
import { Select } from '../ui/select.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { Segmented, Slider, Switch } from '../ui/toggles.tsx';
import { CurvesPanel } from './run-curves-panel.tsx';
import type { MetricOf } from './runs-columns.tsx';
import { RunsDiffPanel } from './runs-diff-panel.tsx';
import { RunsParallelPanel } from './runs-parallel-panel.tsx';
import styles from './runs-compare.module.css';

export interface RunsCompareProps {
  /** The selected runs. */
  readonly runs: readonly Run[];
  /** The runs that pass the filters: grey context in the parallel coordinates. */
  readonly context: readonly Run[];
  readonly metricOf: MetricOf;
  readonly hovered: string | null;
  readonly onHover: (id: string | null) => void;
}

const mostLines = 40;

export function RunsCompare({ runs, context, metricOf, hovered, onHover }: RunsCompareProps): ReactElement {
  const { smoothing, isLog, axis } = useRunsLook();
  const chosenMetric = useRunsChoice((state) => state.metric);
  const [at, setAt] = useState<number | null>(null);
  const [isTable, setIsTable] = useState(false);
  const drawn = useMemo(() => runs.slice(0, mostLines), [runs]);
  const ids = useMemo(() => drawn.map((run) => run.id), [drawn]);
  const curves = useRunCurves(ids);
  const metrics = useMemo(() => metricsIn([...curves.values()], 'validation'), [curves]);
  const first = runs[0] ? metricsOf(runs[0].config.task)[0] : undefined;
  const metric = chosenMetric !== null && metrics.includes(chosenMetric) ? chosenMetric : metrics.includes(first ?? '') ? first ?? 'logLoss' : metrics[0] ?? first ?? 'logLoss';
  const lines = useMemo(() => drawn.map((run): CurveLine => ({
    id: run.id, label: run.label, colour: run.colour, curve: curveOf(curves.get(run.id) ?? [], 'validation', metric, axis),
  })), [drawn, curves, metric, axis]);
  const highlighted = hovered !== null && runs.some((run) => run.id === hovered) ? hovered : null;
  const values = useMemo(() => new Map(lines.map((line) => {
    const end = line.curve.x.at(-1);
    const value = at === null ? (end === undefined ? null : valuesAt([line], end, smoothing)[0]?.y ?? null) : valuesAt([line], at, smoothing)[0]?.y ?? null;
    return [line.id, value] as const;
  })), [lines, at, smoothing]);
  const isMixed = runs.some((run) => run.config.versionId !== runs[0]?.config.versionId || run.config.target !== runs[0]?.config.target);
  const remove = (id: string) => selectRuns(new Set(runs.map((run) => run.id).filter((one) => one !== id)));
  return (
    <section className={styles['panel']} aria-label="Comparison">
      <header className={styles['head']} data-long={runs.length > 3}>
        <h2 className={styles['title']}>{runs.length === 1 ? `Run ${runs[0]?.label ?? ''}` : `Comparing ${formatPlural(runs.length, 'run')}`}</h2>
        <div className={styles['legend']} aria-label={at === null ? `Last ${metricLabel(metric)} of each run` : `${metricLabel(metric)} at the crosshair`}>
          {drawn.map((run) => {
            const value = values.get(run.id) ?? null;
            return (
              <span key={run.id} className={styles['legendItem']} data-dimmed={highlighted !== null && highlighted !== run.id} onPointerEnter={() => onHover(run.id)} onPointerLeave={() => onHover(null)}>
                <Chip isOutlined colour={run.colour} title={`${run.label} ${run.name}: ${formatExact(value)}`} removeLabel={`Take ${run.label} out of the comparison`} onRemove={() => remove(run.id)}>
                  {run.label} <span className={styles['value']}>{formatMetric(value)}</span>
                </Chip>
              </span>
            );
          })}
          {runs.length > mostLines ? <span className="muted small">and {runs.length - mostLines} more, not drawn</span> : null}
        </div>
        <span className={styles['spacer']} />
        <Switch isSelected={isLog} onChange={(on) => useRunsLook.setState({ isLog: on })}><span className={styles['switchLabel']}>Log scale</span></Switch>
        <Slider label="Smoothing" value={smoothing} min={0} max={0.98} step={0.02} format={(value) => value.toFixed(2)} onChange={(value) => useRunsLook.setState({ smoothing: value })} />
        <Segmented<CurveAxis> label="Horizontal axis" value={axis} options={[{ value: 'epoch', label: 'Epoch' }, { value: 'step', label: 'Step' }, { value: 'time', label: 'Time' }]} onChange={(value) => { setAt(null); useRunsLook.setState({ axis: value }); }} />
        <IconButton icon={isTable ? 'runs' : 'table'} label={isTable ? 'View as charts' : 'View as tables'} isActive={isTable} onPress={() => setIsTable(!isTable)} />
        <IconButton icon="close" label="Hide the comparison" keys="c" onPress={() => useRunsLook.setState({ isComparing: false })} />
      </header>
      <div className={styles['panels']}>
        <div className={styles['cell']}>
          <div className={styles['cellHead']}>
            <Select label="Metric" prefix="Validation" isLabelHidden isQuiet isSmall value={metric} options={(metrics.length > 0 ? metrics : [metric]).map((name) => ({ value: name, label: metricLabel(name) }))} onChange={(value) => useRunsChoice.setState({ metric: value })} />
            {isMixed
              ? <StatusLabel tone="warn" title="These runs differ in dataset version or target, so their values are not measured on the same rows.">Different data or targets</StatusLabel>
              : <span className="muted small">{smoothing > 0 ? 'smoothed, the points faint behind' : isLowerBetterMetric(metric) ? 'lower is better' : 'higher is better'}</span>}
          </div>
          <CurvesPanel
            lines={lines} metric={metric} part="validation" axis={axis} smoothing={smoothing} isLog={isLog} isTable={isTable} highlighted={highlighted} onHighlight={onHover}
            at={at} onMove={setAt} emptyText={curves.size < drawn.length ? 'Reading the curves' : 'These runs have no curve yet.'}
          />
        </div>
        <div className={styles['cell']}><RunsParallelPanel runs={runs} context={context} metricOf={metricOf} highlighted={highlighted} onHighlight={onHover} isTable={isTable} /></div>
        <div className={styles['cell']}>
          {runs.length >= 2 ? <RunsDiffPanel runs={runs} /> : (
            <div className={styles['alone']}><p className="muted">Select another run with X to see what changed between the two.</p><Button isSmall icon="close" onPress={() => selectRuns(new Set())}>Clear the selection</Button></div>
          )}
        </div>
      </div>
    </section>
  );
}
