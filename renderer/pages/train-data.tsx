/** Which data, and what to predict from it. */
import type { ReactElement } from 'react';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { latestVersion } from '../state/datasets.ts';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Select } from '../ui/select.tsx';
import { typeIcons } from './train-hints.ts';
import { Fields, Section, type TrainForm } from './train-inputs.tsx';
import styles from './train-page.module.css';

/** How many columns are offered as buttons; the select has them all. */
const candidatesShown = 24;

export interface DataSectionProps {
  readonly datasets: readonly Dataset[];
  readonly dataset: Dataset;
  readonly version: DatasetVersion;
  readonly target: string | null;
  /** Null until there is a configuration for the target. */
  readonly form: TrainForm | null;
  readonly onVersion: (id: VersionId) => void;
  readonly onTarget: (name: string) => void;
}

export function DataSection({ datasets, dataset, version, target, form, onVersion, onTarget }: DataSectionProps): ReactElement {
  return (
    <Section title="Data and target">
      <Fields>
        <Select
          label="Dataset" value={dataset.id as string} onChange={(id) => { const next = datasets.find((one) => one.id === id); if (next) onVersion(latestVersion(next).id); }}
          options={datasets.map((one) => ({ value: one.id as string, label: one.name, end: formatPlural(latestVersion(one).rowCount, 'row') }))}
        />
        <Select
          label="Version" value={version.id as string} onChange={(id) => onVersion(id as VersionId)} hint={`${formatCount(version.rowCount)} rows, ${formatPlural(version.columns.length, 'column')}`}
          options={[...dataset.versions].reverse().map((one, index) => ({ value: one.id as string, label: `v${one.number}${index === 0 ? ', latest' : ''}`, end: formatPlural(one.rowCount, 'row') }))}
        />
        <Select
          label="Target: the column to predict" value={target} placeholder="Choose a column" onChange={onTarget} error={form?.errors['target']}
          options={version.columns.map((column) => ({ value: column.name, label: column.name, end: column.type }))}
        />
      </Fields>
    </Section>
  );
}

/** Before there is a target: its candidates as buttons. */
export function TargetChoice({ version, onChoose }: { readonly version: DatasetVersion; readonly onChoose: (name: string) => void }): ReactElement {
  const hidden = version.columns.length - candidatesShown;
  return (
    <div className={styles['choose']}>
      <p className="muted">Choose the column to predict; everything else gets a value that usually works, and you can change it.</p>
      <ul className={styles['candidates']}>
        {version.columns.slice(0, candidatesShown).map((column) => (
          <li key={column.name}><button type="button" className={styles['candidate']} onClick={() => onChoose(column.name)}><Icon name={typeIcons[column.type]} /><span className="ellipsis">{column.name}</span></button></li>
        ))}
        {hidden > 0 ? <li className={styles['moreCandidates']}>and {formatCount(hidden)} more in the list above</li> : null}
      </ul>
    </div>
  );
}
