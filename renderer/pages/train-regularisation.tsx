/** What keeps the model from learning the train part by heart. */
import type { ReactElement } from 'react';
import { Switch } from '../ui/toggles.tsx';
import { isExact } from './run-words.ts';
import { Advanced, Fields, NumberField, OptionalField, Section, type TrainForm } from './train-inputs.tsx';

export function RegularisationSection({ form }: { readonly form: TrainForm }): ReactElement {
  const { config } = form.draft;
  const { model, patience, mixup, averageDecay } = config;
  if (isExact(config)) return <Section title="Regularisation"><Fields><NumberField form={form} path="l2" /></Fields></Section>;
  const seesImages = 'image' in model;
  return (
    <Section title="Regularisation">
      <Switch isSelected={patience !== null} onChange={(on) => form.choose('patience', on ? 10 : null)}>Stop early and keep the best weights</Switch>
      <Fields>
        {patience === null ? null : <NumberField form={form} path="patience" />}
        {'dropout' in model ? <NumberField form={form} path="model.dropout" /> : null}
        <NumberField form={form} path="l2" />
      </Fields>
      <Advanced what={`Advanced: L1 penalty, ${seesImages ? 'mixup, ' : ''}averaged weights`} form={form} paths={['l1', 'mixup', 'averageDecay']}>
        <Fields><NumberField form={form} path="l1" /></Fields>
        {seesImages || mixup !== null ? <OptionalField form={form} path="mixup" usual={0.2} isOn={mixup !== null}>Mix pairs of images and their targets</OptionalField> : null}
        <OptionalField form={form} path="averageDecay" usual={0.999} isOn={averageDecay !== null}>Score and keep a moving average of the weights</OptionalField>
      </Advanced>
    </Section>
  );
}
