/** Importing a file: what the reader found, to be corrected, before anything is stored. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { ChosenFile } from '../../shared/contract/shell.ts';
import { suggestName, type Dialect, type Sniff } from '../../shared/domain/datasets.ts';
import type { DatasetId, FileHandle, JobId } from '../../shared/domain/ids.ts';
import { chooseAndImport } from '../app/commands.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { underPolicies } from '../app/under-policies.tsx';
import { currentDatasets, latestVersion, useDatasets } from '../state/datasets.ts';
import { setImportTarget, startImport, useImport } from '../state/import.ts';
import { cancelJob, useJob } from '../state/jobs.ts';
import { valueOr, type Loadable } from '../state/loadable.ts';
import { useNow } from '../state/now.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { useUi } from '../state/ui.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { describeProgress, Progress } from '../ui/progress.tsx';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { ImportColumns } from './import-columns.tsx';
import { ImportDialect } from './import-dialect.tsx';
import { changesAgainst, describeDialect, draftColumns, importProblem, planOf, redraft, type DraftColumn } from './import-draft.ts';
import { ImportPreview } from './import-preview.tsx';
import styles from './import-page.module.css';

const crumbs = [{ label: 'Datasets', to: routes.datasets() }];

export function ImportPage(): ReactElement {
  const files = useUi((state) => state.filesToImport);
  const file = files[0];
  const [look, setLook] = useState<Look>(asFound);
  const sniff = useCall('imports.sniff', file ? { file: file.handle, ...(look.file === file.handle ? look.settings : {}) } : null);
  const [shown, setShown] = useState<{ readonly file: string; readonly sniff: Sniff } | null>(null);
  const found = sniff.state.status === 'ready' ? sniff.state.value : null;
  if (file && found !== null && found !== shown?.sniff) setShown({ file: file.handle, sniff: found });
  useEffect(() => () => setImportTarget(null), []);
  if (!file) {
    return (
      <PageFrame crumbs={crumbs} title="Import data">
        <EmptyState icon="upload" actions={<Button kind="primary" icon="upload" onPress={() => { void attempt(chooseAndImport); }}>Choose a file</Button>}>
          Drop a CSV, TSV, JSON, Parquet or Arrow file, an Excel workbook or an SQLite database here. Nothing is stored before you have seen it.
        </EmptyState>
      </PageFrame>
    );
  }
  const another = <Button kind="ghost" icon="folder" onPress={() => { void attempt(chooseAndImport); }}>Other file</Button>;
  // While the file is read again, and where it cannot be read so, what was found before stays on screen to be corrected.
  const last = shown?.file === file.handle ? shown.sniff : null;
  if (last !== null) {
    const again = (settings: Look['settings']) => setLook({ file: file.handle, settings });
    return <ImportForm key={file.handle} file={file} sniff={last} look={look.file === file.handle ? look.settings : {}} onLook={again} state={sniff.state} rest={files.slice(1)} />;
  }
  if (sniff.state.status === 'loading') return <PageFrame crumbs={crumbs} title={`Import ${file.name}`} actions={another}><Loading label={`Reading ${file.name}`} rows={10} /></PageFrame>;
  if (sniff.state.status === 'failed') return <PageFrame crumbs={crumbs} title={`Import ${file.name}`} actions={another}><ErrorPanel title={`${file.name} cannot be imported`} error={sniff.state.error} onRetry={sniff.reload} /></PageFrame>;
  return <PageFrame crumbs={crumbs} title={`Import ${file.name}`} actions={another}><Loading label={`Reading ${file.name}`} rows={10} /></PageFrame>;
}

/** How the user wants a file to be looked at; the settings are empty until something is corrected. */
interface Look {
  readonly file: FileHandle | null;
  readonly settings: { readonly dialect?: Dialect; readonly table?: string };
}

const asFound: Look = { file: null, settings: {} };

interface ImportFormProps {
  readonly file: ChosenFile;
  readonly sniff: Sniff;
  readonly look: Look['settings'];
  readonly onLook: (look: Look['settings']) => void;
  /** Of the reading that the last correction began. */
  readonly state: Loadable<Sniff>;
  readonly rest: readonly ChosenFile[];
}

function ImportForm({ file, sniff, look, onLook, state, rest }: ImportFormProps): ReactElement {
  const all = valueOr(useDatasets(), []);
  const readOnly = useReadOnlyReason();
  const targetId = useImport((state) => state.targetId);
  const [name, setName] = useState(() => suggestName(sniff.fileName));
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
    if (job?.status !== 'done') return;
    const datasetId = job.subject['datasetId'] as DatasetId | undefined;
    useUi.setState({ filesToImport: rest });
    if (rest.length > 0) return;
    navigate(datasetId ? routes.dataset(datasetId) : routes.datasets());
  }, [job, rest]);

  const start = () => {
    void attempt(async () => {
      const request = { file: file.handle, name: target ? target.name : name.trim(), datasetId: target?.id ?? null, plan: planOf(sniff, columns) };
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
      crumbs={crumbs} title={`Import ${sniff.fileName}`} count={rest.length > 0 ? `and ${rest.length} more after it` : undefined}
      actions={(
        <>
          <Button kind="ghost" isDisabled={isRunning} onPress={() => { useUi.setState({ filesToImport: [] }); navigate(routes.datasets()); }}>Cancel</Button>
          <Button kind="primary" icon="upload" isPending={isRunning} disabledReason={isRunning ? null : readOnly ?? problem} onPress={start}>{target ? `Import as v${latestVersion(target).number + 1}` : 'Import'}</Button>
        </>
      )}
    >
      <div className={styles['head']}>
        <Select label="Import as" value={target?.id ?? 'new'} options={options} onChange={(value) => setImportTarget(value === 'new' ? null : value as DatasetId)} className={styles['target'] ?? ''} isDisabled={isRunning} />
        {target ? null : <TextField label="Name of the dataset" value={name} onChange={setName} className={styles['name'] ?? ''} isDisabled={isRunning} error={name.trim() === '' ? 'Give the dataset a name.' : null} />}
        {sniff.tables.length > 1 ? <Select label={sniff.format === 'xlsx' ? 'Sheet' : 'Table'} value={look.table ?? sniff.table} options={sniff.tables.map((value) => ({ value, label: value }))} onChange={(table) => onLook({ table })} className={styles['target'] ?? ''} isDisabled={isRunning} /> : null}
        <dl className={styles['facts']}>
          <div><dt>File</dt><dd>{dialect === null ? `${describeDialect(sniff)}, ` : ''}{formatBytes(sniff.sizeBytes)}</dd></div>
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
