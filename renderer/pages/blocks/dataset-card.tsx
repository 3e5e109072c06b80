/** A dataset inside a page: what it is, its size, and the shape of its first columns. */
import type { ReactElement } from 'react';
import type { ColumnProfile } from '../../../shared/domain/columns.ts';
import { formatTag, type Dataset } from '../../../shared/domain/datasets.ts';
import { routes } from '../../state/route.ts';
import { Chip } from '../../ui/chip.tsx';
import { ColumnIcon } from '../../ui/column-icon.tsx';
import { formatBytes, formatPlural, formatShare } from '../../ui/format.ts';
import { MiniHistogram } from '../../ui/sparkline.tsx';
import { chartCounts, describeColumn, describeRange, missingShare } from '../column-words.ts';
import { Card } from './card.tsx';
import styles from './card.module.css';

const shownColumns = 6;

export interface DatasetCardProps {
  readonly dataset: Dataset;
  /** Of its latest version; null while it is on its way or where it is not known. */
  readonly profile: readonly ColumnProfile[] | null;
}

export function DatasetCard({ dataset, profile }: DatasetCardProps): ReactElement {
  const version = dataset.versions.at(-1);
  const columnCount = version?.columns.length ?? 0;
  const rest = columnCount - shownColumns;
  return (
    <Card
      icon="database" title={dataset.name} to={routes.dataset(dataset.id)} detail={version ? `v${version.number}` : ''}
      end={version ? `${formatPlural(version.rowCount, 'row')}, ${formatPlural(columnCount, 'column')}, ${formatBytes(version.sizeBytes)}` : ''}
    >
      {dataset.description ? <p className={styles['text']}>{dataset.description}</p> : null}
      {dataset.tags.length > 0 ? <span className={styles['tags']}>{dataset.tags.map((tag) => <Chip key={formatTag(tag)} prefix={tag.key}>{tag.value}</Chip>)}</span> : null}
      {profile && profile.length > 0 ? (
        <table className={styles['columns']}>
          <thead><tr><th scope="col">Column</th><th scope="col">Distribution</th><th scope="col">Range</th><th scope="col">Missing</th></tr></thead>
          <tbody>
            {profile.slice(0, rest === 1 ? shownColumns + 1 : shownColumns).map((column) => {
              const counts = chartCounts(column);
              return (
                <tr key={column.name} title={describeColumn(column)}>
                  <td><span className={styles['columnName']}><ColumnIcon type={column.type} /><span className="ellipsis">{column.name}</span></span></td>
                  <td>{counts ? <MiniHistogram counts={counts} width={112} label={describeColumn(column)} /> : <span className="muted">one per row</span>}</td>
                  <td>{describeRange(column)}</td>
                  <td className={missingShare(column) === 0 ? 'muted' : undefined}>{formatShare(missingShare(column))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : null}
      {rest > 1 && profile ? <p className={styles['moreColumns']}>{formatPlural(rest, 'more column')}</p> : null}
    </Card>
  );
}
