/**
 * A table over a file of any length: only the rows and columns in view exist, and rows come as they are needed.
 * Ten million rows scroll like a hundred. Arrow keys move a cell; Ctrl/Cmd+C copies its full value, S sorts by its column.
 */
import { memo, useEffect, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode, type Ref } from 'react';
import type { Cell } from '../../shared/domain/columns.ts';
import { classNames } from './class-names.ts';
import { formatCount } from './format.ts';
import { Icon } from './icon.tsx';
import { createScrollScale } from './scroll-scale.ts';
import styles from './window-table.module.css';

export interface WindowColumn {
  readonly name: string;
  readonly icon?: ReactNode;
  readonly width: number;
  readonly align: 'left' | 'right';
}

export interface WindowTableHandle { readonly goTo: (row: number) => void; }

export interface WindowTableProps {
  readonly label: string;
  readonly rowCount: number;
  readonly columns: readonly WindowColumn[];
  /** The row, or null while it is on its way. */
  readonly row: (index: number) => readonly Cell[] | null;
  readonly onView: (first: number, last: number) => void;
  readonly format: (value: Cell, column: number) => string;
  /** Draws a cell in another way than by its formatted value; null leaves it as it is. */
  readonly paint?: (row: number, column: number) => ReactNode;
  /** The order the rows are in; null is as they are stored. */
  readonly sort?: { readonly column: string; readonly isDescending: boolean } | null;
  /** Enter on a cell. */
  readonly onOpen?: (row: number, column: number) => void;
  /** With it the heads are buttons. */
  readonly onSort?: (column: string) => void;
  readonly ref?: Ref<WindowTableHandle>;
}

const rowHeight = 28;

export function WindowTable({ label, rowCount, columns, row, onView, format, paint, sort, onOpen, onSort, ref }: WindowTableProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const idBase = useId();
  const [view, setView] = useState({ top: 0, left: 0, width: 800, height: 400 });
  const [cell, setCell] = useState({ row: 0, column: 0 });
  // Scroll events that we cause ourselves carry a rounded position; the exact one is kept here.
  const exactTop = useRef<number | null>(null);

  const gutter = 28 + String(rowCount).length * 9;
  const bodyHeight = Math.max(0, view.height - rowHeight);
  const scale = useMemo(() => createScrollScale(rowCount, rowHeight, bodyHeight), [rowCount, bodyHeight]);
  const lefts = useMemo(() => columns.reduce<number[]>((all, column) => [...all, (all.at(-1) ?? 0) + column.width], [gutter]), [columns, gutter]);
  const totalWidth = lefts.at(-1) ?? gutter;
  const first = Math.max(0, Math.floor(view.top / rowHeight));
  const last = Math.min(rowCount - 1, Math.ceil((view.top + bodyHeight) / rowHeight));
  const firstColumn = Math.max(0, columns.findIndex((_, index) => (lefts[index + 1] ?? 0) > view.left));
  const lastColumn = columns.findLastIndex((_, index) => (lefts[index] ?? 0) < view.left + view.width);
  // Rows stand relative to a base that moves rarely, so that scrolling changes one transform and not every row.
  const base = Math.floor(first / 1000) * 1000;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const sizes = new ResizeObserver(() => setView((before) => ({ ...before, width: element.clientWidth, height: element.clientHeight })));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  useEffect(() => { if (rowCount > 0) onView(first, last); }, [first, last, rowCount, onView]);

  const moveTo = (top: number) => {
    const element = scroller.current;
    if (!element) return;
    const clamped = Math.min(Math.max(0, top), Math.max(0, scale.rowsHeight - bodyHeight));
    exactTop.current = clamped;
    element.scrollTop = scale.toScroll(clamped);
    setView((before) => ({ ...before, top: clamped }));
  };
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const exact = exactTop.current;
    const isOurs = exact !== null && Math.abs(element.scrollTop - scale.toScroll(exact)) < 1.5;
    const top = isOurs ? exact : scale.toTop(element.scrollTop);
    if (!isOurs) exactTop.current = null;
    setView((before) => ({ ...before, top, left: element.scrollLeft }));
  };
  // React listens to wheel passively; on a scaled scrollbar the wheel must move rows, not the scale.
  useEffect(() => {
    const element = scroller.current;
    if (!element || scale.height === scale.rowsHeight) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      moveTo((exactTop.current ?? scale.toTop(element.scrollTop)) + event.deltaY);
      element.scrollLeft += event.deltaX;
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  });

  const focusCell = (to: { readonly row: number; readonly column: number }) => {
    const next = { row: Math.min(rowCount - 1, Math.max(0, to.row)), column: Math.min(columns.length - 1, Math.max(0, to.column)) };
    setCell(next);
    const top = exactTop.current ?? view.top;
    if (next.row * rowHeight < top) moveTo(next.row * rowHeight);
    else if ((next.row + 1) * rowHeight > top + bodyHeight) moveTo((next.row + 1) * rowHeight - bodyHeight);
    const element = scroller.current;
    if (!element) return;
    const left = lefts[next.column] ?? 0;
    const right = lefts[next.column + 1] ?? 0;
    if (left - gutter < element.scrollLeft) element.scrollLeft = left - gutter;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth;
  };
  useImperativeHandle(ref, () => ({ goTo: (index) => { focusCell({ row: index, column: cell.column }); moveTo(index * rowHeight - Math.floor(bodyHeight / 3)); } }));

  const onKeyDown = (event: KeyboardEvent) => {
    const { row: at, column } = cell;
    const page = Math.max(1, Math.floor(bodyHeight / rowHeight) - 1);
    const hasMod = event.ctrlKey || event.metaKey;
    if (hasMod && event.key.toLowerCase() === 'c') {
      const value = row(at)?.[column];
      void navigator.clipboard.writeText(value === null || value === undefined ? '' : String(value));
    } else if (event.key === 's' && !hasMod && !event.altKey && onSort) onSort(columns[column]?.name ?? '');
    else if (event.key === 'Enter' && !hasMod && onOpen) onOpen(at, column);
    else if (hasMod && event.key === 'Home') focusCell({ row: 0, column: 0 });
    else if (hasMod && event.key === 'End') focusCell({ row: rowCount - 1, column: columns.length - 1 });
    else if (hasMod || event.altKey) return;
    else if (event.key === 'ArrowDown' || event.key === 'j') focusCell({ row: at + 1, column });
    else if (event.key === 'ArrowUp' || event.key === 'k') focusCell({ row: at - 1, column });
    else if (event.key === 'ArrowRight') focusCell({ row: at, column: column + 1 });
    else if (event.key === 'ArrowLeft') focusCell({ row: at, column: column - 1 });
    else if (event.key === 'PageDown') focusCell({ row: at + page, column });
    else if (event.key === 'PageUp') focusCell({ row: at - page, column });
    else if (event.key === 'Home') focusCell({ row: at, column: 0 });
    else if (event.key === 'End') focusCell({ row: at, column: columns.length - 1 });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const rows = rowCount === 0 ? [] : Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return (
    <div
      ref={scroller} role="grid" aria-label={label} aria-rowcount={rowCount + 1} aria-colcount={columns.length + 1} aria-readonly tabIndex={0} className={styles['grid']} onScroll={onScroll} onKeyDown={onKeyDown}
      {...(cell.row >= first && cell.row <= last ? { 'aria-activedescendant': `${idBase}-${cell.row}-${cell.column}` } : {})}
    >
      <div className={styles['sizer']} style={{ height: scale.height + rowHeight, width: totalWidth }} role="presentation">
        <div className={styles['layer']} role="presentation" style={{ width: totalWidth }}>
          <div role="rowgroup">
            <div role="row" aria-rowindex={1} className={styles['header']} style={{ width: totalWidth }}>
              <div role="columnheader" aria-colindex={1} className={styles['corner']} style={{ width: gutter }}>Row</div>
              {columns.slice(firstColumn, lastColumn + 1).map((column, offset) => {
                const index = firstColumn + offset;
                return (
                  <div
                    key={column.name} role="columnheader" aria-colindex={index + 2} title={column.name} className={classNames(styles['headerCell'], column.align === 'right' && styles['right'])} style={{ left: lefts[index], width: column.width }}
                    {...(onSort ? { 'aria-sort': sort?.column !== column.name ? 'none' as const : sort.isDescending ? 'descending' as const : 'ascending' as const } : {})}
                  >
                    {column.icon}
                    {onSort ? (
                      <button type="button" tabIndex={-1} className={styles['sortButton']} onClick={() => onSort(column.name)}>
                        <span className="ellipsis">{column.name}</span>{sort?.column === column.name ? <Icon name={sort.isDescending ? 'chevron-down' : 'chevron-up'} size={12} /> : null}
                      </button>
                    ) : <span className="ellipsis">{column.name}</span>}
                  </div>
                );
              })}
            </div>
          </div>
          <div role="rowgroup" className={styles['rows']} style={{ height: bodyHeight }}>
            <div role="presentation" style={{ transform: `translateY(${base * rowHeight - view.top}px)` }}>
              {rows.map((index) => (
                <TableRow
                  key={index} index={index} top={(index - base) * rowHeight} values={row(index)} columns={columns} lefts={lefts} firstColumn={firstColumn} lastColumn={lastColumn} gutter={gutter} width={totalWidth}
                  currentColumn={index === cell.row ? cell.column : null} format={format} paint={paint} idBase={idBase} onPick={setCell}
                />
              ))}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}

interface TableRowProps {
  readonly index: number;
  readonly top: number;
  readonly values: readonly Cell[] | null;
  readonly columns: readonly WindowColumn[];
  readonly lefts: readonly number[];
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly gutter: number;
  readonly width: number;
  /** The column of the current cell when it is in this row. */
  readonly currentColumn: number | null;
  readonly format: WindowTableProps['format'];
  readonly paint: WindowTableProps['paint'];
  readonly idBase: string;
  readonly onPick: (cell: { readonly row: number; readonly column: number }) => void;
}

/** Drawn again only when its own content changes; scrolling moves all rows at once. */
const TableRow = memo(function TableRow({ index, top, values, columns, lefts, firstColumn, lastColumn, gutter, width, currentColumn, format, paint, idBase, onPick }: TableRowProps): ReactElement {
  return (
    <div role="row" aria-rowindex={index + 2} className={styles['row']} data-current={currentColumn !== null} style={{ width, transform: `translateY(${top}px)` }}>
      <div role="rowheader" aria-colindex={1} className={styles['gutter']} style={{ width: gutter }}>{formatCount(index + 1)}</div>
      {columns.slice(firstColumn, lastColumn + 1).map((column, offset) => {
        const at = firstColumn + offset;
        const value = values?.[at];
        const isMissing = value === null;
        return (
          <div
            key={column.name} id={`${idBase}-${index}-${at}`} role="gridcell" aria-colindex={at + 2} title={value === undefined || isMissing ? undefined : String(value)} data-current={at === currentColumn}
            className={classNames(styles['cell'], column.align === 'right' && styles['right'], isMissing && styles['missing'])} style={{ left: lefts[at], width: column.width }} onPointerDown={() => onPick({ row: index, column: at })}
          >
            {value === undefined ? <span className={styles['coming']} /> : paint?.(index, at) ?? (isMissing ? 'missing' : format(value, at))}
          </div>
        );
      })}
    </div>
  );
});
