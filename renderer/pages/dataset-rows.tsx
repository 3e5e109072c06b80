/** Every row of a version; windows of the file are read as they come into view. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { Cell } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { storedView } from '../../shared/domain/query.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { useCommands } from '../app/command.ts';
import { call } from '../api.ts';
import { createRowPages, type RowPages } from '../state/row-pages.ts';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { formatCount } from '../ui/format.ts';
import { EmptyState, ErrorPanel } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { WindowTable, type WindowTableHandle } from '../ui/window-table.tsx';
import { columnWidth, formatCell } from './column-words.ts';
import styles from './dataset-rows.module.css';

export function DatasetRows({ version }: { readonly version: DatasetVersion }): ReactElement {
  // A new number mounts the rows anew, with nothing known.
  const [attemptNumber, setAttemptNumber] = useState(0);
  return <Rows key={attemptNumber} version={version} onRetry={() => setAttemptNumber((number) => number + 1)} />;
}

function Rows({ version, onRetry }: { readonly version: DatasetVersion; readonly onRetry: () => void }): ReactElement {
  const [, setArrived] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [view, setView] = useState({ first: 0, last: 0 });
  const [goTo, setGoTo] = useState('');
  const table = useRef<WindowTableHandle>(null);
  const goToRef = useRef<HTMLInputElement>(null);
  useCommands([{ id: 'rows.goTo', label: 'Go to a row by number', keys: 'mod+g', icon: 'table', run: () => { goToRef.current?.focus(); goToRef.current?.select(); } }]);
  const labelTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pages = useRef<RowPages<readonly Cell[]> | null>(null);
  const { id, rowCount, columns } = version;

  useEffect(() => {
    const own = createRowPages<readonly Cell[]>(
      rowCount, async (offset, limit) => (await call('datasets.rows', { versionId: id, view: storedView, offset, limit })).rows,
      () => setArrived((count) => count + 1), (thrown) => setFailure(toFailure(thrown)),
    );
    pages.current = own;
    own.show(0, 40);
    return () => { own.close(); clearTimeout(labelTimer.current); };
  }, [id, rowCount]);

  const onView = useCallback((first: number, last: number) => {
    pages.current?.show(first, last);
    // The words below follow a moment later, so that scrolling draws the table once and not twice.
    clearTimeout(labelTimer.current);
    labelTimer.current = setTimeout(() => setView({ first, last }), 60);
  }, []);
  const shown = useMemo(() => columns.map((column) => ({
    name: column.name, icon: <ColumnIcon type={column.type} />, width: columnWidth(column.name, column.type), align: column.type === 'integer' || column.type === 'number' ? 'right' as const : 'left' as const,
  })), [columns]);
  const format = useCallback((value: Cell, column: number) => formatCell(value, columns[column]?.type ?? 'text'), [columns]);
  const go = () => {
    const wanted = Number(goTo.replace(/[ ,.]/g, ''));
    if (Number.isInteger(wanted) && wanted >= 1) table.current?.goTo(Math.min(rowCount, wanted) - 1);
  };

  if (failure) return <ErrorPanel title="The rows could not be read" error={failure} onRetry={onRetry} />;
  if (rowCount === 0) return <EmptyState icon="table">This version has no rows.</EmptyState>;
  return (
    <>
      <WindowTable
        ref={table} label={`Rows of version ${version.number}`} rowCount={rowCount} columns={shown} row={(index) => pages.current?.row(index) ?? null} onView={onView}
        format={format}
      />
      <div className={styles['foot']}>
        <TextField label="Go to row" isLabelHidden isQuiet placeholder="Go to row" keys="mod+g" value={goTo} onChange={setGoTo} inputMode="numeric" onEnter={go} inputRef={goToRef} className={styles['goTo'] ?? ''} />
        <span>Rows {formatCount(view.first + 1)} to {formatCount(Math.min(rowCount, view.last + 1))} of {formatCount(rowCount)}</span>
      </div>
    </>
  );
}
