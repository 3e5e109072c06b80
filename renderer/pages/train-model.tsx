/** The settings of the chosen kind of model. */
import type { ReactElement } from 'react';
import type { ModelOf } from '../../shared/domain/train-config.ts';
import { Select } from '../ui/select.tsx';
import { Segmented, Switch } from '../ui/toggles.tsx';
import { Advanced, Choice, Fields, NumberField, type ModelFieldsProps, type TrainForm } from './train-inputs.tsx';
import { SequenceFields } from './train-sequence.tsx';

export function ModelFields({ form, version }: ModelFieldsProps): ReactElement | null {
  const { model } = form.draft.config;
  switch (model.kind) {
    case 'linear': return <LinearFields form={form} model={model} />;
    case 'mlp': return <MlpFields form={form} model={model} />;
    case 'cnn': return <ImageFields form={form} model={model}><NumberField form={form} path="model.filters" /><NumberField form={form} path="model.hidden" label="Dense layer" hint="Units after the filters" /></ImageFields>;
    case 'resnet': return <ImageFields form={form} model={model}><NumberField form={form} path="model.filters" hint="Per stage; each halves the image" /><NumberField form={form} path="model.blocksPerStage" /></ImageFields>;
    case 'recurrent': return <RecurrentFields form={form} version={version} model={model} />;
    case 'cnn1d': return <><SequenceFields form={form} version={version} model={model} /><Fields><NumberField form={form} path="model.filters" hint="Per block; each sees twice as far" /><NumberField form={form} path="model.kernel" /></Fields></>;
    case 'transformer': return (
      <>
        <SequenceFields form={form} version={version} model={model} />
        <Fields><NumberField form={form} path="model.width" /><NumberField form={form} path="model.heads" /><NumberField form={form} path="model.layers" /></Fields>
        <Advanced what="Advanced: feed-forward units" form={form} paths={['model.feedForward']}><Fields><NumberField form={form} path="model.feedForward" /></Fields></Advanced>
      </>
    );
    case 'imported': return null;
  }
}

function LinearFields({ form, model }: { readonly form: TrainForm; readonly model: ModelOf<'linear'> }): ReactElement {
  const hint = model.solver === 'exact' ? 'Solved to the optimum in one go; nothing to tune.' : 'In batches and epochs, with the optimizer below; for data of any size.';
  return (
    <Choice label="Solved" hint={hint} error={form.errors['model.solver']}>
      <Segmented label="Solver" value={model.solver} options={[{ value: 'gradient', label: 'Step by step' }, { value: 'exact', label: 'Exactly' }]} onChange={(solver) => form.choose('model.solver', solver)} />
    </Choice>
  );
}

function MlpFields({ form, model }: { readonly form: TrainForm; readonly model: ModelOf<'mlp'> }): ReactElement {
  return (
    <>
      <Fields>
        <NumberField form={form} path="model.hidden" />
        <Select label="Activation" value={model.activation} options={[{ value: 'relu', label: 'ReLU' }, { value: 'gelu', label: 'GELU' }, { value: 'tanh', label: 'tanh' }]} onChange={(activation) => form.choose('model.activation', activation)} />
        <Select
          label="Normalisation" value={model.normalization} onChange={(normalization) => form.choose('model.normalization', normalization)}
          options={[{ value: 'none', label: 'None' }, { value: 'batch', label: 'Batch', description: 'By mean and deviation of the batch' }, { value: 'layer', label: 'Layer', description: 'By mean and deviation of each row' }]}
        />
      </Fields>
      <Switch isSelected={model.embeddings} onChange={(on) => form.choose('model.embeddings', on)}>Learn a vector for each category, instead of one input per category</Switch>
    </>
  );
}

function ImageFields({ form, model, children }: { readonly form: TrainForm; readonly model: ModelOf<'cnn'> | ModelOf<'resnet'>; readonly children: ReactElement | readonly ReactElement[] }): ReactElement {
  const { height, width, resizeTo } = model.image;
  return (
    <>
      <Fields>
        <NumberField form={form} path="model.image.height" /><NumberField form={form} path="model.image.width" /><NumberField form={form} path="model.image.channels" />
        {children}
      </Fields>
      <Advanced what="Advanced: random changes of training images, other size" form={form} paths={['model.augmentation.shift', 'model.augmentation.noise', 'model.image.resizeTo.height', 'model.image.resizeTo.width']}>
        <Switch isSelected={model.augmentation.flip} onChange={(on) => form.choose('model.augmentation.flip', on)}>Mirror half of the images left and right</Switch>
        <Fields><NumberField form={form} path="model.augmentation.shift" hint="Each way, anew in every epoch" /><NumberField form={form} path="model.augmentation.noise" /></Fields>
        <Switch isSelected={resizeTo !== null} onChange={(on) => form.choose('model.image.resizeTo', on ? { height: Math.max(4, Math.round(height / 2)), width: Math.max(4, Math.round(width / 2)) } : null)}>The network sees another size</Switch>
        {resizeTo ? <Fields><NumberField form={form} path="model.image.resizeTo.height" /><NumberField form={form} path="model.image.resizeTo.width" /></Fields> : null}
      </Advanced>
    </>
  );
}

function RecurrentFields({ form, version, model }: ModelFieldsProps & { readonly model: ModelOf<'recurrent'> }): ReactElement {
  return (
    <>
      <SequenceFields form={form} version={version} model={model} />
      <Fields>
        <Select
          label="Cell" value={model.cell} onChange={(cell) => form.choose('model.cell', cell)}
          options={[{ value: 'gru', label: 'GRU', description: 'Gated recurrent unit: two gates' }, { value: 'lstm', label: 'LSTM', description: 'Long short-term memory: three gates and a memory cell' }]}
        />
        <NumberField form={form} path="model.units" /><NumberField form={form} path="model.layers" />
      </Fields>
    </>
  );
}
