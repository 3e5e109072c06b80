/** All datasets of the project: what they are, how large, when they changed, what they were used for. */
import { useMemo, useRef, useState, type ReactElement } from 'react';
import { searchDatasets } from '../../shared/domain/dataset-search.ts';
import { formatTag, type Dataset, type Tag } from '../../shared/domain/datasets.ts';
import { useCommands } from '../app/command.ts';
import { runCommand } from '../app/commands.ts';
import { RowLink } from '../app/link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { usePasting } from '../app/paste-table.tsx';
import { datasets, latestVersion, useDatasets } from '../state/datasets.ts';
import { valueOr } from '../state/loadable.ts';
import { openSample, useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatBytes, formatCount, formatDateTime, formatWhen } from '../ui/format.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { FilterField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { SavedSearches, TagSelected } from './datasets-tools.tsx';
import styles from './datasets-page.module.css';

export function DatasetsPage(): ReactElement {
  const list = useDatasets();
  const runs = useRuns();
  const readOnly = useReadOnlyReason();
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filterRef = useRef<HTMLInputElement>(null);
  const all = valueOr(list, []);
  const shown = useMemo(() => searchDatasets(all, filter), [all, filter]);
  // What the filter hides is not tagged unseen.
  const chosen = useMemo(() => shown.filter(({ id }) => selected.has(id)), [shown, selected]);
  const runCounts = useMemo(() => {
    const counts = new Map<string, number>();
    for (const run of valueOr(runs, [])) counts.set(run.datasetId, (counts.get(run.datasetId) ?? 0) + 1);
    return counts;
  }, [runs]);
  const columns = useMemo(() => datasetColumns(runCounts), [runCounts]);
  useCommands([{ id: 'datasets.filter', label: 'Filter datasets', keys: '/', icon: 'filter', run: () => filterRef.current?.focus() }]);

  usePasting(readOnly !== null);

  const importButton = <Button kind="primary" icon="upload" disabledReason={readOnly} onPress={() => runCommand('data.import')}>Import data</Button>;
  const otherWays = (
    <>
      <Button kind="ghost" icon="copy" disabledReason={readOnly} onPress={() => runCommand('data.paste')}>Paste a table</Button>
      <Button kind="ghost" icon="folder" disabledReason={readOnly} onPress={() => runCommand('data.importFolder')}>Import a folder</Button>
    </>
  );
  return (
    <PageFrame title="Datasets" count={list.status === 'ready' ? formatCount(all.length) : undefined} actions={<>{otherWays}{list.status === 'ready' && all.length === 0 ? null : importButton}</>}>
      {list.status === 'loading' ? <Loading label="Reading the datasets" />
        : list.status === 'failed' ? <ErrorPanel error={list.error} onRetry={() => { void datasets.reload(); }} />
          : all.length === 0 ? (
            <EmptyState icon="database" actions={<>{importButton}<Button icon="sparkle" onPress={() => { void attempt(openSample); }}>Try with sample data</Button></>}>
              Drop a CSV, JSON, Parquet, Arrow, Excel or SQLite file, or a folder of them, anywhere in this window to bring in your first dataset.
            </EmptyState>
          ) : (
            <>
              <div className={styles['tools']}>
                <FilterField label="Filter datasets" placeholder="Words, source:palmer, -tag, quality<80" value={filter} onChange={setFilter} keys="/" inputRef={filterRef} className={styles['filter'] ?? ''} />
                <SavedSearches query={filter} readOnly={readOnly} onChoose={setFilter} />
                {filter ? <span className="muted small">{shown.length} of {all.length} datasets</span> : null}
                {chosen.length > 0 ? <TagSelected all={all} chosen={chosen} readOnly={readOnly} onDone={() => setSelected(new Set())} /> : null}
              </div>
              <DataTable
                label="Datasets" rows={shown} columns={columns} rowId={(dataset) => dataset.id} rowLabel={(dataset) => dataset.name} selected={selected} onSelect={setSelected} clickOpens onOpen={(dataset) => navigate(routes.dataset(dataset.id))} storageKey="datasets" isComfortable
                empty={<EmptyState actions={<Button onPress={() => setFilter('')}>Clear the filter</Button>}>No dataset is like that.</EmptyState>}
              />
            </>
          )}
    </PageFrame>
  );
}

function datasetColumns(runCounts: ReadonlyMap<string, number>): readonly DataColumn<Dataset>[] {
  return [
    {
      id: 'name', header: 'Name', width: 220, isGrowing: true, value: (dataset) => dataset.name,
      cell: (dataset) => <RowLink to={routes.dataset(dataset.id)} icon={latestVersion(dataset).source.kind === 'prediction' ? 'sparkle' : 'database'}>{dataset.name}</RowLink>,
    },
    {
      id: 'tags', header: 'Tags', width: 280, value: (dataset) => dataset.tags.map(formatTag).join(', ') || null, title: (dataset) => dataset.tags.map(formatTag).join('\n'),
      cell: (dataset) => <span className={styles['tags']}>{fittingTags(dataset.tags).map((tag) => <Chip key={formatTag(tag)} prefix={tag.key}>{tag.value}</Chip>)}{dataset.tags.length > fittingTags(dataset.tags).length ? <span className="muted small">+{dataset.tags.length - fittingTags(dataset.tags).length}</span> : null}</span>,
    },
    { id: 'version', header: 'Version', width: 80, align: 'right', value: (dataset) => dataset.versions.length, cell: (dataset) => `v${latestVersion(dataset).number}` },
    { id: 'rows', header: 'Rows', width: 104, align: 'right', isDescendingFirst: true, value: (dataset) => latestVersion(dataset).rowCount, cell: (dataset) => formatCount(latestVersion(dataset).rowCount) },
    { id: 'columns', header: 'Columns', width: 84, align: 'right', isDescendingFirst: true, value: (dataset) => latestVersion(dataset).columns.length },
    { id: 'size', header: 'Size', width: 88, align: 'right', isDescendingFirst: true, value: (dataset) => latestVersion(dataset).sizeBytes, cell: (dataset) => formatBytes(latestVersion(dataset).sizeBytes) },
    { id: 'runs', header: 'Runs', width: 68, align: 'right', isDescendingFirst: true, value: (dataset) => runCounts.get(dataset.id) ?? null },
    {
      id: 'changed', header: 'Changed', width: 96, align: 'right', isDescendingFirst: true, value: (dataset) => latestVersion(dataset).createdAtMs,
      cell: (dataset) => <span className="muted">{formatWhen(latestVersion(dataset).createdAtMs, Date.now())}</span>,
      title: (dataset) => `${formatDateTime(latestVersion(dataset).createdAtMs)} by ${latestVersion(dataset).createdBy}`,
    },
  ];
}

/** The first tags that fit the column unshortened; the first always. */
function fittingTags(tags: readonly Tag[]): readonly Tag[] {
  let width = 0;
  return tags.filter((tag, index) => {
    width += formatTag(tag).length + 4;
    return index === 0 || width <= 36;
  });
}
