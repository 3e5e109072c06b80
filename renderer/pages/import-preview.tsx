/** The first rows of a file as they would be imported. */
import type { ReactElement } from 'react';
import type { Sniff } from '../../shared/domain/datasets.ts';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { classNames } from '../ui/class-names.ts';
import type { DraftColumn } from './import-draft.ts';
import styles from './import-preview.module.css';

/** Columns that are drawn at once. */
const mostShown = 60;

export function ImportPreview({ sniff, columns }: { readonly sniff: Sniff; readonly columns: readonly DraftColumn[] }): ReactElement {
  const shown = columns.map((column, index) => ({ ...column, index })).filter((column) => column.isIncluded).slice(0, mostShown);
  const hiddenCount = columns.filter((column) => column.isIncluded).length - shown.length;
  return (
    <section aria-label="Preview" className={styles['section']}>
      <h2 className={styles['heading']}>Preview<span className="muted small">the first {sniff.preview.length} rows{hiddenCount > 0 ? ` of the first ${shown.length} columns` : ''}</span></h2>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label="First rows">
        <table className={styles['table']}>
          <thead><tr>{shown.map((column) => <th key={column.sourceName} scope="col" className={classNames(isNumeric(column) && styles['right'])}><span><ColumnIcon type={column.type} />{column.name}</span></th>)}</tr></thead>
          <tbody>
            {sniff.preview.map((row, index) => (
              <tr key={index}>
                {shown.map((column) => {
                  const value = row[column.index];
                  return <td key={column.sourceName} title={value === null || value === undefined ? undefined : String(value)} className={classNames(isNumeric(column) && styles['right'], value === null && styles['missing'])}>{value === null || value === undefined ? 'missing' : String(value)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function isNumeric(column: DraftColumn): boolean {
  return column.type === 'integer' || column.type === 'number';
}
