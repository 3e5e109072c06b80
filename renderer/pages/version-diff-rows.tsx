/** The rows that differ, read as they come into view: each changed cell with its old and new value. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from 'react';
import type { Cell } from '../../shared/domain/columns.ts';
import type { DiffRow, DiffSpec, RowChange, VersionDiff } from '../../shared/domain/version-diff.ts';
import { isNumberType } from '../../shared/domain/column-data.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { createRowPages, type RowPages } from '../state/row-pages.ts';
import { readDiffRows } from '../state/version-diff.ts';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { EmptyState, ErrorPanel } from '../ui/states.tsx';
import { Checkbox, Segmented } from '../ui/toggles.tsx';
import { WindowTable } from '../ui/window-table.tsx';
import { formatCell } from './column-words.ts';
import { cellText, changeWords, columnName, diffColumnWidth, mostShownColumns, shownColumns, shownValue } from './version-diff-words.ts';
import styles from './version-diff.module.css';

export interface DiffRowsProps {
  readonly spec: DiffSpec;
  readonly diff: VersionDiff;
  readonly change: RowChange | null;
  readonly column: string | null;
}

export function DiffRows({ spec, diff, change, column }: DiffRowsProps): ReactElement {
  const [shows, setShows] = useState<'changed' | 'all'>('changed');
  const [wantsSize, setWantsSize] = useState(false);
  const [attemptNumber, setAttemptNumber] = useState(0);
  const selected = column === null ? null : diff.columns.find(({ after }) => after?.name === column) ?? null;
  const hasSizes = selected !== null && [selected.before, selected.after].every((each) => each !== null && isNumberType(each.type));
  const isBySize = wantsSize && hasSizes;
  const rowCount = selected ? selected.changedCount : change === null ? diff.rows.added + diff.rows.removed + diff.rows.changed : diff.rows[change];
  const places = useMemo(() => shownColumns(diff, shows, column), [diff, shows, column]);
  const view = { change: selected ? 'changed' as const : change, column, isBySize, places };
  return (
    <section className={styles['rows']} aria-label="Rows that differ">
      {rowCount === 0
        ? <EmptyState icon="table">{change === null ? 'No row differs.' : `No row was ${change}.`}</EmptyState>
        : <DiffTable key={JSON.stringify([spec, view, attemptNumber])} spec={spec} diff={diff} view={view} rowCount={rowCount} onRetry={() => setAttemptNumber((number) => number + 1)} />}
      <div className={styles['foot']}>
        <span>{formatPlural(rowCount, 'row')}{selected ? `, changed in ${columnName(selected)}` : ''}</span>
        {hasSizes ? <Checkbox isSelected={wantsSize} onChange={setWantsSize}>Largest change first</Checkbox> : null}
        <span className={styles['spacer']} />
        {places.length < diff.columns.length ? <span>{formatCount(places.length)} of {formatPlural(diff.columns.length, 'column')} shown{places.length === mostShownColumns ? ', the most at a time' : ''}</span> : null}
        <Segmented label="Columns shown" value={shows} options={[{ value: 'changed', label: 'Changed columns' }, { value: 'all', label: 'All columns' }]} onChange={setShows} />
      </div>
    </section>
  );
}

interface DiffTableProps {
  readonly spec: DiffSpec;
  readonly diff: VersionDiff;
  readonly view: { readonly change: RowChange | null; readonly column: string | null; readonly isBySize: boolean; readonly places: number[] };
  readonly rowCount: number;
  readonly onRetry: () => void;
}

/** Mounted anew for each question, so that its pages belong to one view. */
function DiffTable({ spec, diff, view, rowCount, onRetry }: DiffTableProps): ReactElement {
  const { places } = view;
  const [, setArrived] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const pages = useRef<RowPages<DiffRow> | null>(null);
  const question = useRef({ spec, view });

  useEffect(() => {
    const { spec: asked, view: viewed } = question.current;
    const own = createRowPages<DiffRow>(
      rowCount, async (offset, limit) => (await readDiffRows(asked, { ...viewed, offset, limit })).rows,
      () => setArrived((count) => count + 1), (thrown) => setFailure(toFailure(thrown)),
    );
    pages.current = own;
    own.show(0, 40);
    return () => own.close();
  }, [rowCount]);

  const onView = useCallback((first: number, last: number) => pages.current?.show(first, last), []);
  const { columns } = diff;
  const shown = useMemo(() => [
    { name: 'Change', width: 88, align: 'left' as const },
    ...places.map((place) => {
      const column = columns[place] as (typeof columns)[number];
      const type = (column.after ?? column.before)?.type ?? 'text';
      return { name: columnName(column), icon: <ColumnIcon type={type} />, width: diffColumnWidth(column), align: type === 'integer' || type === 'number' ? 'right' as const : 'left' as const };
    }),
  ], [columns, places]);
  const rowAt = (index: number): DiffRow | null => pages.current?.row(index) ?? null;
  const values = useRef(new WeakMap<DiffRow, { readonly places: readonly number[]; readonly cells: readonly Cell[] }>());
  const row = (index: number): readonly Cell[] | null => {
    const found = rowAt(index);
    if (!found) return null;
    const known = values.current.get(found);
    if (known?.places === places) return known.cells;
    const cells = [changeWords[found.change], ...places.map((place, at) => cellText(found, at, places, columns[place] as (typeof columns)[number]))];
    values.current.set(found, { places, cells });
    return cells;
  };
  const format = useCallback((value: Cell, at: number) => {
    const column = columns[places[at - 1] ?? -1];
    return formatCell(value, (column?.after ?? column?.before)?.type ?? 'text');
  }, [columns, places]);
  const paint = useCallback((index: number, at: number): ReactNode => {
    const found = pages.current?.row(index);
    const place = places[at - 1];
    if (!found) return null;
    const column = place === undefined ? undefined : columns[place];
    if (found.change !== 'changed') return at === 0 ? <span className={styles[found.change]}>{changeWords[found.change]}</span> : null;
    if (place === undefined || !column || !found.changed.includes(place)) return null;
    return <span className={styles['cell']}><del>{shownValue(found.before?.[at - 1], column.before)}</del><span aria-label="becomes">{'\u2192'}</span><ins>{shownValue(found.after?.[at - 1], column.after)}</ins></span>;
  }, [columns, places]);

  if (failure) return <ErrorPanel title="The rows could not be read" error={failure} onRetry={onRetry} />;
  return <WindowTable label="Rows that differ" rowCount={rowCount} columns={shown} row={row} onView={onView} format={format} paint={paint} />;
}
