/** A notebook page of the archive: the same blocks as in the app, fed from the data in the page. */
import { useMemo, type ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import type { Embed, Page } from '../../shared/domain/pages.ts';
import { GoneCard } from '../pages/blocks/card.tsx';
import { DatasetCard } from '../pages/blocks/dataset-card.tsx';
import { DriftCard } from '../pages/blocks/drift-card.tsx';
import { MarkdownView } from '../pages/blocks/markdown-view.tsx';
import { MetricChartCard } from '../pages/blocks/metric-chart-card.tsx';
import { RunCard } from '../pages/blocks/run-card.tsx';
import { formatDateTime } from '../ui/format.ts';
import { curvesOf, profileOf } from './lookup.ts';
import styles from './viewer.module.css';

export function PageView({ data, page }: { readonly data: ArchiveData; readonly page: Page }): ReactElement {
  const curves = useMemo(() => curvesOf(data), [data]);
  return (
    <article className={styles['sheet']}>
      <h1>{page.title}</h1>
      <p className={styles['facts']}>{page.createdBy}, {formatDateTime(page.createdAtMs)}; last changed by {page.changedBy}, {formatDateTime(page.changedAtMs)}</p>
      <div className={styles['blocks']}>
        {page.blocks.filter((block) => block.content.kind !== 'markdown' || block.content.text.trim() !== '').map((block) => (
          <div key={block.id}>{block.content.kind === 'markdown' ? <MarkdownView text={block.content.text} /> : <ArchiveEmbed data={data} embed={block.content} curves={curves} />}</div>
        ))}
      </div>
    </article>
  );
}

function ArchiveEmbed({ data, embed, curves }: { readonly data: ArchiveData; readonly embed: Embed; readonly curves: ReturnType<typeof curvesOf> }): ReactElement {
  switch (embed.kind) {
    case 'dataset': {
      const dataset = data.datasets.find((one) => one.id === embed.datasetId);
      return dataset ? <DatasetCard dataset={dataset} profile={profileOf(data, dataset)} /> : <GoneCard what="This dataset" />;
    }
    case 'run': {
      const run = data.runs.find((one) => one.id === embed.runId);
      return run ? <RunCard run={run} points={curves.get(run.id) ?? []} /> : <GoneCard what="This run" />;
    }
    case 'drift': {
      const report = data.reports.find((one) => one.id === embed.reportId);
      return report ? <DriftCard report={report} /> : <GoneCard what="This drift report" />;
    }
    case 'metric-chart': {
      const runs = embed.runIds.flatMap((id) => data.runs.find((run) => run.id === id) ?? []);
      return <MetricChartCard runs={runs} metric={embed.metric} curves={curves} goneCount={embed.runIds.length - runs.length} />;
    }
  }
}
