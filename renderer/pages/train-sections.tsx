/** The settings of a run in three sections: model, split, training. What is rarely changed stays folded away. */
import { useState, type ReactElement } from 'react';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { Icon } from '../ui/icon.tsx';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Segmented, Switch } from '../ui/toggles.tsx';
import type { DraftErrors, TrainDraft } from './train-draft.ts';
import styles from './train-page.module.css';

export interface SectionProps {
  readonly draft: TrainDraft;
  readonly errors: DraftErrors;
  readonly onChange: (part: Partial<TrainDraft>) => void;
}

export function ModelSection({ draft, errors, onChange }: SectionProps): ReactElement {
  const isClassification = draft.task === 'classification';
  return (
    <section className={styles['section']} aria-label="Model">
      <div className={styles['sectionHead']}><h2>Model</h2></div>
      <div className={styles['choices']}>
        <Choice label="Task"><Segmented label="Task" value={draft.task} options={[{ value: 'classification', label: 'Classification' }, { value: 'regression', label: 'Regression' }]} onChange={(task) => onChange({ task, splitKind: task === 'regression' && draft.splitKind === 'stratified' ? 'random' : draft.splitKind })} /></Choice>
        <Choice label="Kind"><Segmented label="Model kind" value={draft.modelKind} options={[{ value: 'linear', label: isClassification ? 'Logistic regression' : 'Linear regression' }, { value: 'mlp', label: 'Multilayer perceptron' }]} onChange={(modelKind) => onChange({ modelKind })} /></Choice>
      </div>
      {draft.modelKind === 'mlp' ? (
        <div className={styles['fields']}>
          <TextField label="Hidden layers" value={draft.hidden} error={errors.hidden} hint="Units per layer, input first" onChange={(hidden) => onChange({ hidden })} />
          <Select label="Activation" value={draft.activation} options={[{ value: 'relu', label: 'ReLU' }, { value: 'tanh', label: 'tanh' }]} onChange={(activation) => onChange({ activation })} />
        </div>
      ) : null}
      {isClassification ? <Switch isSelected={draft.balancesClasses} onChange={(balancesClasses) => onChange({ balancesClasses })}>Weight rare classes more, so that all classes count the same</Switch> : null}
    </section>
  );
}

export function SplitSection({ draft, errors, version, onChange }: SectionProps & { readonly version: DatasetVersion }): ReactElement {
  const ordering = version.columns.filter((column) => column.type === 'date' || column.type === 'timestamp' || column.type === 'integer' || column.type === 'number');
  const hints = { random: 'Rows are dealt at random from the seed.', stratified: 'Each part has the same share of every class.', time: 'The last rows are the test part, those before them validation: as in use.' } as const;
  return (
    <section className={styles['section']} aria-label="Split">
      <div className={styles['sectionHead']}><h2>Split</h2></div>
      <div className={styles['choices']}>
        <Choice label="How" hint={errors.splitKind ?? hints[draft.splitKind]} isError={errors.splitKind !== undefined}>
          <Segmented label="Split" value={draft.splitKind} options={[{ value: 'random', label: 'Random' }, { value: 'stratified', label: 'Stratified' }, { value: 'time', label: 'By time' }]} onChange={(splitKind) => onChange({ splitKind, ...(splitKind === 'time' && draft.timeColumn === null ? { timeColumn: ordering[0]?.name ?? null } : {}) })} />
        </Choice>
      </div>
      <div className={styles['fields']}>
        {draft.splitKind === 'time' ? <Select label="Ordered by" value={draft.timeColumn} error={errors.timeColumn} options={ordering.map((column) => ({ value: column.name, label: column.name, end: column.type }))} onChange={(timeColumn) => onChange({ timeColumn })} /> : null}
        <TextField label="Validation" unit="%" inputMode="decimal" value={draft.validationPercent} error={errors.validationPercent} hint="Decides when to stop" onChange={(validationPercent) => onChange({ validationPercent })} />
        <TextField label="Test" unit="%" inputMode="decimal" value={draft.testPercent} error={errors.testPercent} hint="Seen once, at the end" onChange={(testPercent) => onChange({ testPercent })} />
      </div>
    </section>
  );
}

export function TrainingSection({ draft, errors, onChange }: SectionProps): ReactElement {
  const hasAdvancedError = Boolean(errors.l2 ?? errors.seed ?? errors.maxCategories ?? errors.threadCount);
  const [isOpen, setIsOpen] = useState(false);
  const showsMore = isOpen || hasAdvancedError;
  return (
    <section className={styles['section']} aria-label="Training">
      <div className={styles['sectionHead']}><h2>Training</h2></div>
      <div className={styles['fields']}>
        <TextField label="Learning rate" inputMode="decimal" value={draft.learningRate} error={errors.learningRate} hint="Adam's step size" onChange={(learningRate) => onChange({ learningRate })} />
        <TextField label="Batch size" unit="rows" inputMode="numeric" value={draft.batchSize} error={errors.batchSize} onChange={(batchSize) => onChange({ batchSize })} />
        <TextField label="Most epochs" inputMode="numeric" value={draft.maxEpochs} error={errors.maxEpochs} onChange={(maxEpochs) => onChange({ maxEpochs })} />
        {draft.stopsEarly ? <TextField label="Patience" unit="epochs" inputMode="numeric" value={draft.patience} error={errors.patience} hint="Without a better validation loss" onChange={(patience) => onChange({ patience })} /> : null}
      </div>
      <Switch isSelected={draft.stopsEarly} onChange={(stopsEarly) => onChange({ stopsEarly })}>Stop early and keep the best weights</Switch>
      <div>
        <button type="button" className={styles['more']} aria-expanded={showsMore} onClick={() => setIsOpen(!isOpen)}><Icon name={showsMore ? 'chevron-down' : 'chevron-right'} size={12} />Advanced: seed, L2, categories, threads</button>
        {showsMore ? (
          <div className={styles['fields']}>
            <TextField label="Seed" inputMode="numeric" value={draft.seed} error={errors.seed} hint="Same seed, same run" onChange={(seed) => onChange({ seed })} />
            <TextField label="L2 penalty" inputMode="decimal" value={draft.l2} error={errors.l2} hint="On weights, not on biases" onChange={(l2) => onChange({ l2 })} />
            <TextField label="Categories per column" inputMode="numeric" value={draft.maxCategories} error={errors.maxCategories} hint={'The rest become \u201cother\u201d'} onChange={(maxCategories) => onChange({ maxCategories })} />
            <TextField label="Threads" inputMode="numeric" value={draft.threadCount} error={errors.threadCount} hint="Recorded: bits can depend on it" onChange={(threadCount) => onChange({ threadCount })} />
          </div>
        ) : null}
      </div>
    </section>
  );
}

function Choice({ label, hint, isError, children }: { readonly label: string; readonly hint?: string; readonly isError?: boolean; readonly children: ReactElement }): ReactElement {
  return (
    <div className={styles['choice']}>
      <span className={styles['choiceLabel']}>{label}</span>
      {children}
      {hint ? <span className={isError ? styles['choiceError'] : styles['choiceHint']}>{hint}</span> : null}
    </div>
  );
}
