/** The table twin of a chart: the same numbers, for reading, copying and screen readers. */
import type { ReactElement } from 'react';
import { formatCount, formatExact, formatNumber } from '../ui/format.ts';
import styles from './chart.module.css';

export interface ChartTable {
  readonly columns: readonly { readonly header: string; readonly align?: 'left' | 'right' }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

const shownRows = 1000;

export function ChartTableView({ table, label }: { readonly table: ChartTable; readonly label: string }): ReactElement {
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={label}>
      <table className={styles['table']}>
        <thead><tr>{table.columns.map((column, index) => <th key={index} scope="col" data-align={column.align ?? 'right'}>{column.header}</th>)}</tr></thead>
        <tbody>
          {table.rows.slice(0, shownRows).map((row, index) => (
            <tr key={index}>
              {row.map((value, place) => (
                <td key={place} data-align={table.columns[place]?.align ?? 'right'} title={typeof value === 'number' ? formatExact(value) : undefined}>
                  {typeof value === 'string' ? value : formatNumber(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > shownRows ? <p className={styles['more']}>The first {formatCount(shownRows)} of {formatCount(table.rows.length)} rows</p> : null}
    </div>
  );
}
