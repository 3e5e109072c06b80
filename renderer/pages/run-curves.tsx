/** The learning curves of one run: loss on train and validation, and one validation metric, with one crosshair for both. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { curveOf, metricsIn, valuesAt, type CurveAxis, type CurveLine } from '../charts/curves.ts';
import { useRunCurve } from '../state/run-curves.ts';
import { useRunsLook } from '../state/runs-view.ts';
import { SeriesDot } from '../ui/chip.tsx';
import { formatMetric } from '../ui/format.ts';
import { metricLabel, metricsOf } from '../ui/metric-label.ts';
import { Select } from '../ui/select.tsx';
import { Segmented, Slider, Switch } from '../ui/toggles.tsx';
import { CurvesPanel } from './run-curves-panel.tsx';
import styles from './run-page.module.css';

export function RunCurves({ run }: { readonly run: Run }): ReactElement {
  const { axis, isLog, smoothing } = useRunsLook();
  const points = useRunCurve(run.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const all = useMemo(() => points ?? [], [points]);
  const metrics = useMemo(() => [...metricsIn([all], 'validation').filter((metric) => metric !== 'loss'), ...metricsIn([all], 'train').filter((metric) => metric === 'rate')], [all]);
  const preferred = metricsOf(run.config.task).find((metric) => metric !== 'logLoss' && metrics.includes(metric));
  const metric = chosen !== null && metrics.includes(chosen) ? chosen : preferred ?? metrics[0] ?? 'accuracy';
  // While it runs, each batch shows that it moves; the history keeps epochs only.
  const batchCurve = useMemo(() => (run.status === 'running' ? curveOf(all, 'train', 'batchLoss', axis) : { x: [], y: [] }), [run.status, all, axis]);
  const lossLines = useMemo(() => linesOf(run, [
    { id: 'batch', curve: batchCurve, isFaint: true },
    { id: 'train', curve: curveOf(all, 'train', 'loss', axis), isSecondary: true }, { id: 'validation', curve: curveOf(all, 'validation', 'loss', axis) },
  ]), [run, all, axis, batchCurve]);
  // The learning rate belongs to training.
  const part = metric === 'rate' ? 'train' : 'validation';
  const metricLines = useMemo(() => linesOf(run, [{ id: part, curve: curveOf(all, part, metric, axis) }]), [run, all, metric, part, axis]);
  const mark = useMemo(() => markOf(run, all, axis), [run, all, axis]);
  const maxX = run.status === 'running' && axis === 'epoch' ? run.config.maxEpochs : null;
  const emptyText = run.status === 'running' ? 'The first points come with the first epoch.' : points === null ? 'Reading the curves' : 'This run ended before its first epoch.';
  const shared = { axis, smoothing, isLog, at, onMove: setAt, mark, maxX, height: 240, hasEndLabels: false, emptyText };
  return (
    <section className={styles['section']} aria-label="Learning curves">
      <div className={styles['sectionHead']}>
        <h2>Learning curves</h2><span className={styles['spacer']} />
        <Switch isSelected={isLog} onChange={(on) => useRunsLook.setState({ isLog: on })}><span className="muted small">Log scale</span></Switch>
        <Slider label="Smoothing" value={smoothing} min={0} max={0.98} step={0.02} format={(value) => value.toFixed(2)} onChange={(value) => useRunsLook.setState({ smoothing: value })} />
        <Segmented<CurveAxis> label="Horizontal axis" value={axis} options={[{ value: 'epoch', label: 'Epoch' }, { value: 'step', label: 'Step' }, { value: 'time', label: 'Time' }]} onChange={(value) => { setAt(null); useRunsLook.setState({ axis: value }); }} />
      </div>
      <div className={styles['charts']}>
        <div>
          <div className={styles['chartHead']}><h3>Loss</h3><Legend lines={lossLines} at={at} smoothing={smoothing} /></div>
          <CurvesPanel {...shared} lines={lossLines} metric="loss" part={null} />
        </div>
        <div>
          <div className={styles['chartHead']}>
            {metrics.length > 1 ? <Select label="Metric of the second chart" isLabelHidden isQuiet isSmall value={metric} options={metrics.map((name) => ({ value: name, label: metricLabel(name) }))} onChange={setChosen} /> : <h3>{metricLabel(metric)}</h3>}
            <Legend lines={metricLines} at={at} smoothing={smoothing} />
          </div>
          <CurvesPanel {...shared} lines={metricLines} metric={metric} part={part} />
        </div>
      </div>
    </section>
  );
}

function linesOf(run: Run, lines: readonly Pick<CurveLine, 'id' | 'curve' | 'isSecondary' | 'isFaint'>[]): readonly CurveLine[] {
  return lines.filter((line) => line.curve.x.length > 0).map((line) => ({ ...line, label: line.id, colour: run.colour }));
}

/** The epoch whose weights were kept, on the axis in use. */
function markOf(run: Run, points: readonly { readonly epoch: number; readonly step: number; readonly elapsedMs: number; readonly part: string }[], axis: CurveAxis): { readonly x: number; readonly label: string } | null {
  const best = run.status === 'running' ? undefined : run.result?.bestEpoch;
  if (best === undefined) return null;
  const point = points.find((one) => one.part === 'validation' && one.epoch === best);
  const x = axis === 'epoch' ? best : axis === 'step' ? point?.step : point && point.elapsedMs / 1000;
  return x === undefined ? null : { x, label: `kept: epoch ${best}` };
}

function Legend({ lines, at, smoothing }: { readonly lines: readonly CurveLine[]; readonly at: number | null; readonly smoothing: number }): ReactElement {
  return (
    <span className={styles['legend']}>
      {lines.map((line) => {
        const x = at ?? line.curve.x.at(-1);
        const value = x === undefined ? null : valuesAt([line], x, smoothing)[0]?.y ?? null;
        return <span key={line.id} className={styles['legendItem']}>{line.isSecondary || line.isFaint ? <DashMark colour={line.colour} isFaint={line.isFaint ?? false} /> : <SeriesDot colour={line.colour} />}{line.label} <b>{formatMetric(value)}</b></span>;
      })}
    </span>
  );
}

function DashMark({ colour, isFaint }: { readonly colour: number; readonly isFaint: boolean }): ReactElement {
  return <svg width="12" height="8" aria-hidden><path d="M0 4h12" stroke={`var(--series-${colour % 8})`} strokeWidth={isFaint ? 1 : 2} strokeDasharray={isFaint ? undefined : '3 2'} /></svg>;
}
