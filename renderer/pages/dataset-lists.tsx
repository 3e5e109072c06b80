/** The versions of a dataset and the runs that used it. */
import { useMemo, type ReactElement } from 'react';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { DatasetId, VersionId } from '../../shared/domain/ids.ts';
import { describePixels } from '../../shared/domain/images.ts';
import type { Run } from '../../shared/domain/runs.ts';
import { describeDiff, describeStep } from '../../shared/domain/version-diff-words.ts';
import { mostCellsCompared } from '../../shared/domain/version-diff.ts';
import { RouteLink } from '../app/link.tsx';
import { valueOr } from '../state/loadable.ts';
import { navigate, routes } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { useCall } from '../state/use-call.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { SeriesDot } from '../ui/chip.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatBytes, formatCount, formatDateTime, formatHash, formatMetric, formatPlural, formatWhen } from '../ui/format.ts';
import { EmptyState } from '../ui/states.tsx';
import { StatusLabel, statusTones } from '../ui/status-label.tsx';

export interface DatasetVersionsProps { readonly dataset: Dataset; readonly current: VersionId; readonly onExport: (version: DatasetVersion) => void; }

export function DatasetVersions({ dataset, current, onExport }: DatasetVersionsProps): ReactElement {
  const list = useRuns();
  const runs = useMemo(() => valueOr(list, []), [list]);
  const columns = useMemo(() => versionColumns(dataset, runs, onExport), [dataset, runs, onExport]);
  return (
    <DataTable
      label="Versions" rows={[...dataset.versions].reverse()} columns={columns} rowId={(version) => version.id} current={current} isComfortable
      clickOpens onOpen={(version) => navigate(routes.dataset(dataset.id, { version: version.id, tab: 'columns' }))} onCurrent={() => undefined}
    />
  );
}

/** Where a version came from, in words. */
export function describeSource(version: DatasetVersion, runs: readonly Run[]): string {
  const { source } = version;
  if (source.kind === 'file') return `${source.fileName} (${source.fileCount === undefined ? '' : `${formatPlural(source.fileCount, 'file')}, `}${source.format.toUpperCase()}, ${formatBytes(source.sizeBytes)})${source.leftOut ? `; ${formatPlural(source.leftOut.count, 'broken image')} left out` : ''}`;
  if (source.kind === 'pixels') return describePixels(source.settings);
  if (source.kind === 'query') return `Query: ${source.sql.replace(/\s+/g, ' ').trim()}`;
  const run = runs.find((one) => one.id === source.runId);
  return `Predicted by ${run ? `${run.label} ${run.name}` : 'a run'}${source.fileName ? ` from ${source.fileName}` : ''}`;
}

const runColumns: readonly DataColumn<Run>[] = [
  {
    id: 'run', header: 'Run', width: 220, isGrowing: true, value: (run) => run.name, title: (run) => `${run.label} ${run.name}`,
    cell: (run) => <RouteLink to={routes.run(run.id)}><SeriesDot colour={run.colour} /> <span className="muted">{run.label}</span> {run.name}</RouteLink>,
  },
  { id: 'status', header: 'Status', width: 132, value: (run) => run.status, cell: (run) => <StatusLabel tone={statusTones[run.status].tone}>{statusTones[run.status].word}</StatusLabel> },
  { id: 'version', header: 'Version', width: 84, align: 'right', value: (run) => run.versionNumber, cell: (run) => `v${run.versionNumber}` },
  { id: 'target', header: 'Target', width: 140, value: (run) => run.config.target },
  { id: 'metric', header: 'Test loss', hint: 'Log loss of a classification, RMSE of a regression', width: 120, align: 'right', value: mainMetric, cell: (run) => formatMetric(mainMetric(run)) , title: (run) => (run.config.task === 'regression' ? 'RMSE' : 'Log loss') },
  { id: 'started', header: 'Started', width: 104, align: 'right', isDescendingFirst: true, value: (run) => run.startedAtMs, title: (run) => formatDateTime(run.startedAtMs), cell: (run) => formatWhen(run.startedAtMs, Date.now()) },
];

export function DatasetRuns({ runs, version, isReadOnly }: { readonly runs: readonly Run[]; readonly version: DatasetVersion; readonly isReadOnly: string | null }): ReactElement {
  if (runs.length === 0) {
    return <EmptyState icon="runs" actions={<Button kind="primary" icon="play" disabledReason={isReadOnly} onPress={() => navigate(routes.train({ version: version.id }))}>Train on v{version.number}</Button>}>No run has used this dataset yet.</EmptyState>;
  }
  return <DataTable label="Runs on this dataset" rows={runs} columns={runColumns} rowId={(run) => run.id} clickOpens onOpen={(run) => navigate(routes.run(run.id))} />;
}

function mainMetric(run: Run): number | null {
  return (run.config.task === 'regression' ? run.result?.test.rmse : run.result?.test.logLoss) ?? null;
}

function versionColumns({ id, versions }: Dataset, runs: readonly Run[], onExport: DatasetVersionsProps['onExport']): readonly DataColumn<DatasetVersion>[] {
  return [
    { id: 'number', header: 'Version', width: 88, value: (version) => version.number, cell: (version) => <b>v{version.number}</b> },
    { id: 'step', header: 'Compared with the one before', width: 280, isGrowing: true, isSortable: false, value: (version) => stepOf(versions, version), cell: (version) => <StepLink datasetId={id} versions={versions} version={version} /> },
    { id: 'source', header: 'From', width: 216, value: (version) => describeSource(version, runs), title: (version) => describeSource(version, runs) },
    { id: 'rows', header: 'Rows', width: 104, align: 'right', value: (version) => version.rowCount, cell: (version) => formatCount(version.rowCount) },
    { id: 'columns', header: 'Columns', width: 84, align: 'right', value: (version) => version.columns.length },
    { id: 'size', header: 'Size', width: 88, align: 'right', value: (version) => version.sizeBytes, cell: (version) => formatBytes(version.sizeBytes) },
    { id: 'export', header: 'Export', width: 64, isSortable: false, value: () => null, cell: (version) => <IconButton isSmall icon="download" label={`Export v${version.number} to a file`} onPress={() => onExport(version)} /> },
    { id: 'hash', header: 'SHA-256', width: 196, isSortable: false, value: (version) => version.object, cell: (version) => <CopyText value={version.object} shown={formatHash(version.object)} label={`the SHA-256 of version ${version.number}`} /> },
    { id: 'by', header: 'By', width: 96, value: (version) => version.createdBy },
    { id: 'created', header: 'Created', width: 104, align: 'right', value: (version) => version.createdAtMs, title: (version) => formatDateTime(version.createdAtMs), cell: (version) => formatWhen(version.createdAtMs, Date.now()) },
  ];
}

function beforeOf(versions: readonly DatasetVersion[], version: DatasetVersion): DatasetVersion | null {
  return versions[versions.indexOf(version) - 1] ?? null;
}

function stepOf(versions: readonly DatasetVersion[], version: DatasetVersion): string {
  return describeStep(beforeOf(versions, version), version);
}

/** What a step changed, and the way to the rows; of a large one what the records tell. */
function StepLink({ datasetId, versions, version }: { readonly datasetId: DatasetId; readonly versions: readonly DatasetVersion[]; readonly version: DatasetVersion }): ReactElement {
  const before = beforeOf(versions, version);
  const isSmall = before !== null && [before, version].every(({ rowCount, columns }) => rowCount * columns.length <= mostCellsCompared);
  const diff = useCall('versions.diff', isSmall ? { spec: { before: before.id, after: version.id, key: null } } : null);
  const words = diff.state.status === 'ready' ? describeDiff(diff.state.value).replace(/\.$/, '') : stepOf(versions, version);
  if (!before) return <span className="muted">{words}</span>;
  return <RouteLink to={routes.dataset(datasetId, { tab: 'versions', before: before.id, after: version.id })} title={words}>{words}</RouteLink>;
}
