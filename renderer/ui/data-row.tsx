/** One row of the table. Drawn again only when its own facts change, so that scrolling costs the rows that come into view. */
import { memo, type CSSProperties, type MouseEvent, type ReactElement } from 'react';
import { classNames } from './class-names.ts';
import type { DataColumn } from './data-table.tsx';
import { formatExact, formatNumber } from './format.ts';
import styles from './data-table.module.css';

/** What a row may do; one object for all rows, whose members read the table's latest state. */
export interface RowActions<Row> {
  readonly click: (row: Row, event: MouseEvent) => void;
  readonly open: (row: Row) => void;
  readonly hover: (id: string) => void;
  readonly toggle: (id: string, extend: boolean) => void;
}

export interface DataRowProps<Row> {
  readonly row: Row;
  readonly id: string;
  /** What the checkbox selects, read aloud. */
  readonly label: string;
  readonly domId: string;
  readonly rowIndex: number;
  readonly top: number;
  readonly columns: readonly DataColumn<Row>[];
  readonly hasCheck: boolean;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  readonly isTinted: boolean;
  readonly clickOpens: boolean;
  readonly actions: RowActions<Row>;
}

function DataRowView<Row extends object>(props: DataRowProps<Row>): ReactElement {
  const { row, id, label, domId, rowIndex, top, columns, hasCheck, isSelected, isCurrent, isTinted, clickOpens, actions } = props;
  const place: CSSProperties = { transform: `translateY(${top}px)` };
  return (
    <div
      id={domId} role="row" aria-rowindex={rowIndex} style={place} {...(hasCheck ? { 'aria-selected': isSelected } : {})} data-current={isCurrent} data-opens={clickOpens}
      className={classNames(styles['row'], isTinted && styles['selected'])} onClick={(event) => actions.click(row, event)} onDoubleClick={() => actions.open(row)} onMouseEnter={() => actions.hover(id)}
    >
      {hasCheck ? (
        <div role="gridcell" className={styles['checkCell']}>
          {/* Not the kit's checkbox: that one costs forty hooks a row. X toggles the current row, so it is not in the tab order. */}
          <label className={styles['rowCheck']}>
            <input type="checkbox" tabIndex={-1} aria-label={`Select ${label}`} checked={isSelected} onChange={() => undefined} onClick={(event) => actions.toggle(id, event.shiftKey)} />
            <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden><path d="M1.8 5.2l2.2 2.2 4.2-4.8" /></svg>
          </label>
        </div>
      ) : null}
      {columns.map((column) => {
        const value = column.value(row);
        return (
          <div key={column.id} role="gridcell" title={column.title ? column.title(row) : typeof value === 'number' ? formatExact(value) : value ?? undefined} className={classNames(styles['cell'], column.align === 'right' && styles['right'])}>
            {column.cell ? column.cell(row) : typeof value === 'string' ? value : formatNumber(value)}
          </div>
        );
      })}
    </div>
  );
}

export const DataRow = memo(DataRowView) as typeof DataRowView;
