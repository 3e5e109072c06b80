/** Predicts for a dataset or a file: checks the columns first, follows the job, opens the new dataset. */
import { useEffect, useState, type ReactElement } from 'react';
import type { ChosenFile } from '../../shared/contract/shell.ts';
import type { Dataset } from '../../shared/domain/datasets.ts';
import type { DatasetId, JobId, VersionId } from '../../shared/domain/ids.ts';
import type { Model } from '../../shared/domain/models.ts';
import { AppError, failureOf, type Failure } from '../../shared/errors.ts';
import { findVersion, latestVersion } from '../state/datasets.ts';
import { cancelJob, useJob } from '../state/jobs.ts';
import { useNow } from '../state/now.ts';
import { choosePredictionFile, missingFor, startPrediction, type PredictionInput } from '../state/predictions.ts';
import { navigate, routes, useRoute } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { formatBytes, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { describeProgress, Progress } from '../ui/progress.tsx';
import { Select } from '../ui/select.tsx';
import { ErrorPanel } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { Segmented } from '../ui/toggles.tsx';
import styles from './model-page.module.css';

export interface ModelPredictProps {
  readonly model: Model;
  readonly datasets: readonly Dataset[];
  readonly readOnly: string | null;
}

export function ModelPredict({ model, datasets, readOnly }: ModelPredictProps): ReactElement {
  const wanted = useRoute().query['predict'] as VersionId | undefined;
  const [kind, setKind] = useState<'version' | 'file'>('version');
  const [chosen, setChosen] = useState<VersionId | null>(wanted ?? null);
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [started, setStarted] = useState<{ readonly jobId: JobId; readonly datasetId: DatasetId } | null>(null);
  const job = useJob(started?.jobId ?? null);
  const usable = datasets.filter((dataset) => missingFor(model, latestVersion(dataset).columns).length === 0);
  const fallback = usable[0] ?? datasets[0];
  const found = findVersion(datasets, chosen ?? (fallback ? latestVersion(fallback).id : '' as VersionId));
  const missing = kind === 'version' && found ? missingFor(model, found.version.columns) : [];
  const source = kind === 'version' ? found?.dataset.name : file?.name.replace(/\.[^.]+$/, '');
  const newName = name ?? (source ? `${source}, predicted by ${model.runLabel}` : '');
  useEffect(() => {
    if (job?.status === 'done' && started) navigate(routes.dataset(started.datasetId));
  }, [job?.status, started]);

  const input: PredictionInput | null = kind === 'version' ? (found ? { kind, versionId: found.version.id } : null) : file ? { kind, file } : null;
  const isRunning = job !== null && (job.status === 'queued' || job.status === 'running');
  const nowMs = useNow(isRunning ? 1000 : 60_000);
  const whyNot = readOnly ?? (input === null ? (kind === 'file' ? 'Choose a file first.' : 'Choose a dataset first.') : missing[0] ?? (newName.trim() === '' ? 'Give the new dataset a name.' : null));
  const start = () => attempt(async () => {
    if (input && whyNot === null) setStarted(await startPrediction(model.id, input, newName.trim().slice(0, 120)));
  });
  return (
    <section className={styles['section']} aria-label="Predict">
      <div className={styles['sectionHead']}><h3>Predict</h3><span className="muted small">makes a new dataset with the prediction{model.task === 'classification' ? ' and a probability per class' : ''} beside each row</span></div>
      <div className={styles['predict']}>
        <Segmented label="Data" value={kind} options={[{ value: 'version', label: 'Dataset', icon: 'database' }, { value: 'file', label: 'File', icon: 'upload' }]} onChange={(next) => { setKind(next); setName(null); setStarted(null); }} />
        {kind === 'version' ? (
          <Select
            label="Dataset" isLabelHidden className={styles['wide'] ?? ''} value={found?.version.id ?? null} placeholder="Choose a dataset" onChange={(id) => { setChosen(id); setName(null); setStarted(null); }}
            options={datasets.flatMap((dataset) => [...dataset.versions].reverse().map((version) => ({ value: version.id, label: `${dataset.name} v${version.number}`, end: formatPlural(version.rowCount, 'row') })))}
          />
        ) : (
          <span className={styles['file']}>
            <Button icon="upload" onPress={() => void attempt(async () => { const next = await choosePredictionFile(); if (next) { setFile(next); setName(null); setStarted(null); } })}>{file ? 'Other file' : 'Choose a file'}</Button>
            {file ? <span className="ellipsis">{file.name} <span className="muted">{formatBytes(file.sizeBytes)}</span></span> : <span className="muted">CSV, JSON, Parquet, Arrow, Excel or SQLite</span>}
          </span>
        )}
        <TextField label="Name of the new dataset" isLabelHidden placeholder="Name of the new dataset" className={styles['wide'] ?? ''} value={newName} onChange={setName} onEnter={() => void start()} />
        <Button kind="primary" icon="play" disabledReason={whyNot} isPending={isRunning} onPress={() => void start()}>Predict</Button>
      </div>
      {missing.length > 0 ? <ul className={styles['missing']} role="status">{missing.slice(0, 6).map((one) => <li key={one}><Icon name="warning" size={12} />{one}</li>)}{missing.length > 6 ? <li>and {missing.length - 6} more</li> : null}</ul> : null}
      {isRunning && job ? (
        <div className={styles['predictProgress']}>
          <Progress label={job.title} done={job.done} total={job.total} />
          <span>{job.step} <span className="muted">{describeProgress({ done: job.done, total: job.total, unit: job.unit, elapsedMs: Math.max(0, nowMs - job.startedAtMs) })}</span></span>
          <Button isSmall icon="close" onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button>
        </div>
      ) : null}
      {job?.status === 'failed' ? <ErrorPanel isInline title="The prediction failed" error={(job.error as Failure | null) ?? new AppError(failureOf('internal/unexpected', { message: job.title })).failure} onRetry={() => void start()} /> : null}
    </section>
  );
}
