/** The columns of a file: which to take, under which name, as which type, and why the reader thought so. */
import { useState, type ReactElement } from 'react';
import { offeredPatterns, patternWords } from '../../shared/domain/date-patterns.ts';
import { Button } from '../ui/button.tsx';
import { ColumnIcon, knownTypeWords, type KnownType } from '../ui/column-icon.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatCount } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import { chosenType, columnProblems, sniffedChoice, typeChoices, withType, type DraftColumn } from './import-draft.ts';
import styles from './import-columns.module.css';

export interface ImportColumnsProps {
  readonly columns: readonly DraftColumn[];
  readonly onChange: (columns: readonly DraftColumn[]) => void;
  readonly isDisabled: boolean;
}

/** Columns that are drawn at once: a table of pixels has hundreds, and hardly anybody corrects them one by one. */
const mostShown = 60;


const patternOptions = { date: patternsOf('date'), timestamp: patternsOf('timestamp') };

function patternsOf(type: 'date' | 'timestamp'): { value: string; label: string }[] {
  return [{ value: 'found', label: 'As the values show' }, { value: 'iso', label: 'year-month-day (ISO 8601)' }, ...offeredPatterns[type].map((value) => ({ value, label: patternWords(value) }))];
}

export function ImportColumns({ columns, onChange, isDisabled }: ImportColumnsProps): ReactElement {
  const problems = columnProblems(columns);
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? columns : columns.filter((column, index) => index < mostShown || problems.has(column.sourceName));
  const included = columns.filter((column) => column.isIncluded).length;
  const change = (sourceName: string, part: Partial<DraftColumn>) => onChange(columns.map((column) => (column.sourceName === sourceName ? { ...column, ...part } : column)));
  return (
    <section aria-label="Columns" className={styles['section']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col" className={styles['check']}>
              <Checkbox label="Include all columns" isSelected={included === columns.length} isIndeterminate={included > 0 && included < columns.length} isDisabled={isDisabled} onChange={(isIncluded) => onChange(columns.map((column) => ({ ...column, isIncluded })))} />
            </th>
            <th scope="col">Column in the file</th><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Why this type</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((column) => {
            const isOff = isDisabled || !column.isIncluded;
            return (
              <tr key={column.sourceName} className={classNames(!column.isIncluded && styles['off'])}>
                <td className={styles['check']}><Checkbox label={`Include ${column.sourceName}`} isSelected={column.isIncluded} isDisabled={isDisabled} onChange={(isIncluded) => change(column.sourceName, { isIncluded })} /></td>
                <td><span className={styles['source']}><ColumnIcon type={column.type} /><span className="ellipsis selectable" title={column.sourceName}>{column.sourceName}</span></span></td>
                <td><TextField label={`Name of ${column.sourceName}`} isLabelHidden isQuiet value={column.name} isDisabled={isOff} error={problems.get(column.sourceName)} onChange={(name) => change(column.sourceName, { name })} /></td>
                <td><Select<KnownType> label={`Type of ${column.sourceName}`} isLabelHidden isQuiet value={chosenType(column)} options={typeChoices(column).map((value) => ({ value, label: knownTypeWords[value] }))} isDisabled={isOff} onChange={(type) => onChange(columns.map((each) => (each === column ? withType(each, type) : each)))} /></td>
                <td className={styles['reason']}>
                  {column.type === 'date' || column.type === 'timestamp' ? <Select label={`How dates of ${column.sourceName} are written`} isLabelHidden isQuiet isSmall value={column.pattern === undefined ? 'found' : column.pattern ?? 'iso'} options={patternOptions[column.type]} isDisabled={isOff} onChange={(value) => change(column.sourceName, { pattern: value === 'found' ? undefined : value === 'iso' ? null : value })} /> : null}
                  {chosenType(column) === sniffedChoice(column) ? column.reason : `Your choice; the reader proposed ${knownTypeWords[sniffedChoice(column)].toLowerCase()}.${column.order ? ` Lowest first: ${column.order.slice(0, 4).join(', ')}${column.order.length > 4 ? ' …' : ''}. The order can be changed on the Columns tab.` : ''}`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shown.length < columns.length ? <p><Button kind="ghost" isSmall icon="chevron-down" onPress={() => setShowsAll(true)}>Show all {formatCount(columns.length)} columns</Button></p> : null}
    </section>
  );
}
