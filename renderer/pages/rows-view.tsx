/** The rows of a table of any length as a view: filters above, the order at the heads, windows of rows as they come into view. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from 'react';
import type { Cell, Column } from '../../shared/domain/columns.ts';
import type { RowWindow } from '../../shared/domain/datasets.ts';
import { isStoredView, storedView, type RowView } from '../../shared/domain/query.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { useCommands } from '../app/command.ts';
import { loading, type Loadable } from '../state/loadable.ts';
import { createThumbnails, type Thumbnail, type Thumbnails } from '../state/thumbnails.ts';
import { createRowPages, pageRows, type RowPages } from '../state/row-pages.ts';
import { nextSort } from '../state/row-view.ts';
import { Button } from '../ui/button.tsx';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Picture } from '../ui/picture.tsx';
import { Progress } from '../ui/progress.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { WindowTable, type WindowTableHandle } from '../ui/window-table.tsx';
import { columnWidth, formatCell } from './column-words.ts';
import { RowsFilters } from './rows-filters.tsx';
import styles from './dataset-rows.module.css';

export interface RowsViewProps {
  /** Read aloud. */
  readonly label: string;
  /** What tells one table from another. */
  readonly table: string;
  readonly columns: readonly Column[];
  /** Of the whole table. */
  readonly rowCount: number;
  readonly empty: string;
  readonly view: RowView;
  readonly onView: (view: RowView) => void;
  readonly load: (view: RowView, offset: number, limit: number) => Promise<RowWindow>;
  /** Where the cells of images get their pictures; without it they are words. */
  readonly images?: { readonly load: (column: string, rows: readonly number[]) => Promise<readonly Thumbnail[]>; readonly onOpen: (column: string, row: number) => void };
  /** What can be done with the rows. */
  readonly actions?: ReactNode;
}

export function RowsView(props: RowsViewProps): ReactElement {
  const { table, columns, rowCount, empty, view, onView, actions } = props;
  // A new number asks anew, with nothing known.
  const [attemptNumber, setAttemptNumber] = useState(0);
  const key = `${attemptNumber} ${table} ${JSON.stringify(view)}`;
  const first = useFirstRows(props, key);
  const shown = useRef<ShownRows | null>(null);
  // The rows of another table, or another page: nobody waits for an order that is still being written.
  useEffect(() => () => { call('datasets.leaveRows', {}).catch(() => undefined); }, [table]);
  if (first.status === 'ready') shown.current = { key, table, view, rowCount: first.value.rowCount };
  if (rowCount === 0) return <EmptyState icon="table">{empty}</EmptyState>;
  const retry = () => setAttemptNumber((number) => number + 1);
  const showAll = <Button isSmall onPress={() => onView(storedView)}>Show every row</Button>;
  // Rows of the view before stay until those of the next are there.
  const rows = shown.current?.table === table && shown.current.rowCount > 0 ? shown.current : null;
  const isLooking = first.status === 'loading';
  return (
    <>
      <RowsFilters columns={columns} view={view} onView={onView} actions={actions} end={isLooking ? <><Looking rowCount={rowCount} />{isStoredView(view) ? null : showAll}</> : first.status === 'ready' && view.filters.length > 0 ? <span className="muted" role="status">{formatCount(first.value.rowCount)} of {formatPlural(rowCount, 'row')}</span> : null} />
      {first.status === 'failed' ? <ErrorPanel title="The rows could not be read" error={first.error} onRetry={retry} actions={isStoredView(view) ? null : showAll} />
        : first.status === 'ready' && first.value.rowCount === 0 ? <EmptyState icon="filter" actions={showAll}>No row passes these filters.</EmptyState>
          : rows ? <Rows key={table} {...props} shown={rows} onRetry={retry} /> : <Loading label={`Looking through ${formatCount(rowCount)} rows`} rows={12} />}
    </>
  );
}

/** A view whose rows are on screen, and how many it has. */
interface ShownRows {
  readonly key: string;
  readonly table: string;
  readonly view: RowView;
  readonly rowCount: number;
}

/** Says after a moment that it takes longer. */
function Looking({ rowCount }: { readonly rowCount: number }): ReactElement | null {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return isLong ? <><span className={styles['bar']}><Progress label="Looking through the rows" done={0} total={null} isThin /></span><span className="muted" role="status">Looking through {formatPlural(rowCount, 'row')}</span></> : null;
}

/** How many rows the view has. Of every row as stored that is known without asking. */
function useFirstRows({ view, rowCount, columns, load }: RowsViewProps, key: string): Loadable<RowWindow> {
  const [answer, setAnswer] = useState<{ readonly key: string; readonly state: Loadable<RowWindow> }>({ key: '', state: loading });
  const ask = useRef(load);
  ask.current = load;
  const isStored = isStoredView(view);
  useEffect(() => {
    if (isStored) return undefined;
    let isGone = false;
    const set = (state: Loadable<RowWindow>) => { if (!isGone) setAnswer({ key, state }); };
    ask.current(view, 0, pageRows).then((value) => set({ status: 'ready', value }), (thrown: unknown) => set({ status: 'failed', error: toFailure(thrown) }));
    return () => { isGone = true; };
    // The key says all of the view.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, isStored]);
  const stored = useMemo((): Loadable<RowWindow> => ({ status: 'ready', value: { rowCount, offset: 0, columns: [...columns], rows: [] } }), [rowCount, columns]);
  if (isStored) return stored;
  return answer.key === key ? answer.state : loading;
}

function Rows({ label, columns, view, onView, load, images, shown: { key, view: shownView, rowCount }, onRetry }: RowsViewProps & { readonly shown: ShownRows; readonly onRetry: () => void }): ReactElement {
  const [, setArrived] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [seen, setSeen] = useState({ first: 0, last: 0 });
  const [goTo, setGoTo] = useState('');
  const table = useRef<WindowTableHandle>(null);
  const goToRef = useRef<HTMLInputElement>(null);
  useCommands([{ id: 'rows.goTo', label: 'Go to a row by number', keys: 'mod+g', icon: 'table', run: () => { goToRef.current?.focus(); goToRef.current?.select(); } }]);
  const labelTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pages = useRef<RowPages<readonly Cell[]> | null>(null);
  const ask = useRef({ load, view: shownView });
  ask.current = { load, view: shownView };

  useEffect(() => {
    const { view: ownView } = ask.current;
    const own = createRowPages<readonly Cell[]>(
      rowCount, async (offset, limit) => (await ask.current.load(ownView, offset, limit)).rows,
      () => setArrived((count) => count + 1), (thrown) => setFailure(toFailure(thrown)),
    );
    // Another view begins at its top; the columns stay where they are.
    if (pages.current !== null) table.current?.goTo(0);
    pages.current = own;
    own.show(0, 40);
    setArrived((count) => count + 1);
    return () => { own.close(); clearTimeout(labelTimer.current); };
  }, [key, rowCount]);

  const onSeen = useCallback((from: number, to: number) => {
    pages.current?.show(from, to);
    // The words below follow a moment later, so that scrolling draws the table once and not twice.
    clearTimeout(labelTimer.current);
    labelTimer.current = setTimeout(() => setSeen({ first: from, last: to }), 60);
  }, []);
  const heads = useMemo(() => columns.map((column) => ({
    name: column.name, icon: <ColumnIcon type={column.type} />, width: columnWidth(column.name, column.type), align: column.type === 'integer' || column.type === 'number' ? 'right' as const : 'left' as const,
  })), [columns]);
  const format = useCallback((value: Cell, column: number) => formatCell(value, columns[column]?.type ?? 'text'), [columns]);
  const go = () => {
    const wanted = Number(goTo.replace(/[ ,.]/g, ''));
    if (Number.isInteger(wanted) && wanted >= 1) table.current?.goTo(Math.min(rowCount, wanted) - 1);
  };

  const thumbnails = useThumbnails(images, columns);
  const paint = thumbnails && images ? (row: number, column: number): ReactNode => {
    const { name, type } = columns[column] ?? {};
    const stored = type === 'image' ? pages.current?.row(row)?.[column] : null;
    return typeof stored !== 'number' || name === undefined ? null : <ThumbnailCell found={thumbnails.get(name, stored)} label={`${name}, row ${formatCount(stored + 1)}`} onOpen={() => images.onOpen(name, stored)} />;
  } : undefined;
  const openAt = (row: number, column: number) => {
    const { name, type } = columns[column] ?? {};
    const stored = pages.current?.row(row)?.[column];
    if (type === 'image' && typeof stored === 'number' && name !== undefined) images?.onOpen(name, stored);
  };

  if (failure) return <ErrorPanel title="The rows could not be read" error={failure} onRetry={onRetry} />;
  return (
    <>
      <WindowTable
        ref={table} label={label} rowCount={rowCount} columns={heads} row={(index) => pages.current?.row(index) ?? null} onView={onSeen} format={format} {...(paint ? { paint } : {})} {...(images ? { onOpen: openAt } : {})}
        sort={view.sort} onSort={(column) => onView({ ...view, sort: nextSort(view, column) })}
      />
      <div className={styles['foot']}>
        <TextField label="Go to row" isLabelHidden isQuiet placeholder="Go to row" keys="mod+g" value={goTo} onChange={setGoTo} inputMode="numeric" onEnter={go} inputRef={goToRef} className={styles['goTo'] ?? ''} />
        <span>Rows {formatCount(seen.first + 1)} to {formatCount(Math.min(rowCount, seen.last + 1))} of {formatCount(rowCount)}</span>
      </div>
    </>
  );
}

/** The small images of what is in view; null where no column has any. */
function useThumbnails(images: RowsViewProps['images'], columns: readonly Column[]): Thumbnails | null {
  const [, setArrived] = useState(0);
  const ask = useRef(images);
  ask.current = images;
  const hasImages = images !== undefined && columns.some(({ type }) => type === 'image');
  const thumbnails = useMemo(() => (hasImages ? createThumbnails(async (column, rows) => (await ask.current?.load(column, rows)) ?? [], () => setArrived((count) => count + 1)) : null), [hasImages, ask]);
  useEffect(() => () => thumbnails?.close(), [thumbnails]);
  return thumbnails;
}

/** As high as a row allows. */
const thumbnailSide = 24;

function ThumbnailCell({ found, label, onOpen }: { readonly found: Thumbnail | null; readonly label: string; readonly onOpen: () => void }): ReactElement {
  if (found === null) return <span className="muted">…</span>;
  if ('problem' in found) return <span className="muted" title={found.problem}>broken</span>;
  return <button type="button" tabIndex={-1} className={styles['thumbnail']} aria-label={`Open ${label}`} onClick={onOpen}><Picture shown={found.shown} side={thumbnailSide} label={label} /></button>;
}
