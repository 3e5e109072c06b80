/** How rows are dealt to training, validation and test, and which column weighs them. */
import type { ReactElement } from 'react';
import { isOfRows, type SplitSpec } from '../../shared/domain/train-config.ts';
import { Select } from '../ui/select.tsx';
import { Segmented, Switch } from '../ui/toggles.tsx';
import { Choice, Fields, NumberField, Section, type ModelFieldsProps } from './train-inputs.tsx';

/** Stands for "no column" in a list of columns; no column can have this name, since names have no line breaks. */
const none = '\n';

const hints: Readonly<Record<SplitSpec['kind'], string>> = {
  random: 'Rows are dealt at random from the seed.', stratified: 'Each part has the same share of every class.', time: 'The last rows are the test part, those before them validation: as in use.',
};

export function SplitSection({ form, version }: ModelFieldsProps): ReactElement {
  const { split, model, target, features, weightColumn, task, classWeights } = form.draft.config;
  const ordering = version.columns.filter((column) => column.name !== target && ['date', 'timestamp', 'integer', 'number'].includes(column.type));
  const weighing = version.columns.filter((column) => column.name !== target && (column.type === 'integer' || column.type === 'number') && !features.includes(column.name));
  const isForecast = isOfRows(model);
  const chooseKind = (kind: SplitSpec['kind']) => form.choose('split', { ...split, kind, timeColumn: kind === 'time' ? split.timeColumn ?? ordering[0]?.name ?? null : null });
  return (
    <Section title="Split and weights">
      {isForecast ? null : (
        <Choice label="How rows are dealt" hint={hints[split.kind]} error={form.errors['split.kind']}>
          <Segmented label="Split" value={split.kind} options={[{ value: 'random', label: 'Random' }, { value: 'stratified', label: 'Stratified' }, { value: 'time', label: 'By time' }]} onChange={chooseKind} />
        </Choice>
      )}
      <Fields>
        {isForecast || split.kind === 'time' ? (
          <Select
            label="Ordered by" value={split.timeColumn ?? (isForecast ? none : null)} error={form.errors['split.timeColumn']} hint={isForecast ? 'The past trains, the future tests' : ''}
            options={[...(isForecast ? [{ value: none, label: 'The order of the table' }] : []), ...ordering.map((column) => ({ value: column.name, label: column.name, end: column.type as string }))]}
            onChange={(name) => form.choose('split.timeColumn', name === none ? null : name)}
          />
        ) : null}
        <NumberField form={form} path="split.validationShare" />
        <NumberField form={form} path="split.testShare" />
        <Select
          label="Weights of rows" value={weightColumn ?? none} error={form.errors['weightColumn']} hint="How much each row counts"
          options={[{ value: none, label: 'All the same' }, ...weighing.map((column) => ({ value: column.name, label: column.name, end: column.type as string }))]}
          onChange={(name) => form.choose('weightColumn', name === none ? null : name)}
        />
      </Fields>
      {task === 'classification' ? <Switch isSelected={classWeights === 'balanced'} onChange={(on) => form.choose('classWeights', on ? 'balanced' : 'none')}>Weight rare classes more, so that all classes count the same</Switch> : null}
    </Section>
  );
}
