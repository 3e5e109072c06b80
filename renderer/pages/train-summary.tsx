/** What will happen, in a sentence and a few numbers; what is wrong; and the button that starts it. */
import type { ReactElement } from 'react';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Facts } from '../ui/inspector.tsx';
import { TextField } from '../ui/text-field.tsx';
import { modelName } from './run-words.ts';
import { fieldNames, forecast, type CheckedDraft, type DraftField, type TrainDraft } from './train-draft.ts';
import styles from './train-page.module.css';

export interface TrainSummaryProps {
  readonly draft: TrainDraft;
  readonly checked: CheckedDraft;
  readonly datasetName: string;
  readonly version: DatasetVersion;
  readonly profiles: readonly ColumnProfile[] | null;
  readonly readOnly: string | null;
  readonly isStarting: boolean;
  readonly onName: (name: string) => void;
  readonly onStart: () => void;
}

export function TrainSummary({ draft, checked, datasetName, version, profiles, readOnly, isStarting, onName, onStart }: TrainSummaryProps): ReactElement {
  const { config, errors, warnings } = checked;
  const problems = Object.entries(errors) as [DraftField, string][];
  const plan = config ? forecast(config, version, profiles) : null;
  return (
    <aside className={styles['summary']} aria-label="What will happen">
      <h2>What will happen</h2>
      {config && plan ? (
        <>
          <p>
            {withArticle(modelName(config.model, config.task))} learns to predict <b>{config.target}</b> from {formatPlural(config.features.length, 'column')} of {datasetName} v{version.number},
            in batches of {formatCount(config.batchSize)}, for at most {formatPlural(config.maxEpochs, 'epoch')}
            {config.patience === null ? '.' : `; it stops after ${formatPlural(config.patience, 'epoch')} without a better validation loss and keeps the best weights.`}
          </p>
          <Facts facts={[
            { term: 'Train rows', value: formatCount(plan.trainRows) }, { term: 'Validation rows', value: formatCount(plan.validationRows) }, { term: 'Test rows', value: formatCount(plan.testRows) },
            { term: 'Inputs', value: plan.inputCount === null ? '\u2013' : `about ${formatCount(plan.inputCount)}`, title: 'After one-hot coding and missing-value indicators' },
            { term: 'Parameters', value: plan.parameterCount === null ? '\u2013' : `about ${formatCount(plan.parameterCount)}` },
            { term: 'Steps an epoch', value: formatCount(plan.stepsPerEpoch) },
          ]} />
        </>
      ) : null}
      {problems.length > 0 ? (
        <div className={styles['problems']} role="status">
          <h3><Icon name="error" size={12} />{formatPlural(problems.length, 'thing')} to correct</h3>
          <ul>{problems.map(([field, problem]) => <li key={field}><b>{fieldNames[field] ?? field}</b>: {problem}</li>)}</ul>
        </div>
      ) : null}
      {warnings.length > 0 ? <ul className={styles['warnings']}>{warnings.map((warning) => <li key={warning}><Icon name="warning" size={12} /><span>{warning}</span></li>)}</ul> : null}
      <TextField label="Name" value={draft.name} placeholder={config ? `${modelName(config.model, config.task)}, ${config.target}` : 'Name of the run'} onChange={onName} onEnter={onStart} />
      <Button kind="primary" icon="play" keys="mod+enter" isPending={isStarting} disabledReason={readOnly ?? (problems.length > 0 ? 'Correct what is marked first.' : null)} onPress={onStart}>Start training</Button>
      <p className="muted small">Data, settings, seed, threads and versions are recorded, so that the run can be done again and compared bit for bit.</p>
    </aside>
  );
}

function withArticle(name: string): string {
  return name.startsWith('MLP') ? `An ${name}` : `A ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
