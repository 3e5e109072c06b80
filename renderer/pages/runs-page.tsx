/** All runs: filter, sort, group and choose columns; below, the comparison of those that are selected. */
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { MetricName, Run } from '../../shared/domain/runs.ts';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { useNow } from '../state/now.ts';
import { useReadOnlyReason, openSample } from '../state/project.ts';
import { navigate, routes, useRoute } from '../state/route.ts';
import { latestValue, useRunCurves } from '../state/run-curves.ts';
import { runs as runsListing, useRuns } from '../state/runs.ts';
import { addFilter, selectRuns, useRunsChoice, useRunsLook, type RunGrouping } from '../state/runs-view.ts';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { formatMetric, formatPlural } from '../ui/format.ts';
import { isLowerBetterMetric, metricLabel, metricsOf } from '../ui/metric-label.ts';
import { RowSplitter } from '../ui/row-splitter.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { statusTones } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { bestRuns, isShownByDefault, runColumns, type MetricOf } from './runs-columns.tsx';
import { RunsCompare } from './runs-compare.tsx';
import { filterRuns } from './runs-filter.ts';
import { RunsToolbar } from './runs-toolbar.tsx';
import { modelKindName } from './run-words.ts';
import styles from './runs-page.module.css';

export function RunsPage(): ReactElement {
  const list = useRuns();
  const readOnly = useReadOnlyReason();
  const count = list.status === 'ready' ? list.value.length : undefined;
  const actions = <Button kind="primary" icon="play" disabledReason={readOnly} onPress={() => navigate(routes.train())}>Start training</Button>;
  return (
    <PageFrame title="Runs" count={count} actions={count === 0 ? undefined : actions}>
      {list.status === 'loading' ? <Loading label="Reading the runs" rows={10} />
        : list.status === 'failed' ? <ErrorPanel title="The runs could not be read" error={list.error} onRetry={() => void runsListing.reload()} />
        : list.value.length === 0 ? (
          <EmptyState icon="runs" actions={<>{actions}<Button icon="sparkle" onPress={() => void attempt(openSample)}>Try with sample data</Button></>}>
            A run trains a model on a dataset and records everything needed to do it again.
          </EmptyState>
        ) : <RunsView runs={list.value} />}
    </PageFrame>
  );
}

function RunsView({ runs }: { readonly runs: readonly Run[] }): ReactElement {
  const { grouping, part, columns: chosenColumns, isComparing, compareHeight } = useRunsLook();
  const { text, filters, selected } = useRunsChoice();
  const words = useDeferredValue(text);
  const nowMs = useNow(runs.some((run) => run.status === 'running') ? 1000 : 60_000);
  const isNarrow = useIsNarrow();
  const runningIds = useMemo(() => runs.filter((run) => run.status === 'running').map((run) => run.id), [runs]);
  const live = useRunCurves(runningIds);
  const [hovered, setHovered] = useState<string | null>(null);
  const filterRef = useRef<HTMLInputElement>(null);
  useFollowQuery(runs);

  const metricOf = useMemo((): MetricOf => (run, metric) => (run.status === 'running' ? latestValue(live.get(run.id), metric) : run.result?.[part][metric] ?? null), [part, live]);
  const shown = useMemo(() => filterRuns(runs, filters, words, { nowMs, metricOf }), [runs, filters, words, nowMs, metricOf]);
  const bestAt = useMemo(() => bestRuns(shown, metricOf), [shown, metricOf]);
  const hasOneDataset = useMemo(() => new Set(runs.map((run) => run.datasetId)).size <= 1, [runs]);
  const columns = useMemo(() => runColumns({ metricOf, bestAt, nowMs, hasOneDataset }), [metricOf, bestAt, nowMs, hasOneDataset]);
  const hidden = useMemo(
    () => new Set(columns.filter((column) => !(chosenColumns[column.id] ?? isShownByDefault(column.id, runs, isNarrow))).map((column) => column.id)),
    [columns, chosenColumns, runs, isNarrow],
  );
  const compared = useMemo(() => runs.filter((run) => selected.has(run.id)), [runs, selected]);
  useCommands([
    { id: 'runs.filter', label: 'Filter runs', keys: '/', icon: 'search', run: () => filterRef.current?.focus() },
    {
      id: 'runs.compare', label: isComparing ? 'Hide the comparison' : 'Compare selected runs', keys: 'c', icon: 'compare',
      run: () => { useRunsLook.setState({ isComparing: !isComparing }); }, disabledReason: () => (compared.length === 0 ? 'Select runs with X first.' : null),
    },
    { id: 'runs.selectNone', label: 'Select no run', keys: null, icon: 'close', run: () => selectRuns(new Set()), disabledReason: () => (compared.length === 0 ? 'No run is selected.' : null) },
  ]);
  const groupBy = groupers[grouping];
  const groupHeader = useCallback((group: string, members: readonly Run[]) => <GroupHeader group={group} runs={members} metricOf={metricOf} />, [metricOf]);
  return (
    <div className={styles['view']}>
      <RunsToolbar runs={runs} shownCount={shown.length} columns={columns} hiddenColumns={hidden} filterRef={filterRef} />
      <div className={styles['table']}>
        <DataTable<Run>
          label="Runs" rows={shown} columns={columns} rowId={(run) => run.id} rowLabel={(run) => `${run.label} ${run.name}`} hiddenColumns={hidden} storageKey="runs" initialSort={{ id: 'started', isDescending: true }}
          selected={selected} onSelect={selectRuns} onOpen={(run) => navigate(routes.run(run.id))} onHoverRow={setHovered} groupBy={groupBy}
          groupHeader={groupHeader}
          empty={<EmptyState icon="filter" actions={<Button onPress={() => useRunsChoice.setState({ filters: [], text: '' })}>Clear filters</Button>}>No run passes the filters.</EmptyState>}
        />
      </div>
      {compared.length > 0 && isComparing ? (
        <div className={styles['compare']} style={{ height: compareHeight }}>
          <RowSplitter label="Height of the comparison" value={compareHeight} min={200} max={760} onChange={(height) => useRunsLook.setState({ compareHeight: height })} />
          <RunsCompare runs={compared} context={shown} metricOf={metricOf} hovered={hovered} onHover={setHovered} />
        </div>
      ) : null}
    </div>
  );
}

const groupers: Readonly<Record<RunGrouping, ((run: Run) => string) | null>> = {
  none: null, model: (run) => modelKindName(run.config.model, run.config.task), dataset: (run) => run.datasetName, target: (run) => run.config.target, status: (run) => statusTones[run.status].word,
};

function GroupHeader({ group, runs, metricOf }: { readonly group: string; readonly runs: readonly Run[]; readonly metricOf: MetricOf }): ReactElement {
  return <><b>{group}</b><span className="muted small">{formatPlural(runs.length, 'run')}{bestWords(runs, metricOf)}</span></>;
}

/** The best value of the first metric, where all runs of the group have the same task. */
function bestWords(runs: readonly Run[], metricOf: MetricOf): string {
  const [first] = runs;
  if (!first || runs.some((run) => run.config.task !== first.config.task || run.config.target !== first.config.target)) return '';
  const metric: MetricName = metricsOf(first.config.task)[0] ?? 'logLoss';
  const values = runs.flatMap((run) => metricOf(run, metric) ?? []);
  if (values.length === 0) return '';
  return ` \u00b7 best ${metricLabel(metric).toLowerCase()} ${formatMetric(isLowerBetterMetric(metric) ? Math.min(...values) : Math.max(...values))}`;
}

/** True in a window too narrow for all the usual columns. */
function useIsNarrow(): boolean {
  const [isNarrow, setIsNarrow] = useState(() => matchMedia('(max-width: 1359px)').matches);
  useEffect(() => {
    const query = matchMedia('(max-width: 1359px)');
    const listen = () => setIsNarrow(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  return isNarrow;
}

/** "Used by runs" of a dataset and links with a selection arrive as a query; it is taken over once. */
function useFollowQuery(runs: readonly Run[]): void {
  const { query } = useRoute();
  const { select, data } = query;
  const taken = useRef('');
  useEffect(() => {
    // Only a new query counts; a changed list of runs must not bring the filter back.
    const asked = `${select ?? ''} ${data ?? ''}`;
    if (taken.current === asked) return;
    taken.current = asked;
    if (select) selectRuns(new Set(select.split(',')));
    const run = data === undefined ? undefined : runs.find((one) => one.datasetId === data || one.datasetName === data);
    if (run) addFilter({ kind: 'data', dataset: run.datasetName });
  }, [select, data, runs]);
}
