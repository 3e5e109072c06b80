/** The filters over a table of rows: a column, a condition, a value; each one a chip that can be taken off. */
import { useState, type ReactElement, type ReactNode } from 'react';
import type { Column } from '../../shared/domain/columns.ts';
import type { RowView } from '../../shared/domain/query.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { conditions, conditionWords, describeRowFilter, filterOf, needsValue, usualCondition, type Condition } from './rows-filter-words.ts';
import styles from './dataset-rows.module.css';

export interface RowsFiltersProps {
  readonly columns: readonly Column[];
  readonly view: RowView;
  readonly onView: (view: RowView) => void;
  /** What they lead to: how many rows pass. */
  readonly end: ReactNode;
  /** At the right edge. */
  readonly actions?: ReactNode;
}

const conditionOptions = conditions.map((value) => ({ value, label: conditionWords[value] }));

export function RowsFilters({ columns, view, onView, end, actions }: RowsFiltersProps): ReactElement {
  const [chosen, setChosen] = useState<{ readonly column: string; readonly condition: Condition } | null>(null);
  const [value, setValue] = useState('');
  const first = columns[0];
  const { column, condition } = chosen ?? { column: first?.name ?? '', condition: usualCondition(first?.type ?? 'text') };
  const filter = filterOf(column, condition, value);
  const add = () => {
    if (!filter) return;
    onView({ ...view, filters: [...view.filters, filter] });
    setValue('');
  };
  const columnOptions = columns.map(({ name }) => ({ value: name, label: name }));
  return (
    <div className={styles['filters']} role="group" aria-label="Filters">
      <Select label="Column to filter" isLabelHidden isSmall value={column} options={columnOptions} onChange={(name) => setChosen({ column: name, condition: usualCondition(columns.find((one) => one.name === name)?.type ?? 'text') })} />
      <Select<Condition> label="Condition" isLabelHidden isSmall value={condition} options={conditionOptions} onChange={(next) => setChosen({ column, condition: next })} />
      {needsValue(condition) ? <TextField label="Value to filter by" isLabelHidden isQuiet placeholder={condition === 'one-of' ? 'Values, with commas between' : 'Value'} value={value} onChange={setValue} onEnter={add} className={styles['value'] ?? ''} /> : null}
      <Button isSmall icon="filter" onPress={add} disabledReason={filter ? null : 'Write a value first.'}>Add filter</Button>
      {view.filters.map((one, index) => (
        <Chip key={`${index} ${one.column}`} prefix={one.column} onRemove={() => onView({ ...view, filters: view.filters.filter((_, place) => place !== index) })} removeLabel={`Remove the filter ${one.column} ${describeRowFilter(one)}`}>{describeRowFilter(one)}</Chip>
      ))}
      {end}
      {actions ? <span className={styles['actions']}>{actions}</span> : null}
    </div>
  );
}
