/** How one table is to be taken in: its name, its columns and how its file is read, corrected over the first rows. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { suggestName, type Dialect, type Sniff } from '../../shared/domain/datasets.ts';
import type { DatasetId, FileHandle, JobId } from '../../shared/domain/ids.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { underPolicies } from '../app/under-policies.tsx';
import { currentDatasets, latestVersion, useDatasets } from '../state/datasets.ts';
import { setImportTarget, startImport, useImport } from '../state/import.ts';
import { cancelJob, useJob } from '../state/jobs.ts';
import { valueOr, type Loadable } from '../state/loadable.ts';
import { useNow } from '../state/now.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { routes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { formatBytes, formatCount } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { describeProgress, Progress } from '../ui/progress.tsx';
import { Select } from '../ui/select.tsx';
import { ErrorPanel } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { ImportColumns } from './import-columns.tsx';
import { ImportDialect } from './import-dialect.tsx';
import { changesAgainst, describeDialect, draftColumns, importProblem, planOf, redraft, type DraftColumn } from './import-draft.ts';
import { ImportPreview } from './import-preview.tsx';
import styles from './import-page.module.css';

export const importCrumbs = [{ label: 'Datasets', to: routes.datasets() }];

/** How a file is to be read, as far as the user has corrected it. */
export interface LookSettings {
  readonly dialect?: Dialect;
  readonly table?: string;
}

interface ImportFormProps {
  readonly file: FileHandle;
  /** Of the file or the table that was found. */
  readonly title: string;
  readonly sniff: Sniff;
  readonly look: LookSettings;
  readonly onLook: (look: LookSettings) => void;
  /** Of the reading that the last correction began. */
  readonly state: Loadable<Sniff>;
  readonly onDone: (datasetId: DatasetId | null) => void;
  readonly onCancel: () => void;
}

export function ImportForm({ file, title, sniff, look, onLook, state, onDone, onCancel }: ImportFormProps): ReactElement {
  const all = valueOr(useDatasets(), []);
  const readOnly = useReadOnlyReason();
  const targetId = useImport((state) => state.targetId);
  const [name, setName] = useState(() => suggestName(title));
  const [columns, setColumns] = useState<readonly DraftColumn[]>(() => draftColumns(sniff));
  const [read, setRead] = useState(sniff);
  if (read !== sniff) {
    setRead(sniff);
    setColumns(redraft(sniff, columns));
  }
  const [jobId, setJobId] = useState<JobId | null>(null);
  const job = useJob(jobId);
  const nowMs = useNow(1000);
  const target = all.find((dataset) => dataset.id === targetId) ?? null;
  const problem = state.status === 'ready' ? importProblem(target ? target.name : name, columns) : state.status === 'loading' ? 'The file is being read again.' : 'The file cannot be read like that.';
  const dialect = look.dialect ?? sniff.dialect;
  const changes = useMemo(() => (target ? changesAgainst(latestVersion(target).columns, columns) : []), [target, columns]);
  const isRunning = jobId !== null && (job === null || job.status === 'queued' || job.status === 'running');

  useEffect(() => {
    if (job?.status === 'done') onDone((job.subject['datasetId'] ?? null) as DatasetId | null);
  }, [job, onDone]);

  const start = () => {
    void attempt(async () => {
      const request = { file, name: target ? target.name : name.trim(), datasetId: target?.id ?? null, plan: planOf(sniff, columns) };
      const started = await underPolicies({ action: 'import', datasetId: request.datasetId }, (override) => startImport({ ...request, override }));
      if (started) setJobId(started.jobId);
    });
  };
  const options = [
    { value: 'new', label: 'A new dataset' },
    ...currentDatasets().map((dataset) => ({ value: dataset.id as string, label: `New version of ${dataset.name}`, end: `v${latestVersion(dataset).number + 1}` })),
  ];
  return (
    <PageFrame
      crumbs={importCrumbs} title={`Import ${title}`}
      actions={(
        <>
          <Button kind="ghost" isDisabled={isRunning} onPress={onCancel}>Cancel</Button>
          <Button kind="primary" icon="upload" isPending={isRunning} disabledReason={isRunning ? null : readOnly ?? problem} onPress={start}>{target ? `Import as v${latestVersion(target).number + 1}` : 'Import'}</Button>
        </>
      )}
    >
      <div className={styles['head']}>
        <Select label="Import as" value={target?.id ?? 'new'} options={options} onChange={(value) => setImportTarget(value === 'new' ? null : value as DatasetId)} className={styles['target'] ?? ''} isDisabled={isRunning} />
        {target ? null : <TextField label="Name of the dataset" value={name} onChange={setName} className={styles['name'] ?? ''} isDisabled={isRunning} error={name.trim() === '' ? 'Give the dataset a name.' : null} />}
        {sniff.tables.length > 1 ? <Select label={sniff.format === 'images' ? 'Labels' : sniff.format === 'xlsx' ? 'Sheet' : 'Table'} value={look.table ?? sniff.table} options={sniff.tables.map((value) => ({ value, label: value }))} onChange={(table) => onLook({ table })} className={styles['target'] ?? ''} isDisabled={isRunning} /> : null}
        <dl className={styles['facts']}>
          <div><dt>{sniff.fileCount === undefined ? 'File' : 'Files'}</dt><dd>{sniff.fileCount === undefined ? '' : `${formatCount(sniff.fileCount)}, `}{dialect === null ? `${describeDialect(sniff)}, ` : ''}{formatBytes(sniff.sizeBytes)}</dd></div>
        </dl>
      </div>
      {dialect === null ? null : <ImportDialect sniff={sniff} dialect={dialect} isDisabled={isRunning} onChange={(changed) => onLook({ ...look, dialect: changed })} />}
      {state.status === 'failed' ? <div className={styles['notice']}><ErrorPanel isInline title="The file cannot be read like that" error={state.error} /></div> : null}
      {jobId !== null && isRunning ? (
        <div className={styles['progress']}>
          <Progress label="Import" done={job?.done ?? 0} total={job?.total ?? null} />
          <span>{job ? `${job.step} \u00b7 ${describeProgress({ done: job.done, total: job.total, unit: job.unit, elapsedMs: nowMs - job.startedAtMs })}` : 'Starting'}</span>
          <Button isSmall kind="ghost" icon="close" onPress={() => { void attempt(() => cancelJob(jobId)); }}>Cancel the import</Button>
        </div>
      ) : null}
      {job?.status === 'failed' && job.error ? <div className={styles['notice']}><ErrorPanel isInline title="The import stopped; nothing was stored" error={job.error as Parameters<typeof ErrorPanel>[0]['error']} onRetry={start} /></div> : null}
      {job?.status === 'cancelled' ? <p className={styles['warning']}><Icon name="stopped" />The import was cancelled; nothing was stored.</p> : null}
      {[...sniff.warnings, ...changes].map((warning) => <p key={warning} className={styles['warning']}><Icon name="warning" />{warning}</p>)}
      <ImportColumns columns={columns} onChange={setColumns} isDisabled={isRunning} />
      <ImportPreview sniff={sniff} columns={columns} />
    </PageFrame>
  );
}
