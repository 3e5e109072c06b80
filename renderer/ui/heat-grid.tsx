/** A grid of colours with words behind each: arrows move, Enter selects. Every cell says its value, so that no colour stands alone. */
import { useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactElement } from 'react';
import { classNames } from './class-names.ts';
import styles from './heat-grid.module.css';

export interface HeatPlace { readonly row: number; readonly column: number; }

export interface HeatCell {
  /** Read aloud, and shown on hover. */
  readonly said: string;
  /** A CSS colour; null is hatched: there is no value. */
  readonly fill: string | null;
  readonly isFaint?: boolean;
}

export interface HeatGridProps {
  readonly label: string;
  /** What the first column holds, read aloud. */
  readonly corner: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cellOf: (place: HeatPlace) => HeatCell;
  readonly selected: HeatPlace | null;
  /** The row and column whose headings stand out; those of the selected cell where absent. */
  readonly marked?: { readonly row: number; readonly column: number };
  readonly onSelect?: (place: HeatPlace) => void;
  /** Square cells under upright names, for many columns; else cells share the width. */
  readonly isSquare?: boolean;
}

export function HeatGrid({ label, corner, rows, columns, cellOf, selected, marked, onSelect, isSquare }: HeatGridProps): ReactElement {
  const [at, setAt] = useState<HeatPlace>(selected ?? { row: 0, column: 0 });
  const [hasFocus, setHasFocus] = useState(false);
  const grid = useRef<HTMLTableElement>(null);
  const [row, column] = [selected?.row ?? null, selected?.column ?? null];
  useEffect(() => { setAt((before) => ({ row: row ?? before.row, column: column ?? before.column })); }, [row, column]);
  useEffect(() => { if (hasFocus) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus(); }, [at, hasFocus]);
  // A cell that is chosen elsewhere comes into view; the first choice stays where it is, so that the page does not move by itself.
  const shown = useRef(`${row} ${column}`);
  useEffect(() => {
    if (!isSquare || shown.current === `${row} ${column}`) return;
    shown.current = `${row} ${column}`;
    grid.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isSquare, row, column]);
  const stands = { row: clamp(at.row, rows.length), column: clamp(at.column, columns.length) };
  const on = marked ?? selected;

  const onKeyDown = (event: KeyboardEvent) => {
    const rowStep = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key] ?? 0;
    const columnStep = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (rowStep !== 0 || columnStep !== 0) setAt({ row: clamp(stands.row + rowStep, rows.length), column: clamp(stands.column + columnStep, columns.length) });
    else if (event.key === 'Home') setAt({ ...stands, column: 0 });
    else if (event.key === 'End') setAt({ ...stands, column: columns.length - 1 });
    else if ((event.key === 'Enter' || event.key === ' ') && onSelect && rows.length > 0) onSelect(stands);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles['scroll']}>
      <table
        ref={grid} role="grid" aria-label={label} className={classNames(styles['grid'], isSquare && styles['square'])} onKeyDown={onKeyDown} onFocus={() => setHasFocus(true)}
        onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) setHasFocus(false); }}
      >
        <thead>
          <tr>
            <th scope="col"><span className="visually-hidden">{corner}</span></th>
            {columns.map((name, place) => <th key={place} scope="col" data-on={place === on?.column} title={name}><span>{name}</span></th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((name, rowPlace) => (
            <tr key={rowPlace} data-on={rowPlace === on?.row}>
              <th scope="row" title={name}><span>{name}</span></th>
              {columns.map((_, columnPlace) => {
                const { said, fill, isFaint } = cellOf({ row: rowPlace, column: columnPlace });
                return (
                  <td
                    key={columnPlace} role="gridcell" tabIndex={rowPlace === stands.row && columnPlace === stands.column ? 0 : -1} title={said} aria-label={said} aria-selected={rowPlace === selected?.row && columnPlace === selected.column}
                    className={classNames(styles['cell'], fill === null && styles['none'], isFaint && styles['faint'])} style={fill === null ? undefined : { '--fill': fill } as CSSProperties}
                    onClick={() => { setAt({ row: rowPlace, column: columnPlace }); onSelect?.({ row: rowPlace, column: columnPlace }); }}
                  >
                    <span aria-hidden />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}
