/** The columns of two versions: what became of each, how many of its cells changed, and how its distribution moved. */
import type { KeyboardEvent, ReactElement } from 'react';
import type { ColumnDrift } from '../../shared/domain/drift.ts';
import type { ColumnChange } from '../../shared/domain/version-diff.ts';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { becameOf, columnName } from './version-diff-words.ts';
import styles from './version-diff.module.css';

/** Those that changed most come first, so that what is left out says least. */
const mostListed = 300;

export interface DiffColumnsProps {
  readonly columns: readonly ColumnChange[];
  readonly shifts: readonly ColumnDrift[];
  /** The column that the rows are filtered by. */
  readonly selected: string | null;
  readonly onSelect: (column: string | null) => void;
}

export function DiffColumns({ columns, shifts, selected, onSelect }: DiffColumnsProps): ReactElement {
  const shiftOf = new Map(shifts.map((shift) => [shift.column, shift]));
  const ranked = columns.map((column) => ({ column, shift: shiftOf.get(columnName(column)) })).sort((a, b) => weightOf(b) - weightOf(a));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
    buttons[buttons.indexOf(event.target as HTMLElement) + step]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className={styles['columns']} aria-label="Columns of both versions" onKeyDown={onKeyDown}>
      <h3 className={styles['columnHead']}>{formatPlural(columns.length, 'column')}, by changed cells</h3>
      {ranked.slice(0, mostListed).map(({ column, shift }) => <ColumnLine key={`${column.before?.name ?? ''}\n${column.after?.name ?? ''}`} column={column} shift={shift ?? null} isSelected={selected !== null && column.after?.name === selected} onSelect={onSelect} />)}
      {ranked.length > mostListed ? <p className={styles['columnHead']}>and {formatPlural(ranked.length - mostListed, 'more column')}</p> : null}
    </section>
  );
}

function ColumnLine({ column, shift, isSelected, onSelect }: { readonly column: ColumnChange; readonly shift: ColumnDrift | null; readonly isSelected: boolean; readonly onSelect: DiffColumnsProps['onSelect'] }): ReactElement {
  const name = columnName(column);
  const became = becameOf(column);
  const content = (
    <>
      <ColumnIcon type={(column.after ?? column.before)?.type ?? 'text'} />
      <b className="ellipsis" title={name}>{name}</b>
      <span className={column.changedCount === 0 ? 'muted' : undefined}>{column.changedCount === 0 ? '' : formatCount(column.changedCount)}</span>
      {became === null ? null : <small data-tone={column.isKey ? undefined : 'warn'}>{became}</small>}
      {shift?.drifted ? <small data-tone="warn" title={`Drift: ${shift.test}`}>{shift.sentence}</small> : null}
    </>
  );
  if (column.changedCount === 0) return <div className={styles['column']}>{content}</div>;
  return <button type="button" className={styles['column']} aria-pressed={isSelected} aria-label={`${name}: ${formatPlural(column.changedCount, 'cell')} changed`} onClick={() => onSelect(isSelected ? null : name)}>{content}</button>;
}

/** Columns with changed cells first, then those that came, went or moved, then the rest in their order. */
function weightOf({ column, shift }: { readonly column: ColumnChange; readonly shift: ColumnDrift | undefined }): number {
  if (column.changedCount > 0) return column.changedCount + 2;
  return becameOf(column) !== null && !column.isKey ? 2 : shift?.drifted ? 1 : 0;
}
