/**
 * The one table for lists: sorted, resizable, selectable, grouped, virtual; keyboard J/K, X, Enter.
 * Every row has the same height, so 100,000 rows cost what 40 do. Sort and widths are TanStack Table's.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import {
  columnResizingFeature, columnSizingFeature, columnVisibilityFeature, createSortedRowModel, rowSortingFeature, tableFeatures, useTable,
  type ColumnDef, type SortingState,
} from '@tanstack/react-table';
import { classNames } from './class-names.ts';
import { DataRow, type RowActions } from './data-row.tsx';
import { Icon } from './icon.tsx';
import { flattenGroups, nextIndex } from './table-rows.ts';
import { Checkbox } from './toggles.tsx';
import styles from './data-table.module.css';

const features = tableFeatures({
  rowSortingFeature, columnSizingFeature, columnResizingFeature, columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(), sortFns: {},
});
type Features = typeof features;

export interface DataColumn<Row> {
  readonly id: string;
  readonly header: string;
  /** Pixels; the growing column takes what is left. */
  readonly width: number;
  readonly isGrowing?: boolean;
  readonly align?: 'left' | 'right';
  /** The value to sort by and to show where there is no `cell`; null sorts last in both directions. */
  readonly value: (row: Row) => string | number | null;
  readonly cell?: (row: Row) => ReactNode;
  /** The full value on hover; by default the value itself. */
  readonly title?: (row: Row) => string;
  readonly isSortable?: boolean;
  readonly isDescendingFirst?: boolean;
  /** Explains the header on hover. */
  readonly hint?: string;
}

export interface SortOrder { readonly id: string; readonly isDescending: boolean; }

export interface DataTableProps<Row> {
  /** Read aloud: "Runs". */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly DataColumn<Row>[];
  readonly rowId: (row: Row) => string;
  /** What the checkbox of a row selects, read aloud; the id where absent. */
  readonly rowLabel?: (row: Row) => string;
  readonly initialSort?: SortOrder;
  /** With it the table has a column of checkboxes, and X toggles the current row. */
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (ids: ReadonlySet<string>) => void;
  /** The row with the accent bar; the table keeps it itself where it is not given. */
  readonly current?: string | null;
  readonly onCurrent?: (id: string) => void;
  /** Enter, a double click, or a click with `clickOpens`; the name in the row is best a link that does the same. */
  readonly onOpen?: (row: Row) => void;
  /** What a click does: opens the row, or makes it the current one (then Enter or a double click opens it). */
  readonly clickOpens?: boolean;
  /** Groups rows under headings, in the order of their first row. */
  readonly groupBy?: ((row: Row) => string) | null;
  readonly groupHeader?: (group: string, rows: readonly Row[]) => ReactNode;
  readonly hiddenColumns?: ReadonlySet<string>;
  /** Widths and sort are remembered under this name. */
  readonly storageKey?: string;
  readonly onHoverRow?: (id: string | null) => void;
  readonly isComfortable?: boolean;
  readonly empty?: ReactNode;
  readonly className?: string;
}

interface Remembered { readonly widths: Record<string, number>; readonly sort: SortingState | null; }

export function DataTable<Row extends object>(props: DataTableProps<Row>): ReactElement {
  const { label, rows, columns, rowId, rowLabel, selected, onSelect, onOpen, clickOpens, groupBy, groupHeader, hiddenColumns, storageKey, onHoverRow, isComfortable, empty, className } = props;
  const rowHeight = isComfortable ? 36 : 28;
  const idBase = useId();
  const scrollRef = useRef<HTMLDivElement>(null);
  const remembered = useMemo(() => recall(storageKey), [storageKey]);
  const [sorting, setSorting] = useState<SortingState>(() => remembered.sort ?? (props.initialSort ? [{ id: props.initialSort.id, desc: props.initialSort.isDescending }] : []));
  const [columnSizing, setColumnSizing] = useState<Record<string, number>>(remembered.widths);
  const [ownCurrent, setOwnCurrent] = useState<string | null>(null);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const current = props.current === undefined ? ownCurrent : props.current;
  const anchor = useRef<string | null>(null);

  const data = useMemo(() => [...rows], [rows]);
  const defs = useMemo(() => columns.map((column): ColumnDef<Features, Row> => ({
    id: column.id, accessorFn: (row) => column.value(row) ?? undefined, size: column.width, minSize: 40, maxSize: 1200,
    enableSorting: column.isSortable ?? true, sortDescFirst: column.isDescendingFirst ?? false, sortUndefined: 'last',
    sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
  })), [columns]);
  const columnVisibility = useMemo(() => Object.fromEntries([...(hiddenColumns ?? [])].map((id) => [id, false])), [hiddenColumns]);
  const table = useTable({
    features, columns: defs, data, getRowId: rowId, columnResizeMode: 'onChange',
    state: { sorting, columnSizing, columnVisibility }, onSortingChange: setSorting, onColumnSizingChange: setColumnSizing,
  });
  useEffect(() => { remember(storageKey, { widths: columnSizing, sort: sorting }); }, [storageKey, columnSizing, sorting]);

  const sorted = table.getRowModel().rows;
  const items = useMemo(() => flattenGroups(sorted.map((row) => row.original), groupBy ?? null, collapsed), [sorted, groupBy, collapsed]);
  const shownColumns = useMemo(() => columns.filter((column) => !hiddenColumns?.has(column.id)), [columns, hiddenColumns]);
  const hasChecks = selected !== undefined && onSelect !== undefined;
  const template = [
    ...(hasChecks ? ['36px'] : []),
    ...shownColumns.map((column) => column.isGrowing && columnSizing[column.id] === undefined ? `minmax(${column.width}px, 1fr)` : `${columnSizing[column.id] ?? column.width}px`),
  ].join(' ') + (shownColumns.some((column) => column.isGrowing && columnSizing[column.id] === undefined) ? '' : ' minmax(0, 1fr)');
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => scrollRef.current, estimateSize: () => rowHeight, overscan: 12, scrollPaddingStart: rowHeight });
  const currentIndex = useMemo(() => (current === null ? -1 : items.findIndex((item) => item.kind === 'row' && rowId(item.row) === current)), [items, current, rowId]);

  const setCurrent = (id: string) => { setOwnCurrent(id); props.onCurrent?.(id); };
  const toggle = (id: string, extend: boolean) => {
    if (!hasChecks) return;
    const next = new Set(selected);
    const on = !next.has(id);
    const ids = extend && anchor.current ? between(items.flatMap((item) => (item.kind === 'row' ? [rowId(item.row)] : [])), anchor.current, id) : [id];
    for (const one of ids) { if (on) next.add(one); else next.delete(one); }
    anchor.current = id;
    onSelect(next);
  };
  const move = (by: number, extend: boolean) => {
    const index = nextIndex(items, currentIndex, by);
    const item = items[index];
    if (item?.kind !== 'row') return;
    const id = rowId(item.row);
    setCurrent(id);
    virtual.scrollToIndex(index);
    if (extend && hasChecks) onSelect(new Set([...selected, id, ...(current === null ? [] : [current])]));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scrollRef.current?.clientHeight ?? 400) / rowHeight) - 2);
    const item = items[currentIndex];
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, J: 1, ArrowUp: -1, k: -1, K: -1, PageDown: page, PageUp: -page, Home: -items.length, End: items.length };
    const step = steps[event.key];
    if (step !== undefined) move(step, event.shiftKey);
    else if ((event.key === 'x' || event.key === 'X' || event.key === ' ') && item?.kind === 'row' && hasChecks) toggle(rowId(item.row), event.shiftKey);
    else if (event.key === 'Enter' && item?.kind === 'row') onOpen?.(item.row);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onRowClick = (row: Row, event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('button, a, label, input')) return;
    setCurrent(rowId(row));
    if (event.shiftKey && hasChecks) toggle(rowId(row), true);
    else if ((event.ctrlKey || event.metaKey) && hasChecks) toggle(rowId(row), false);
    else if (clickOpens ?? false) onOpen?.(row);
  };

  const latest = useRef<RowActions<Row> | null>(null);
  useLayoutEffect(() => { latest.current = { click: onRowClick, open: (row) => onOpen?.(row), hover: (id) => onHoverRow?.(id), toggle }; });
  const actions = useMemo((): RowActions<Row> => ({
    click: (row, event) => latest.current?.click(row, event), open: (row) => latest.current?.open(row), hover: (id) => latest.current?.hover(id), toggle: (id, extend) => latest.current?.toggle(id, extend),
  }), []);

  const selectedHere = useMemo(() => (selected === undefined || selected.size === 0 ? 0 : rows.reduce((count, row) => count + (selected.has(rowId(row)) ? 1 : 0), 0)), [selected, rows, rowId]);
  return (
    <div
      ref={scrollRef} role="grid" aria-label={label} aria-rowcount={items.length + 1} aria-colcount={shownColumns.length + (hasChecks ? 1 : 0)} tabIndex={0}
      {...(hasChecks ? { 'aria-multiselectable': true } : {})} {...(currentIndex >= 0 ? { 'aria-activedescendant': `${idBase}-${currentIndex}` } : {})}
      className={classNames(styles['grid'], className)} style={{ '--cols': template, '--row-height': `${rowHeight}px` } as CSSProperties}
      onKeyDown={onKeyDown} onMouseLeave={() => onHoverRow?.(null)}
    >
      <div role="rowgroup" className={styles['header']}>
        <div role="row" aria-rowindex={1} className={styles['headerRow']}>
          {hasChecks ? (
            <div role="columnheader" className={styles['checkCell']}>
              <Checkbox label="Select all" isSelected={rows.length > 0 && selectedHere === rows.length} isIndeterminate={selectedHere > 0 && selectedHere < rows.length} onChange={(on) => onSelect(new Set(on ? rows.map(rowId) : []))} />
            </div>
          ) : null}
          {table.getHeaderGroups()[0]?.headers.map((header) => {
            const column = shownColumns.find((one) => one.id === header.column.id);
            if (!column) return null;
            const direction = header.column.getIsSorted();
            const arrow = direction ? <Icon name={direction === 'asc' ? 'chevron-up' : 'chevron-down'} size={12} /> : null;
            const onSort = header.column.getToggleSortingHandler();
            return (
              <div
                key={column.id} role="columnheader" title={column.hint} className={classNames(styles['headerCell'], column.align === 'right' && styles['right'], direction && styles['sorted'])}
                {...(header.column.getCanSort() ? { 'aria-sort': direction === 'asc' ? 'ascending' as const : direction === 'desc' ? 'descending' as const : 'none' as const } : {})}
              >
                {header.column.getCanSort()
                  ? <button type="button" className={styles['sortButton']} onClick={(event) => onSort?.(event)}>{column.align === 'right' ? arrow : null}<span className="ellipsis">{column.header}</span>{column.align === 'right' ? null : arrow}</button>
                  : <span className={styles['sortButton']}>{column.header}</span>}
                <span aria-hidden className={styles['resizer']} onMouseDown={header.getResizeHandler()} onDoubleClick={() => setColumnSizing(({ [column.id]: _, ...rest }) => rest)} />
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className={styles['body']} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((place) => {
          const item = items[place.index];
          if (!item) return null;
          const shared = { id: `${idBase}-${place.index}`, role: 'row', 'aria-rowindex': place.index + 2, style: { transform: `translateY(${place.start}px)` } };
          if (item.kind === 'group') {
            const isCollapsed = collapsed.has(item.group);
            return (
              <div key={`group ${item.group}`} {...shared} className={classNames(styles['row'], styles['groupRow'])}>
                <div role="gridcell" className={styles['groupCell']}>
                  <button type="button" aria-expanded={!isCollapsed} className={styles['groupButton']} onClick={() => setCollapsed((before) => { const next = new Set(before); if (!next.delete(item.group)) next.add(item.group); return next; })}>
                    <Icon name={isCollapsed ? 'chevron-right' : 'chevron-down'} size={12} />
                    {groupHeader ? groupHeader(item.group, item.rows) : <><b>{item.group}</b><span className="muted small">{item.rows.length}</span></>}
                  </button>
                </div>
              </div>
            );
          }
          const id = rowId(item.row);
          const isSelected = selected?.has(id) ?? false;
          return (
            <DataRow
              key={id} row={item.row} id={id} label={rowLabel ? rowLabel(item.row) : id} domId={`${idBase}-${place.index}`} rowIndex={place.index + 2} top={place.start} columns={shownColumns}
              hasCheck={hasChecks} isSelected={isSelected} isCurrent={id === current} isTinted={isSelected || (!hasChecks && !clickOpens && id === current)} clickOpens={clickOpens ?? false} actions={actions}
            />
          );
        })}
      </div>
      {rows.length === 0 && empty ? <div className={styles['empty']}>{empty}</div> : null}
    </div>
  );
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

function between(ids: readonly string[], from: string, to: string): readonly string[] {
  const a = ids.indexOf(from);
  const b = ids.indexOf(to);
  return a < 0 || b < 0 ? [to] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}

function recall(key: string | undefined): Remembered {
  const nothing: Remembered = { widths: {}, sort: null };
  if (key === undefined) return nothing;
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(`table ${key}`) ?? '{}') as Partial<Remembered>) };
  } catch {
    // A view setting that cannot be read is only a lost convenience.
    return nothing;
  }
}

function remember(key: string | undefined, value: Remembered): void {
  if (key !== undefined) localStorage.setItem(`table ${key}`, JSON.stringify(value));
}
