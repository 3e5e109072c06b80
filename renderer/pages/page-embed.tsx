/** Brings what an embed names from the stores to its card; the card itself knows only data. */
import { useMemo, type ReactElement } from 'react';
import type { Embed } from '../../shared/domain/pages.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import { latestVersion, useDatasets } from '../state/datasets.ts';
import { useRunCurves } from '../state/run-curves.ts';
import { useRuns } from '../state/runs.ts';
import { useCall } from '../state/use-call.ts';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { GoneCard } from './blocks/card.tsx';
import { DatasetCard } from './blocks/dataset-card.tsx';
import { DriftCard } from './blocks/drift-card.tsx';
import { MetricChartCard } from './blocks/metric-chart-card.tsx';
import { RunCard } from './blocks/run-card.tsx';

export function PageEmbed({ embed }: { readonly embed: Embed }): ReactElement {
  switch (embed.kind) {
    case 'dataset': return <DatasetEmbed id={embed.datasetId} />;
    case 'run': return <RunEmbed id={embed.runId} />;
    case 'drift': return <DriftEmbed id={embed.reportId} />;
    case 'metric-chart': return <MetricChartEmbed runIds={embed.runIds} metric={embed.metric} />;
  }
}

function DatasetEmbed({ id }: { readonly id: string }): ReactElement {
  const list = useDatasets();
  const dataset = list.status === 'ready' ? list.value.find((one) => one.id === id) ?? null : null;
  const profile = useCall('datasets.profile', dataset ? { versionId: latestVersion(dataset).id } : null);
  if (list.status === 'loading') return <Loading label="Reading the dataset" rows={3} />;
  if (list.status === 'failed') return <ErrorPanel isInline error={list.error} />;
  return dataset ? <DatasetCard dataset={dataset} profile={profile.state.status === 'ready' ? profile.state.value : null} /> : <GoneCard what="This dataset" />;
}

function RunEmbed({ id }: { readonly id: RunId }): ReactElement {
  const list = useRuns();
  const ids = useMemo(() => [id], [id]);
  const curves = useRunCurves(ids);
  if (list.status === 'loading') return <Loading label="Reading the run" rows={2} />;
  if (list.status === 'failed') return <ErrorPanel isInline error={list.error} />;
  const run = list.value.find((one) => one.id === id);
  return run ? <RunCard run={run} points={curves.get(id) ?? []} /> : <GoneCard what="This run" />;
}

function MetricChartEmbed({ runIds, metric }: { readonly runIds: readonly RunId[]; readonly metric: string }): ReactElement {
  const list = useRuns();
  const curves = useRunCurves(runIds);
  const runs = useMemo(() => (list.status === 'ready' ? runIds.flatMap((id) => list.value.find((run) => run.id === id) ?? []) : []), [list, runIds]);
  if (list.status === 'loading') return <Loading label="Reading the runs" rows={4} />;
  if (list.status === 'failed') return <ErrorPanel isInline error={list.error} />;
  return <MetricChartCard runs={runs} metric={metric} curves={curves} goneCount={runIds.length - runs.length} />;
}

function DriftEmbed({ id }: { readonly id: Extract<Embed, { kind: 'drift' }>['reportId'] }): ReactElement {
  const { state, reload } = useCall('drift.get', { id }, ['report']);
  if (state.status === 'loading') return <Loading label="Reading the drift report" rows={3} />;
  if (state.status === 'failed') return state.error.code === 'store/not-found' ? <GoneCard what="This drift report" /> : <ErrorPanel isInline error={state.error} onRetry={reload} />;
  return <DriftCard report={state.value} />;
}
