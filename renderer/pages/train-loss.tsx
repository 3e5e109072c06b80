/** What training lowers. */
import type { ReactElement } from 'react';
import { LossChoice, type TaskKind } from '../../shared/domain/train-config.ts';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/toggles.tsx';
import { lossNames } from './setting-words.ts';
import { Fields, NumberField, Section, type TrainForm } from './train-inputs.tsx';
import { suitsTask } from './train-rules.ts';

type LossKind = LossChoice['kind'];

const sentences: Readonly<Record<Exclude<LossKind, 'auto'>, string>> = {
  'cross-entropy': 'The usual one for classes', 'binary-cross-entropy': 'One output for two classes', focal: 'Looks at the rows that are hard to tell', squared: 'The usual one for numbers; predicts the mean',
  absolute: 'Predicts the median; calm about outliers', huber: 'Squared near the truth, absolute far from it', quantile: 'A range instead of one number', poisson: 'For counts',
};

const autoWords: Readonly<Record<TaskKind, string>> = { classification: 'Cross-entropy, for classes', regression: 'Squared error, for numbers' };

export function LossSection({ form }: { readonly form: TrainForm }): ReactElement {
  const { loss, task } = form.draft.config;
  const kinds = LossChoice.options.map((option) => option.shape.kind.value).filter((kind) => suitsTask(kind, task) || kind === loss.kind);
  return (
    <Section title="Loss">
      <Fields>
        <Select<LossKind>
          label="Training lowers" value={loss.kind} error={form.errors['loss.kind']} hint={loss.kind === 'auto' ? autoWords[task] : sentences[loss.kind]}
          options={kinds.map((kind) => ({ value: kind, label: lossNames[kind], description: kind === 'auto' ? autoWords[task] : sentences[kind] }))}
          onChange={(kind) => form.choose('loss', LossChoice.parse({ kind }))}
        />
        {loss.kind === 'cross-entropy' ? <NumberField form={form} path="loss.labelSmoothing" /> : null}
        {loss.kind === 'focal' ? <NumberField form={form} path="loss.gamma" /> : null}
        {loss.kind === 'huber' ? <NumberField form={form} path="loss.delta" /> : null}
        {loss.kind === 'quantile' ? <NumberField form={form} path="loss.levels" /> : null}
        {loss.kind === 'cross-entropy' && loss.triplet ? <><NumberField form={form} path="loss.triplet.weight" /><NumberField form={form} path="loss.triplet.margin" /></> : null}
      </Fields>
      {loss.kind === 'cross-entropy' ? <Switch isSelected={loss.triplet !== null} onChange={(on) => form.choose('loss.triplet', on ? { weight: 0.5, margin: 1 } : null)}>Also pull rows of one class together, by the triplet loss</Switch> : null}
    </Section>
  );
}
