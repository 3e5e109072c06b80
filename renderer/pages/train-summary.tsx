/** What will happen, in a sentence and a few numbers; what is wrong; and the button that starts it. */
import type { ReactElement } from 'react';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Facts } from '../ui/inspector.tsx';
import { TextField } from '../ui/text-field.tsx';
import { isExact, modelName } from './run-words.ts';
import type { CheckedDraft, TrainDraft } from './train-draft.ts';
import { fieldWords } from './train-fields.ts';
import type { Forecast } from './train-forecast.ts';
import styles from './train-page.module.css';

export interface TrainSummaryProps {
  readonly draft: TrainDraft;
  readonly checked: CheckedDraft;
  readonly plan: Forecast;
  readonly datasetName: string;
  readonly version: DatasetVersion;
  readonly readOnly: string | null;
  readonly isStarting: boolean;
  readonly onName: (name: string) => void;
  readonly onStart: () => void;
  readonly onCopy: () => void;
}

export function TrainSummary({ draft, checked, plan, datasetName, version, readOnly, isStarting, onName, onStart, onCopy }: TrainSummaryProps): ReactElement {
  const { config, errors, warnings } = checked;
  const problems = Object.entries(errors);
  return (
    <aside className={styles['summary']} aria-label="What will happen">
      <h2>What will happen</h2>
      {config ? (
        <>
          <p>{subjectOf(config)} learns to predict <b>{config.target}</b> from {formatPlural(config.features.length, 'column')} of {datasetName} v{version.number}{courseOf(config)}</p>
          <Facts facts={[
            { term: 'Train rows', value: formatCount(plan.trainRows) }, { term: 'Validation rows', value: formatCount(plan.validationRows) }, { term: 'Test rows', value: formatCount(plan.testRows) },
            ...(plan.inputCount === null ? [] : [{ term: 'Inputs', value: `about ${formatCount(plan.inputCount)}`, title: 'After encoding of categories and missing values' }]),
            ...(plan.parameterCount === null ? [] : [{ term: 'Parameters', value: `about ${formatCount(plan.parameterCount)}` }]),
            ...(isExact(config) ? [] : [{ term: 'Steps an epoch', value: formatCount(plan.stepsPerEpoch) }]),
          ]} />
        </>
      ) : null}
      {problems.length > 0 ? (
        <div className={styles['problems']} role="status">
          <h3><Icon name="error" size={12} />{formatPlural(problems.length, 'thing')} to correct</h3>
          <ul>{problems.map(([path, problem]) => <li key={path}><b>{fieldWords(path).label}</b>: {problem}</li>)}</ul>
        </div>
      ) : null}
      {warnings.length > 0 ? <ul className={styles['warnings']}>{warnings.map((warning) => <li key={warning}><Icon name="warning" size={12} /><span>{warning}</span></li>)}</ul> : null}
      <TextField label="Name" value={draft.name} placeholder={config ? `${modelName(config.model, config.task)}, ${config.target}` : 'Name of the run'} onChange={onName} onEnter={onStart} />
      <Button kind="primary" icon="play" keys="mod+enter" isPending={isStarting} disabledReason={readOnly ?? (problems.length > 0 ? 'Correct what is marked first.' : null)} onPress={onStart}>Start training</Button>
      <Button icon="copy" disabledReason={config ? null : 'Correct what is marked first.'} onPress={onCopy}>Copy as YAML</Button>
      <p className="muted small">Data, settings, seed, threads and versions are recorded, so that the run can be done again and compared bit for bit. The YAML is what <span className="mono">assay train</span> takes.</p>
    </aside>
  );
}

/** "An MLP 64-64", "A logistic regression". */
function subjectOf({ model, task }: TrainConfig): string {
  const name = modelName(model, task);
  if (model.kind === 'imported') return `The model of ${model.fileName}`;
  if (model.kind === 'linear') return `A ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return `${/^(MLP|LSTM)/.test(name) ? 'An' : 'A'} ${name}`;
}

function courseOf(config: TrainConfig): string {
  if (isExact(config)) return '; it is solved to the optimum in one go.';
  const ending = config.patience === null ? '.' : `; it stops after ${formatPlural(config.patience, 'epoch')} without a better validation loss and keeps the best weights.`;
  return `, in batches of ${formatCount(config.batchSize)}, for at most ${formatPlural(config.maxEpochs, 'epoch')}${ending}`;
}
