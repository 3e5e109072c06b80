/** The form for a new run: what to predict from what, with which model; says in a sentence what will happen before it starts. */
import { type ReactElement } from 'react';
import type { RunId, VersionId } from '../../shared/domain/ids.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { datasets as datasetsListing, useDatasets } from '../state/datasets.ts';
import { openSample } from '../state/project.ts';
import { navigate, routes, useRoute } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { draftOf } from './train-draft.ts';
import { TrainForm } from './train-form.tsx';

export function TrainPage(): ReactElement {
  const { query } = useRoute();
  const list = useDatasets();
  const runs = useRuns();
  const from = query['from'] as RunId | undefined;
  const source = from !== undefined && runs.status === 'ready' ? runs.value.find((run) => run.id === from) ?? null : null;
  const isWaiting = list.status === 'loading' || (from !== undefined && runs.status === 'loading');
  const crumbs = [{ label: 'Runs', to: routes.runs() }];
  return (
    <PageFrame crumbs={crumbs} title={source ? `Variant of ${source.label}` : 'New run'}>
      {isWaiting ? <Loading label="Reading the datasets" />
        : list.status === 'failed' ? <ErrorPanel title="The datasets could not be read" error={list.error} onRetry={() => void datasetsListing.reload()} />
        : list.value.length === 0 ? (
          <EmptyState icon="database" actions={<><Button kind="primary" icon="upload" onPress={() => navigate(routes.import())}>Import data</Button><Button onPress={() => void attempt(openSample)}>Try with sample data</Button></>}>
            Training needs a dataset; import one first.
          </EmptyState>
        ) : <TrainForm key={`${query['version'] ?? ''} ${source?.id ?? ''}`} datasets={list.value} wanted={(query['version'] ?? source?.config.versionId ?? null) as VersionId | null} initial={source ? draftOf(source.config) : null} />}
    </PageFrame>
  );
}
