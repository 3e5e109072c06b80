/** Registered models: what they predict, how well, and which one is in use. */
import { useMemo, useState, type ReactElement } from 'react';
import type { MetricName } from '../../shared/domain/runs.ts';
import type { Model } from '../../shared/domain/models.ts';
import { RowLink } from '../app/link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { models as modelsListing, useModels } from '../state/models.ts';
import { openSample } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatBytes, formatDateTime, formatExact, formatMetric, formatWhen } from '../ui/format.ts';
import { metricHint, metricLabel, metricsOf } from '../ui/metric-label.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { StageLabel } from './model-stage.tsx';
import styles from './models-page.module.css';

export function ModelsPage(): ReactElement {
  const list = useModels();
  return (
    <PageFrame title="Models" count={list.status === 'ready' ? list.value.length : undefined}>
      {list.status === 'loading' ? <Loading label="Reading the models" />
        : list.status === 'failed' ? <ErrorPanel title="The models could not be read" error={list.error} onRetry={() => void modelsListing.reload()} />
        : list.value.length === 0 ? (
          <EmptyState icon="cube" actions={<><Button kind="primary" icon="runs" onPress={() => navigate(routes.runs())}>Choose a run to register</Button><Button icon="sparkle" onPress={() => void attempt(openSample)}>Try with sample data</Button></>}>
            A model is a run{'\u2019'}s result that has a name, a stage, and predicts on other data.
          </EmptyState>
        ) : <ModelsTable models={list.value} />}
    </PageFrame>
  );
}

function ModelsTable({ models }: { readonly models: readonly Model[] }): ReactElement {
  const [nowMs] = useState(() => Date.now());
  const columns = useMemo(() => modelColumns(models, nowMs), [models, nowMs]);
  return (
    <div className={styles['table']}>
      <DataTable<Model> label="Models" rows={models} columns={columns} rowId={(model) => model.id} clickOpens isComfortable storageKey="models" initialSort={{ id: 'created', isDescending: true }} onOpen={(model) => navigate(routes.model(model.id))} />
    </div>
  );
}

const stageOrder = { production: 0, candidate: 1, retired: 2 } as const;

function modelColumns(models: readonly Model[], nowMs: number): readonly DataColumn<Model>[] {
  const tasks = [...new Set(models.map((model) => model.task))];
  const metrics: readonly MetricName[] = tasks.flatMap((task) => metricsOf(task).slice(0, 3));
  return [
    { id: 'name', header: 'Model', width: 184, isGrowing: true, value: (model) => model.name, cell: (model) => <RowLink to={routes.model(model.id)} icon="cube">{model.name}</RowLink> },
    { id: 'stage', header: 'Stage', width: 116, value: (model) => stageOrder[model.stage], title: (model) => model.stage, cell: (model) => <StageLabel stage={model.stage} /> },
    { id: 'target', header: 'Predicts', width: 112, value: (model) => model.target },
    ...metrics.map((metric): DataColumn<Model> => ({
      id: metric, header: metricLabel(metric), hint: `On the test part. ${metricHint(metric) ?? ''}`, width: 80, align: 'right', value: (model) => model.test[metric] ?? null,
      title: (model) => formatExact(model.test[metric]), cell: (model) => formatMetric(model.test[metric]),
    })),
    { id: 'run', header: 'Run', width: 56, value: (model) => model.runLabel, cell: (model) => <span className="muted">{model.runLabel}</span> },
    { id: 'inputs', header: 'Inputs', width: 64, align: 'right', value: (model) => model.inputs.length, title: (model) => model.inputs.map((input) => input.name).join(', ') },
    { id: 'size', header: 'File', width: 80, align: 'right', value: (model) => model.sizeBytes, title: (model) => `${model.sizeBytes} bytes`, cell: (model) => formatBytes(model.sizeBytes) },
    { id: 'created', header: 'Registered', width: 108, align: 'right', isDescendingFirst: true, value: (model) => model.createdAtMs, title: (model) => formatDateTime(model.createdAtMs), cell: (model) => <span className="muted">{formatWhen(model.createdAtMs, nowMs)}</span> },
    { id: 'person', header: 'By', width: 88, value: (model) => model.createdBy },
  ];
}
