/** Where the steps of a sequence come from, and how many there are. */
import type { ReactElement } from 'react';
import type { ModelOf, SequenceSpec } from '../../shared/domain/train-config.ts';
import { Select } from '../ui/select.tsx';
import { Fields, NumberField, type ModelFieldsProps } from './train-inputs.tsx';
import { sequenceChoices, textColumns, withSequence } from './train-kinds.ts';

type SequenceModel = ModelOf<'recurrent'> | ModelOf<'cnn1d'> | ModelOf<'transformer'>;

export function SequenceFields({ form, version, model }: ModelFieldsProps & { readonly model: SequenceModel }): ReactElement {
  const { config } = form.draft;
  const { sequence } = model;
  const choose = (from: SequenceSpec['from']) => {
    const next = withSequence(config, from, version.columns);
    form.choose('features', next.features);
    form.choose('split', next.split);
    form.choose('model.sequence', 'sequence' in next.model ? next.model.sequence : sequence);
  };
  return (
    <Fields>
      <Select<SequenceSpec['from']>
        label="The steps are" value={sequence.from} error={form.errors['model.sequence.from']} onChange={choose}
        options={sequenceChoices(version.columns, config).map(({ from, label, what, problem }) => ({ value: from, label, description: problem ?? what, isDisabled: problem !== null && from !== sequence.from }))}
      />
      {sequence.from === 'rows' ? <><NumberField form={form} path="model.sequence.steps" hint="Rows of the past that it sees" /><NumberField form={form} path="model.sequence.horizon" /></> : null}
      {sequence.from === 'columns' ? <NumberField form={form} path="model.sequence.channels" /> : null}
      {sequence.from === 'words' ? (
        <>
          <Select
            label="Column of text" value={config.features[0] ?? null} error={form.errors['features']} onChange={(name) => form.choose('features', [name])}
            options={textColumns(version.columns, config.target).map((column) => ({ value: column.name, label: column.name, end: column.type }))}
          />
          <NumberField form={form} path="model.sequence.steps" hint="Words of a text; the rest is cut off" /><NumberField form={form} path="model.sequence.vocabulary" />
        </>
      ) : null}
    </Fields>
  );
}
