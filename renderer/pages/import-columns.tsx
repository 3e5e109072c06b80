/** The columns of a file: which to take, under which name, as which type, and why the reader thought so. */
import type { ReactElement } from 'react';
import { columnTypes, type ColumnType } from '../../shared/domain/columns.ts';
import { ColumnIcon, columnTypeWords } from '../ui/column-icon.tsx';
import { classNames } from '../ui/class-names.ts';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import { columnProblems, type DraftColumn } from './import-draft.ts';
import styles from './import-columns.module.css';

export interface ImportColumnsProps {
  readonly columns: readonly DraftColumn[];
  readonly onChange: (columns: readonly DraftColumn[]) => void;
  readonly isDisabled: boolean;
}

const typeOptions = columnTypes.map((type) => ({ value: type, label: columnTypeWords[type] }));

export function ImportColumns({ columns, onChange, isDisabled }: ImportColumnsProps): ReactElement {
  const problems = columnProblems(columns);
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
          {columns.map((column) => {
            const isOff = isDisabled || !column.isIncluded;
            return (
              <tr key={column.sourceName} className={classNames(!column.isIncluded && styles['off'])}>
                <td className={styles['check']}><Checkbox label={`Include ${column.sourceName}`} isSelected={column.isIncluded} isDisabled={isDisabled} onChange={(isIncluded) => change(column.sourceName, { isIncluded })} /></td>
                <td><span className={styles['source']}><ColumnIcon type={column.type} /><span className="ellipsis selectable" title={column.sourceName}>{column.sourceName}</span></span></td>
                <td><TextField label={`Name of ${column.sourceName}`} isLabelHidden isQuiet value={column.name} isDisabled={isOff} error={problems.get(column.sourceName)} onChange={(name) => change(column.sourceName, { name })} /></td>
                <td><Select<ColumnType> label={`Type of ${column.sourceName}`} isLabelHidden isQuiet value={column.type} options={typeOptions} isDisabled={isOff} onChange={(type) => change(column.sourceName, { type })} /></td>
                <td className={styles['reason']}>{column.type === column.sniffedType ? column.reason : `Your choice; the reader proposed ${columnTypeWords[column.sniffedType].toLowerCase()}.`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
