/** Several files or folders: the tables that they hold, each to be imported as it is found, or corrected first. */
import { useState, type ReactElement } from 'react';
import type { Output } from '../../shared/contract/index.ts';
import type { ChosenFile } from '../../shared/contract/shell.ts';
import type { DatasetId, FileHandle, JobId } from '../../shared/domain/ids.ts';
import { RowLink } from '../app/link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { underPolicies } from '../app/under-policies.tsx';
import { startImport } from '../state/import.ts';
import { hasEnded, useJobs } from '../state/jobs.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { routes } from '../state/route.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatBytes, formatCount, formatPlural } from '../ui/format.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { formatWords } from './import-draft.ts';
import { importCrumbs } from './import-form.tsx';
import styles from './import-many.module.css';
import { ImportOne, type ImportOneProps } from './import-one.tsx';
import { importStateOf, type FoundTable, type ImportState } from './import-states.ts';

type Leaving = Pick<ImportOneProps, 'onDone' | 'onCancel'>;

export function ImportMany({ files, ...leaving }: Leaving & { readonly files: readonly ChosenFile[] }): ReactElement {
  const found = useCall('imports.survey', { files: files.map(({ handle }) => handle) });
  const title = files.length === 1 ? files[0]?.name ?? '' : formatPlural(files.length, 'file');
  if (found.state.status === 'ready') {
    const { tables, refused } = found.state.value;
    const [only] = tables;
    if (only && tables.length === 1 && refused.length === 0) return <ImportOne file={only.file} title={only.name} {...leaving} />;
    return <FoundTables title={title} tables={tables} refused={refused} {...leaving} />;
  }
  return (
    <PageFrame crumbs={importCrumbs} title={`Import ${title}`} actions={<Button kind="ghost" onPress={leaving.onCancel}>Cancel</Button>}>
      {found.state.status === 'failed' ? <ErrorPanel title={`${title} cannot be imported`} error={found.state.error} onRetry={found.reload} /> : <Loading label={`Looking through ${title}`} rows={10} />}
    </PageFrame>
  );
}

function FoundTables({ title, tables, refused, onCancel }: Leaving & Output<'imports.survey'> & { readonly title: string }): ReactElement {
  const readOnly = useReadOnlyReason();
  const jobs = useJobs((state) => state.jobs);
  const [selected, setSelected] = useState<ReadonlySet<string>>(() => new Set(tables.map(({ file }) => file)));
  const [started, setStarted] = useState<ReadonlyMap<FileHandle, JobId>>(new Map());
  const [corrected, setCorrected] = useState<ReadonlyMap<FileHandle, DatasetId>>(new Map());
  const [open, setOpen] = useState<FoundTable | null>(null);
  if (open !== null) {
    const done = (datasetId: DatasetId | null) => {
      if (datasetId !== null) setCorrected(new Map([...corrected, [open.file, datasetId]]));
      setOpen(null);
    };
    return <ImportOne key={open.file} file={open.file} title={open.name} onDone={done} onCancel={() => setOpen(null)} />;
  }
  const stateOf = ({ file }: FoundTable) => importStateOf(jobs[started.get(file) ?? ''] ?? null, started.has(file), corrected.get(file) ?? null);
  const chosen = tables.filter((table) => selected.has(table.file) && !['waiting', 'running', 'done'].includes(stateOf(table).status));
  const isRunning = [...started.values()].some((id) => { const job = jobs[id]; return job === undefined || !hasEnded(job); });
  const start = () => {
    void attempt(() => underPolicies({ action: 'import', datasetId: null }, async (override) => {
      for (const { file, name } of chosen) {
        const { jobId } = await startImport({ file, name, datasetId: null, plan: null, override });
        setStarted((before) => new Map([...before, [file, jobId]]));
      }
    }));
  };
  const failed = tables.flatMap((table) => { const state = stateOf(table); return state.status === 'failed' ? [{ name: table.name, reason: state.reason }] : []; });
  return (
    <PageFrame
      crumbs={importCrumbs} title={`Import ${title}`} count={formatPlural(tables.length, 'table')}
      actions={(
        <>
          <Button kind="ghost" onPress={onCancel}>{started.size > 0 && !isRunning ? 'Close' : 'Cancel'}</Button>
          <Button kind="primary" icon="upload" disabledReason={readOnly ?? (chosen.length === 0 ? 'Choose a table that is not imported yet.' : null)} onPress={start}>{`Import ${formatPlural(chosen.length, 'dataset')}`}</Button>
        </>
      )}
    >
      {tables.length === 0 ? <EmptyState icon="table">No table was found.</EmptyState> : (
        <>
          <p className={styles['about']}>Files that share their columns are one table. Each becomes a dataset as it is found; open one to see it first and to correct how it is read.</p>
          <DataTable
            label="Tables found" rows={tables} columns={columnsFor(stateOf, setOpen)} rowId={({ file }) => file} rowLabel={({ name }) => name}
            selected={selected} onSelect={setSelected} onOpen={setOpen} isComfortable className={styles['tables'] ?? ''}
          />
        </>
      )}
      <Reasons title="Not imported" rows={failed} />
      <Reasons title="Left out" rows={refused} />
    </PageFrame>
  );
}

function columnsFor(stateOf: (table: FoundTable) => ImportState, open: (table: FoundTable) => void): readonly DataColumn<FoundTable>[] {
  return [
    { id: 'name', header: 'Dataset', width: 200, isGrowing: true, value: ({ name }) => name },
    {
      id: 'files', header: 'Files', width: 236, value: ({ fileCount, files }) => (fileCount === 1 ? files[0] ?? '' : `${formatPlural(fileCount, 'file')}: ${files.slice(0, 2).join(', ')}${fileCount > 2 ? ' ...' : ''}`),
      title: ({ fileCount, files, unlikeCount }) => [...files, ...(fileCount > files.length ? [`and ${formatCount(fileCount - files.length)} more`] : []), ...(unlikeCount > 0 ? [`${formatPlural(unlikeCount, 'file')} without some of the columns`] : [])].join('\n'),
    },
    { id: 'format', header: 'Format', width: 116, value: ({ format }) => formatWords[format] },
    { id: 'rows', header: 'Rows', width: 96, align: 'right', value: ({ rowCount }) => rowCount, cell: ({ rowCount }) => (rowCount === null ? <span className="muted">not counted</span> : formatCount(rowCount)), hint: 'About, where only reading all of it would tell' },
    { id: 'columns', header: 'Columns', width: 80, align: 'right', value: ({ columnCount }) => columnCount },
    { id: 'size', header: 'Size', width: 88, align: 'right', value: ({ sizeBytes }) => sizeBytes, cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
    {
      id: 'state', header: 'State', width: 168, isSortable: false, value: (table) => stateOf(table).word,
      cell: (table) => <StateCell table={table} state={stateOf(table)} onOpen={open} />,
    },
  ];
}

function StateCell({ table, state, onOpen }: { readonly table: FoundTable; readonly state: ImportState; readonly onOpen: (table: FoundTable) => void }): ReactElement {
  if (state.status === 'done') return <RowLink to={routes.dataset(state.datasetId)} icon="check">{state.word}</RowLink>;
  if (state.status === 'waiting' || state.status === 'running') return <StatusLabel tone="busy">{state.word}</StatusLabel>;
  return (
    <span className={styles['state']}>
      {state.status === 'new' ? null : <StatusLabel tone={state.status === 'failed' ? 'danger' : 'muted'}>{state.word}</StatusLabel>}
      <Button isSmall kind="ghost" icon="columns" label={`Look at ${table.name}`} onPress={() => onOpen(table)}>Look</Button>
    </span>
  );
}

/** The most that are listed: a folder can have thousands. */
const mostReasons = 200;

function Reasons({ title, rows }: { readonly title: string; readonly rows: readonly { readonly name: string; readonly reason: string }[] }): ReactElement | null {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title} className={styles['reasons']}>
      <h2>{title}<span className="muted small">{formatPlural(rows.length, title === 'Left out' ? 'file' : 'table')}</span></h2>
      <ul>{rows.slice(0, mostReasons).map(({ name, reason }) => <li key={name}><span className="selectable">{name}</span><span className="muted selectable">{reason}</span></li>)}</ul>
      {rows.length > mostReasons ? <p className="muted small">and {formatCount(rows.length - mostReasons)} more</p> : null}
    </section>
  );
}
