/** One dataset: its name, versions, tags and description; columns with their profile, and every row. */
import { useMemo, useState, type ReactElement } from 'react';
import type { RoleSuggestion } from '../../shared/domain/classification.ts';
import { noteOf } from '../../shared/domain/column-notes.ts';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { DatasetId, FileHandle } from '../../shared/domain/ids.ts';
import type { Model } from '../../shared/domain/models.ts';
import { storedView } from '../../shared/domain/query.ts';
import { call } from '../api.ts';
import { useCommands, type Command } from '../app/command.ts';
import { chooseAndImport } from '../app/commands.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { underPolicies } from '../app/under-policies.tsx';
import { datasets, latestVersion, removeDataset, restoreDataset, useDatasets } from '../state/datasets.ts';
import { setImportTarget, updateFromSource } from '../state/import.ts';
import { valueOr } from '../state/loadable.ts';
import { useModels } from '../state/models.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, replaceRoute, routes, setQuery, useRoute } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { specOf } from '../state/version-diff.ts';
import { useCall } from '../state/use-call.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { attempt } from '../ui/toast.tsx';
import { ColumnInspector } from './column-inspector.tsx';
import { ColumnMeaning } from './column-meaning.tsx';
import { DatasetColumns } from './dataset-columns.tsx';
import { DatasetHeader } from './dataset-header.tsx';
import { DatasetLineage } from './dataset-lineage.tsx';
import { DatasetNotes } from './dataset-notes.tsx';
import { DatasetProfile } from './dataset-profile.tsx';
import { DatasetQuality } from './dataset-quality.tsx';
import { DatasetRows } from './dataset-rows.tsx';
import { DatasetRuns, DatasetVersions } from './dataset-lists.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ImageInspector } from './image-inspector.tsx';
import { PixelsDialog } from './pixels-dialog.tsx';
import { VersionDiff } from './version-diff.tsx';


const tabs = ['columns', 'rows', 'profile', 'quality', 'versions', 'lineage', 'runs', 'notes'] as const;
type TabName = (typeof tabs)[number];
const noRoles: readonly RoleSuggestion[] = [];

export function DatasetPage({ id }: { readonly id: string }): ReactElement {
  const list = useDatasets();
  const dataset = valueOr(list, []).find((one) => one.id === id);
  const crumbs = [{ label: 'Datasets', to: routes.datasets() }];
  if (list.status === 'loading') return <PageFrame crumbs={crumbs} title=""><Loading label="Reading the dataset" /></PageFrame>;
  if (list.status === 'failed') return <PageFrame crumbs={crumbs} title="Dataset"><ErrorPanel error={list.error} onRetry={() => { void datasets.reload(); }} /></PageFrame>;
  if (!dataset) {
    return (
      <PageFrame crumbs={crumbs} title="Dataset">
        <EmptyState icon="database" actions={<><Button kind="primary" onPress={() => navigate(routes.datasets())}>All datasets</Button><Button icon="undo" onPress={() => { void attempt(() => restoreDataset(id as DatasetId)); }}>Restore it</Button></>}>
          This dataset is not in the project. It may have been removed.
        </EmptyState>
      </PageFrame>
    );
  }
  return <OpenDataset dataset={dataset} />;
}

function OpenDataset({ dataset }: { readonly dataset: Dataset }): ReactElement {
  const { query } = useRoute();
  const readOnly = useReadOnlyReason();
  const version = dataset.versions.find((one) => one.id === query['version']) ?? latestVersion(dataset);
  const tab = tabs.find((one) => one === query['tab']) ?? 'columns';
  const profile = useCall('datasets.profile', { versionId: version.id });
  const notes = useCall('columns.list', { datasetId: dataset.id }, ['column']);
  const found = useCall('datasets.classify', { versionId: version.id }, ['dataset', 'column']);
  const allNotes = valueOr(notes.state, []);
  const classification = found.state.status === 'ready' ? found.state.value : null;
  const suggestionCount = classification === null ? 0 : classification.tags.length + classification.roles.length;
  const allRuns = useRuns();
  const models = useModels();
  const runs = useMemo(() => valueOr(allRuns, []).filter((run) => run.datasetId === dataset.id), [allRuns, dataset.id]);
  const column = profile.state.status === 'ready' && tab === 'columns' ? profile.state.value.find((one) => one.name === query['column']) ?? null : null;
  const image = tab === 'rows' ? imageIn(query['image'], version) : null;
  const [exported, setExported] = useState<DatasetVersion | null>(null);
  const [isMakingPixels, setMakingPixels] = useState(false);
  const commands = datasetCommands(dataset, version, valueOr(models, []), readOnly, { onExport: () => setExported(version), onPixels: () => setMakingPixels(true) });
  useCommands(commands);
  const menu = commands.filter((command) => !['dataset.train', 'dataset.previousVersion', 'dataset.nextVersion'].includes(command.id)).map((command): MenuEntry => ({
    id: command.id, label: command.label, icon: command.icon, ...(command.keys ? { keys: command.keys } : {}), disabledReason: command.disabledReason?.() ?? null, isDanger: command.id === 'dataset.remove', run: () => { void attempt(async () => command.run()); },
  }));
  return (
    <PageFrame
      crumbs={[{ label: 'Datasets', to: routes.datasets() }]} title={dataset.name}
      actions={(
        <>
          <Button kind="ghost" icon="clock" onPress={() => navigate(routes.history({ entity: dataset.id }))}>History</Button>
          <Button icon="plus" disabledReason={readOnly} onPress={() => { void attempt(() => importVersion(dataset)); }}>Add version</Button>
          <Button kind="primary" icon="play" disabledReason={readOnly} onPress={() => navigate(routes.train({ version: version.id }))}>Train on v{version.number}</Button>
          <Menu label="More actions" entries={menu}><IconButton icon="more" label="More actions" /></Menu>
        </>
      )}
      inspector={column ? (
        <ColumnInspector
          key={column.name} profile={column} onClose={() => setQuery('column', null)} onShowRows={() => setQuery('tab', 'rows')} note={noteOf(allNotes, column.name)}
          meaning={<ColumnMeaning datasetId={dataset.id} profile={column} note={noteOf(allNotes, column.name)} suggestion={classification?.roles.find((one) => one.column === column.name) ?? null} isReadOnly={readOnly !== null} />}
        />
      ) : image ? <ImageInspector versionId={version.id} column={image.column} row={image.row} onClose={() => setQuery('image', null)} /> : null}
    >
      <DatasetHeader dataset={dataset} version={version} onVersion={(versionId) => replaceRoute(routes.dataset(dataset.id, { version: versionId, tab }))} isReadOnly={readOnly !== null} suggestionCount={suggestionCount} onSuggestions={() => setQuery('tab', 'quality')} />
      <Tabs<TabName>
        label="Dataset" value={tab} onChange={(next) => setQuery('tab', next)}
        tabs={[
          { value: 'columns', label: 'Columns', count: version.columns.length, content: <DatasetColumns profile={profile.state} notes={allNotes} roles={classification?.roles ?? noRoles} onRetry={profile.reload} selected={query['column'] ?? null} onSelect={(name) => setQuery('column', name)} /> },
          { value: 'rows', label: 'Rows', content: <DatasetRows key={version.id} name={dataset.name} version={version} /> },
          { value: 'profile', label: 'Profile', content: <DatasetProfile version={version} notes={allNotes} /> },
          { value: 'quality', label: 'Quality', ...(classification ? { count: classification.quality.score } : {}), content: <DatasetQuality dataset={dataset} found={found.state} onRetry={found.reload} isReadOnly={readOnly} /> },
          { value: 'versions', label: 'Versions', count: dataset.versions.length, content: <Versions dataset={dataset} version={version} onExport={setExported} /> },
          { value: 'lineage', label: 'Lineage', content: <DatasetLineage dataset={dataset} /> },
          { value: 'runs', label: 'Used by runs', count: runs.length, content: <DatasetRuns runs={runs} version={version} isReadOnly={readOnly} /> },
          { value: 'notes', label: 'Notes', content: <DatasetNotes key={dataset.id} dataset={dataset} isReadOnly={readOnly !== null} /> },
        ]}
      />
      {isMakingPixels ? <PixelsDialog dataset={dataset} version={version} onClose={() => setMakingPixels(false)} /> : null}
      {exported ? <ExportDialog name={`${dataset.name} v${exported.number}`} rows={{ kind: 'version', versionId: exported.id }} view={storedView} versionIds={[exported.id]} onClose={() => setExported(null)} /> : null}
    </PageFrame>
  );
}

/** "12 image": the image of row 12 in that column; null for what is none of this version. */
function imageIn(text: string | undefined, version: DatasetVersion): { readonly row: number; readonly column: string } | null {
  const [, row = '', column = ''] = /^(\d+) (.+)$/s.exec(text ?? '') ?? [];
  return version.columns.some(({ name, type }) => type === 'image' && name === column) ? { row: Number(row), column } : null;
}

/** The list of versions, or two of them compared. */
function Versions({ dataset, version, onExport }: { readonly dataset: Dataset; readonly version: DatasetVersion; readonly onExport: (version: DatasetVersion) => void }): ReactElement {
  const spec = specOf(useRoute());
  const all = valueOr(useDatasets(), []);
  if (!spec) return <DatasetVersions dataset={dataset} current={version.id} onExport={onExport} />;
  return <VersionDiff spec={spec} datasets={all} onClose={() => navigate(routes.dataset(dataset.id, { version: version.id, tab: 'versions' }))} />;
}

async function importVersion(dataset: Dataset): Promise<void> {
  setImportTarget(dataset.id);
  await chooseAndImport();
}

async function update(dataset: Dataset, file: FileHandle | null): Promise<void> {
  await attempt(() => underPolicies({ action: 'import', datasetId: dataset.id }, (override) => updateFromSource(dataset.id, file, override)));
}

/** The file was moved, or this computer has never seen it. */
async function updateFromElsewhere(dataset: Dataset): Promise<void> {
  const [file] = await call('shell.chooseFiles', { purpose: 'import' });
  if (file) await update(dataset, file.handle);
}

/** One command for each model, newest first; the first has the key. */
function predictCommands(models: readonly Model[], version: DatasetVersion, readOnly: string | null): Command[] {
  const newest = [...models].sort((a, b) => b.createdAtMs - a.createdAtMs).slice(0, 5);
  if (newest.length === 0) return [{ id: 'dataset.predict', label: 'Predict with a model', keys: 'p', icon: 'sparkle', run: () => navigate(routes.models()), disabledReason: () => 'Register a model of a run first.' }];
  return newest.map((model, index) => ({
    id: `dataset.predict.${model.id}`, label: `Predict with ${model.name}`, keys: index === 0 ? 'p' : null, icon: 'sparkle', disabledReason: () => readOnly, run: () => navigate(routes.model(model.id, { predict: version.id })),
  }));
}

function datasetCommands(dataset: Dataset, version: DatasetVersion, models: readonly Model[], readOnly: string | null, { onExport, onPixels }: { readonly onExport: () => void; readonly onPixels: () => void }): Command[] {
  const place = dataset.versions.indexOf(version);
  const previous = dataset.versions[place - 1];
  const next = dataset.versions[place + 1];
  const open = (to: DatasetVersion | undefined) => { if (to) setQuery('version', to.id); };
  const writable = () => readOnly;
  const notUpdatable = () => readOnly ?? (dataset.versions.some(({ source }) => source.kind === 'file') ? null : 'No version came from a file.');
  return [
    { id: 'dataset.train', label: `Train on ${dataset.name} v${version.number}`, keys: 't', icon: 'play', run: () => navigate(routes.train({ version: version.id })), disabledReason: writable },
    { id: 'dataset.compare', label: previous ? `Compare v${version.number} with v${previous.number}` : 'Compare with the version before', keys: 'c', icon: 'compare', run: () => { if (previous) navigate(routes.dataset(dataset.id, { version: version.id, tab: 'versions', before: previous.id, after: version.id })); }, disabledReason: () => (previous ? null : 'This is the first version.') },
    { id: 'dataset.drift', label: 'Check drift', keys: 'd', icon: 'pulse', run: () => navigate(previous ? routes.newDrift({ reference: previous.id, current: version.id }) : routes.newDrift({ current: version.id })), disabledReason: writable },
    ...predictCommands(models, version, readOnly),
    ...(version.columns.some(({ type }) => type === 'image') ? [{ id: 'dataset.pixels', label: 'Make a table of pixels', keys: null, icon: 'image' as const, run: onPixels, disabledReason: writable }] : []),
    { id: 'dataset.addVersion', label: 'New version from a file', keys: 'v', icon: 'plus', run: () => importVersion(dataset), disabledReason: writable },
    { id: 'dataset.update', label: 'Update from its file', keys: null, icon: 'upload', run: () => update(dataset, null), disabledReason: notUpdatable },
    { id: 'dataset.updateFrom', label: 'Update from a file elsewhere', keys: null, icon: 'folder', run: () => attempt(() => updateFromElsewhere(dataset)), disabledReason: notUpdatable },
    { id: 'dataset.export', label: `Export v${version.number} to a file`, keys: 'e', icon: 'download', run: onExport },
    { id: 'dataset.previousVersion', label: 'Previous version', keys: '[', icon: 'chevron-left', run: () => open(previous), disabledReason: () => (previous ? null : 'This is the first version.') },
    { id: 'dataset.nextVersion', label: 'Next version', keys: ']', icon: 'chevron-right', run: () => open(next), disabledReason: () => (next ? null : 'This is the latest version.') },
    {
      id: 'dataset.remove', label: 'Remove this dataset', keys: null, icon: 'trash', disabledReason: writable,
      run: async () => {
        if (await attempt(() => removeDataset(dataset.id), { done: `Removed ${dataset.name}`, undo: () => restoreDataset(dataset.id) })) navigate(routes.datasets());
      },
    },
  ];
}
