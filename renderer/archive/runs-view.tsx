/** The runs of the archive: a sortable table with the curves of those selected, and everything about one run. */
import { useMemo, useState, type ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import type { Run } from '../../shared/domain/runs.ts';
import { curveOf, metricsIn, type CurveLine } from '../charts/curves.ts';
import { RunConfusion } from '../pages/run-confusion.tsx';
import { CurvesPanel } from '../pages/run-curves-panel.tsx';
import { RunFacts } from '../pages/run-facts.tsx';
import { RunMetrics } from '../pages/run-metrics.tsx';
import { modelName } from '../pages/run-words.ts';
import { routes, navigate } from '../state/route.ts';
import { SeriesDot } from '../ui/chip.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatDateTime, formatDay, formatMetric } from '../ui/format.ts';
import { metricLabel } from '../ui/metric-label.ts';
import { metricNames } from '../../shared/domain/runs.ts';
import { Select } from '../ui/select.tsx';
import { StatusLabel, statusTones } from '../ui/status-label.tsx';
import { FileLink } from './file-link.tsx';
import { curvesOf } from './lookup.ts';
import styles from './viewer.module.css';

export function RunsView({ data, select }: { readonly data: ArchiveData; readonly select: string | null }): ReactElement {
  const [selected, setSelected] = useState<ReadonlySet<string>>(() => new Set(select ? select.split(',') : data.runs.slice(0, 4).map((run) => run.id)));
  const columns = useMemo(() => runColumns(data.runs), [data]);
  const shown = useMemo(() => data.runs.filter((run) => selected.has(run.id)), [data, selected]);
  return (
    <article className={styles['wide']}>
      <h1>Runs</h1>
      <p className={styles['facts']}>Select runs to draw their curves; open one with a double click or Enter.</p>
      <div className={styles['grid']} style={{ height: Math.min(480, data.runs.length * 28 + 44) }}>
        <DataTable label="Runs" rows={data.runs} columns={columns} rowId={(run) => run.id} selected={selected} onSelect={setSelected} onOpen={(run) => navigate(routes.run(run.id))} />
      </div>
      {shown.length > 0 ? <Curves data={data} runs={shown} /> : null}
    </article>
  );
}

export function RunView({ data, run }: { readonly data: ArchiveData; readonly run: Run }): ReactElement {
  const { tone, word } = statusTones[run.status];
  const runs = useMemo(() => [run], [run]);
  return (
    <article className={styles['wide']}>
      <h1><SeriesDot colour={run.colour} /><span className="muted">{run.label}</span>{run.name}</h1>
      <p className={styles['facts']}><StatusLabel tone={tone}>{word}</StatusLabel> {modelName(run.config.model, run.config.task)} that predicts {run.config.target} from {run.datasetName} v{run.versionNumber}</p>
      {run.failure ? <p className={styles['failure']}>{run.failure}</p> : null}
      {run.note ? <p className={styles['lead']}>{run.note}</p> : null}
      <div className={styles['overview']}>
        <div className={styles['stack']}>
          <Curves data={data} runs={runs} />
          {run.result ? <RunMetrics run={run} result={run.result} /> : null}
          {run.result?.confusion ? <RunConfusion matrix={run.result.confusion} /> : null}
        </div>
        <aside className={styles['stack']}>
          {run.result ? (
            <section className={styles['panel']}>
              <h2>Files</h2>
              <FileLink data={data} of={run.result.model} label="Model (ONNX)" /><FileLink data={data} of={run.result.history} label="Metrics by epoch" /><FileLink data={data} of={run.id} label="Settings and results" /><FileLink data={data} of={run.config.versionId} label="Training data" />
            </section>
          ) : null}
          <RunFacts run={run} />
        </aside>
      </div>
    </article>
  );
}

function Curves({ data, runs }: { readonly data: ArchiveData; readonly runs: readonly Run[] }): ReactElement {
  const curves = useMemo(() => curvesOf(data), [data]);
  const points = useMemo(() => runs.map((run) => curves.get(run.id) ?? []), [runs, curves]);
  const metrics = useMemo(() => metricsIn(points, 'validation'), [points]);
  const [wanted, setWanted] = useState('loss');
  const [at, setAt] = useState<number | null>(null);
  const metric = metrics.includes(wanted) ? wanted : metrics[0] ?? 'loss';
  const lines = useMemo((): readonly CurveLine[] => runs.flatMap((run, index): CurveLine[] => {
    const line = { label: run.label, colour: run.colour };
    return [
      { ...line, id: run.id, curve: curveOf(points[index] ?? [], 'validation', metric, 'epoch') },
      // One run alone has room for its train part.
      ...(runs.length === 1 ? [{ ...line, id: `${run.id} train`, label: 'train', curve: curveOf(points[index] ?? [], 'train', metric, 'epoch'), isSecondary: true }] : []),
    ].filter((one) => one.curve.x.length > 0);
  }), [runs, points, metric]);
  return (
    <section className={styles['listing']}>
      <div className={styles['sectionHead']}>
        <h2>Learning curves</h2>
        {metrics.length > 1 ? <Select label="Metric" isLabelHidden isQuiet isSmall prefix="Validation" value={metric} options={metrics.map((name) => ({ value: name, label: metricLabel(name) }))} onChange={setWanted} /> : null}
      </div>
      <CurvesPanel lines={lines} metric={metric} part="validation" axis="epoch" smoothing={0} isLog={false} at={at} onMove={setAt} height={280} emptyText="There are no points of this metric." />
    </section>
  );
}

function testLabel(metric: string): string {
  const label = metricLabel(metric);
  return /^[A-Z]{2}|\u00b2/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

function runColumns(runs: readonly Run[]): readonly DataColumn<Run>[] {
  const metrics = metricNames.filter((name) => runs.some((run) => run.result?.test[name] !== undefined));
  return [
    { id: 'label', header: 'Run', width: 64, value: (run) => run.label, cell: (run) => <span className={styles['runLabel']}><SeriesDot colour={run.colour} />{run.label}</span> },
    { id: 'name', header: 'Name', width: 160, isGrowing: true, value: (run) => run.name },
    { id: 'status', header: 'Status', width: 104, value: (run) => run.status, cell: (run) => <StatusLabel tone={statusTones[run.status].tone}>{statusTones[run.status].word}</StatusLabel> },
    { id: 'data', header: 'Data', width: 104, value: (run) => `${run.datasetName} v${run.versionNumber}` },
    { id: 'target', header: 'Target', width: 96, value: (run) => run.config.target },
    ...metrics.map((name): DataColumn<Run> => ({ id: name, header: `Test ${testLabel(name)}`, width: 108, align: 'right', value: (run) => run.result?.test[name] ?? null, cell: (run) => formatMetric(run.result?.test[name]) })),
    { id: 'parameters', header: 'Parameters', width: 96, align: 'right', value: (run) => run.result?.parameterCount ?? null, cell: (run) => (run.result ? formatCount(run.result.parameterCount) : '\u2013') },
    { id: 'started', header: 'Started', width: 148, align: 'right', value: (run) => run.startedAtMs, cell: (run) => formatDay(run.startedAtMs), title: (run) => formatDateTime(run.startedAtMs) },
  ];
}
