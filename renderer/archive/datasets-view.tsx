/** The datasets of the archive: versions with their files and hashes, and the profile of every column. */
import { useState, type ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import { formatTag, type Dataset, type DatasetVersion } from '../../shared/domain/datasets.ts';
import { describePixels } from '../../shared/domain/images.ts';
import { RouteLink } from '../app/link.tsx';
import { MarkdownView } from '../pages/blocks/markdown-view.tsx';
import { ColumnInspector } from '../pages/column-inspector.tsx';
import { DatasetColumns } from '../pages/dataset-columns.tsx';
import { routes } from '../state/route.ts';
import { Chip } from '../ui/chip.tsx';
import { formatBytes, formatCount, formatDateTime, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { FileLink } from './file-link.tsx';
import { profileOf } from './lookup.ts';
import styles from './viewer.module.css';

export function DatasetsView({ data }: { readonly data: ArchiveData }): ReactElement {
  return (
    <article className={styles['wide']}>
      <h1>Datasets</h1>
      <table className={styles['table']}>
        <thead><tr><th scope="col">Name</th><th scope="col">Tags</th><th scope="col" data-align="right">Versions</th><th scope="col" data-align="right">Rows</th><th scope="col" data-align="right">Columns</th><th scope="col" data-align="right">Size</th></tr></thead>
        <tbody>
          {data.datasets.map((dataset) => {
            const latest = dataset.versions.at(-1);
            return (
              <tr key={dataset.id}>
                <td><RouteLink to={routes.dataset(dataset.id)}>{dataset.name}</RouteLink></td>
                <td className="muted">{dataset.tags.map(formatTag).join(', ')}</td>
                <td data-align="right">{dataset.versions.length}</td><td data-align="right">{formatCount(latest?.rowCount ?? 0)}</td><td data-align="right">{latest?.columns.length ?? 0}</td><td data-align="right">{formatBytes(latest?.sizeBytes ?? 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </article>
  );
}

export function DatasetView({ data, dataset, wanted }: { readonly data: ArchiveData; readonly dataset: Dataset; readonly wanted: string | null }): ReactElement {
  const notes = data.datasetNotes.find(({ datasetId }) => datasetId === dataset.id)?.text ?? null;
  const profile = profileOf(data, dataset);
  const [column, setColumn] = useState<string | null>(null);
  const selected = profile?.find((one) => one.name === column) ?? null;
  return (
    <article className={styles['wide']}>
      <h1><Icon name="database" size={20} />{dataset.name}</h1>
      {dataset.description ? <p className={styles['lead']}>{dataset.description}</p> : null}
      {dataset.tags.length > 0 ? <p className={styles['tags']}>{dataset.tags.map((tag) => <Chip key={formatTag(tag)} prefix={tag.key}>{tag.value}</Chip>)}</p> : null}
      {notes ? <section className={styles['listing']}><h2>Notes</h2><MarkdownView text={notes} /></section> : null}
      <section className={styles['listing']}>
        <h2>{formatPlural(dataset.versions.length, 'version')}</h2>
        <table className={styles['table']}>
          <thead><tr><th scope="col">Version</th><th scope="col">From</th><th scope="col">By</th><th scope="col" data-align="right">Rows</th><th scope="col">File</th><th scope="col">SHA-256</th></tr></thead>
          <tbody>
            {[...dataset.versions].reverse().map((version) => (
              <tr key={version.id} data-on={version.id === wanted}>
                <td>v{version.number}</td><td>{sourceWords(version)}</td><td>{version.createdBy}, {formatDateTime(version.createdAtMs)}</td><td data-align="right">{formatCount(version.rowCount)}</td>
                <td><FileLink data={data} of={version.id} label={formatBytes(version.sizeBytes)} /></td><td className={styles['hash']} title={version.object}><span className="mono selectable">{version.object}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {profile ? (
        <section className={styles['listing']}>
          <h2>Columns of the latest version</h2>
          <div className={styles['withInspector']} data-open={selected !== null}>
            <div className={styles['grid']} style={{ height: Math.min(640, profile.length * 28 + 44) }}><DatasetColumns profile={{ status: 'ready', value: profile }} onRetry={() => undefined} selected={column} onSelect={setColumn} /></div>
            {selected ? <div className={styles['inspector']}><ColumnInspector profile={selected} onClose={() => setColumn(null)} /></div> : null}
          </div>
        </section>
      ) : null}
    </article>
  );
}

function sourceWords(version: DatasetVersion): string {
  const { source } = version;
  if (source.kind === 'query') return `query: ${source.sql}`;
  if (source.kind === 'pixels') return describePixels(source.settings);
  return source.kind === 'file' ? `${source.fileName} (${source.fileCount === undefined ? '' : `${source.fileCount} files, `}${source.format}, ${formatBytes(source.sizeBytes)})` : `prediction${source.fileName ? ` for ${source.fileName}` : ''}`;
}
