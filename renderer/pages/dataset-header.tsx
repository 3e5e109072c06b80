/** The head of a dataset: name, version, hash and size; tags and description, edited in place. */
import type { ReactElement } from 'react';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { describeDataset, latestVersion, renameDataset, tagDataset, tagsInUse, untagDataset, useDatasets } from '../state/datasets.ts';
import { valueOr } from '../state/loadable.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { formatBytes, formatCount, formatDay, formatHash, formatPlural } from '../ui/format.ts';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { Select } from '../ui/select.tsx';
import { TagEditor } from '../ui/tag-editor.tsx';
import { attempt } from '../ui/toast.tsx';
import { VersionsChip } from './versions-chip.tsx';
import styles from './dataset-header.module.css';

export interface DatasetHeaderProps {
  readonly dataset: Dataset;
  readonly version: DatasetVersion;
  readonly onVersion: (id: VersionId) => void;
  readonly isReadOnly: boolean;
  /** Tags and roles that wait to be confirmed. */
  readonly suggestionCount: number;
  readonly onSuggestions: () => void;
}

export function DatasetHeader({ dataset, version, onVersion, isReadOnly, suggestionCount, onSuggestions }: DatasetHeaderProps): ReactElement {
  const all = valueOr(useDatasets(), []);
  const latest = latestVersion(dataset);
  const options = [...dataset.versions].reverse().map((one) => ({
    value: one.id, label: `v${one.number}${one.id === latest.id ? ', latest' : ''}`, description: `${formatDay(one.createdAtMs)} by ${one.createdBy}`, end: `${formatCount(one.rowCount)} rows`,
  }));
  return (
    <header className={styles['header']}>
      <div className={styles['line']}>
        <h2 className={styles['name']}>
          <InlineEdit label="Name" value={dataset.name} isRequired maxLength={120} isReadOnly={isReadOnly} onCommit={(name, basedOn) => { void attempt(() => renameDataset(dataset.id, name, basedOn)); }} />
        </h2>
        <VersionsChip entity={dataset.id} field="name" />
        <Select label="Version" isLabelHidden isQuiet value={version.id} options={options} onChange={onVersion} className={styles['version'] ?? ''} />
        <span className={styles['hash']}><span className="muted small">sha256</span><CopyText value={version.object} shown={formatHash(version.object)} label="the SHA-256 of the data" /></span>
        <span className={styles['size']}>{formatPlural(version.rowCount, 'row')} · {formatPlural(version.columns.length, 'column')} · {formatBytes(version.sizeBytes)} · {formatDay(version.createdAtMs)}</span>
      </div>
      <div className={styles['tagLine']}>
        <TagEditor
          tags={dataset.tags} suggestions={tagsInUse(all)} isReadOnly={isReadOnly}
          onAdd={(tag) => { void attempt(() => tagDataset(dataset.id, tag)); }} onRemove={(tag) => { void attempt(() => untagDataset(dataset.id, tag), { done: 'Removed the tag', undo: () => tagDataset(dataset.id, tag) }); }}
        />
        {suggestionCount > 0 ? <Button isSmall kind="ghost" icon="sparkle" onPress={onSuggestions}>{formatPlural(suggestionCount, 'suggestion')}</Button> : null}
      </div>
      {isReadOnly && !dataset.description ? null : (
        <p className={styles['description']}>
          <InlineEdit label="Description" value={dataset.description} placeholder="Add a description" isMultiline maxLength={20_000} isReadOnly={isReadOnly} onCommit={(text, basedOn) => { void attempt(() => describeDataset(dataset.id, text, basedOn)); }} />
          <VersionsChip entity={dataset.id} field="description" />
        </p>
      )}
      {version.id === latest.id ? null : <p className={styles['older']}>You are looking at version {version.number}; the latest is version {latest.number}.</p>}
    </header>
  );
}
