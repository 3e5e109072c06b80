/** The audit trail: who did what, when and why, from the signed log itself; newest first, with old and new values. */
import { useDeferredValue, useMemo, useRef, useState, type ReactElement } from 'react';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { useConflicts } from '../state/conflicts.ts';
import { useDatasets } from '../state/datasets.ts';
import { useReports } from '../state/drift.ts';
import { useHistory } from '../state/history.ts';
import { valueOr } from '../state/loadable.ts';
import { useModels } from '../state/models.ts';
import { usePages } from '../state/pages.ts';
import { navigate, routes, setQuery, useRoute } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { usePanels } from '../state/ui.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { showToast } from '../ui/toast.tsx';
import { HistoryFilters, isFiltered, noFilters, type Filters } from './history-filters.tsx';
import { HistoryInspector, type HistoryInspectorHandle } from './history-inspector.tsx';
import { HistoryTimeline, type Thing } from './history-timeline.tsx';
import { periodOf } from './history-words.ts';
import { joinSittings } from './page-history-words.ts';
import styles from './history-page.module.css';

export function HistoryPage(): ReactElement {
  const { query } = useRoute();
  const entity = query['entity'] ?? null;
  const [filters, setFilters] = useState<Filters>(noFilters);
  const change = (part: Partial<Filters>) => setFilters((before) => ({ ...before, ...part }));
  const asked = useDeferredValue(filters);
  // The day is taken once: a filter that changes by itself at each drawing would never be answered.
  const time = useMemo(() => periodOf(asked.period, asked, Date.now()), [asked]);
  const { entries, failure, hasMore, more, reload } = useHistory({
    entity, person: all(asked.person), device: all(asked.device), area: asked.area === 'all' ? null : asked.area, text: asked.text.trim(), ...time,
  });
  const writers = useCall('history.people', {}).state;
  const known = valueOr(writers, []);
  const filterRef = useRef<HTMLInputElement>(null);
  const inspectorRef = useRef<HistoryInspectorHandle>(null);
  const things = useThings();
  const [selected, setSelected] = useState<string | null>(null);
  const sittings = useMemo(() => joinSittings(entries ?? []), [entries]);
  const sitting = sittings.find((one) => one.entry.hash === selected) ?? null;
  const conflictCount = valueOr(useConflicts(), []).length;

  const open = (hash: string) => { setSelected(hash); usePanels.setState({ isInspectorOpen: true }); };
  const restore = () => {
    if (sitting === null) return;
    usePanels.setState({ isInspectorOpen: true });
    if (inspectorRef.current && !inspectorRef.current.restoreFirst()) showToast('Nothing in this entry can be set back');
  };
  useCommands([
    { id: 'history.filter', label: 'Filter the history', keys: '/', icon: 'filter', run: () => filterRef.current?.focus() },
    { id: 'history.restore', label: 'Set back the value of the selected entry', keys: null, icon: 'undo', run: restore, disabledReason: () => (sitting === null ? 'Select an entry first.' : null) },
  ]);
  const inspector = sitting === null ? null : (
    <HistoryInspector
      ref={inspectorRef} key={sitting.entry.hash} sitting={sitting} onClose={() => setSelected(null)}
      things={sitting.entry.entities.flatMap((id) => { const label = things.get(id)?.label; return label === undefined || id === entity ? [] : [{ id, label }]; }).slice(0, 3)}
    />
  );
  return (
    <PageFrame
      title="History" inspector={inspector}
      actions={conflictCount > 0 ? <Button icon="columns" onPress={() => navigate(routes.conflicts())}>{formatPlural(conflictCount, 'value')} with several versions</Button> : null}
    >
      <div className={styles['page']}>
        <div className={styles['tools']}>
          <HistoryFilters filters={filters} onChange={change} writers={known} inputRef={filterRef} />
          {entity === null ? null : <Chip prefix="Only" onRemove={() => setQuery('entity', null)} removeLabel="Show the whole history">{things.get(entity)?.label ?? 'one thing'}</Chip>}
          <span className={styles['note']}><Icon name="shield" size={12} />Every entry is signed and chained to the one before</span>
        </div>
        {failure ? <ErrorPanel error={failure} onRetry={reload} />
          : entries === null ? <Loading label="Reading the log" rows={10} />
            : sittings.length === 0 && !hasMore ? <EmptyState icon="clock" actions={isFiltered(filters) ? <Button onPress={() => setFilters(noFilters)}>Clear the filter</Button> : undefined}>{isFiltered(filters) ? 'Nothing in the history matches.' : 'Nothing has been done yet.'}</EmptyState>
              : <HistoryTimeline sittings={sittings} things={things} selected={selected} onSelect={setSelected} onOpen={open} onRestore={restore} hasMore={hasMore} onMore={more} deviceName={(device) => known.find((one) => one.device === device)?.deviceName ?? `key ${device}`} />}
      </div>
    </PageFrame>
  );
}

function all(value: string): string | null {
  return value === 'all' ? null : value;
}

/** Names and places of all entities that the lists know. */
function useThings(): ReadonlyMap<string, Thing> {
  const datasets = useDatasets();
  const runs = useRuns();
  const models = useModels();
  const reports = useReports();
  const pages = usePages();
  return useMemo(() => new Map<string, Thing>([
    ...valueOr(datasets, []).flatMap((dataset) => [
      [dataset.id as string, { label: dataset.name, to: routes.dataset(dataset.id) }] as const,
      ...dataset.versions.map((version) => [version.id as string, { label: `${dataset.name} v${version.number}`, to: routes.dataset(dataset.id, { version: version.id }) }] as const),
    ]),
    ...valueOr(runs, []).map((run) => [run.id as string, { label: `${run.label} ${run.name}`, to: routes.run(run.id) }] as const),
    ...valueOr(models, []).map((model) => [model.id as string, { label: model.name, to: routes.model(model.id) }] as const),
    ...valueOr(reports, []).map((report) => [report.id as string, { label: report.name, to: routes.report(report.id) }] as const),
    ...valueOr(pages, []).map((page) => [page.id as string, { label: page.title, to: routes.page(page.id) }] as const),
  ]), [datasets, runs, models, reports, pages]);
}
