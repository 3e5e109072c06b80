/** Columns by windows: how far each has moved towards its threshold and past it. A real grid: arrows move, Enter selects. */
import { useEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactElement } from 'react';
import type { DriftReport } from '../../shared/domain/drift.ts';
import { classNames } from '../ui/class-names.ts';
import { driftStrength, rankAllColumns, scoreText } from './drift-words.ts';
import styles from './drift-heatmap.module.css';

export interface DriftHeatmapProps {
  readonly report: DriftReport;
  readonly column: string | null;
  readonly window: number;
  readonly onSelect: (column: string, window: number) => void;
}

/** The darkest colour stands for this many thresholds and more. */
const fullScale = 4;

export function DriftHeatmap({ report, column, window, onSelect }: DriftHeatmapProps): ReactElement {
  const names = useMemo(() => rankAllColumns(report), [report]);
  const cells = useMemo(() => report.windows.map((one) => new Map(one.columns.map((drift) => [drift.column, drift]))), [report]);
  const [at, setAt] = useState({ row: 0, place: window });
  const [hasFocus, setHasFocus] = useState(false);
  const grid = useRef<HTMLTableElement>(null);
  useEffect(() => { setAt((before) => ({ row: Math.max(0, column === null ? before.row : names.indexOf(column)), place: window })); }, [column, window, names]);
  useEffect(() => { if (hasFocus) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus(); }, [at, hasFocus]);

  const onKeyDown = (event: KeyboardEvent) => {
    const rowStep = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key] ?? 0;
    const placeStep = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    const name = names[at.row];
    if (rowStep !== 0 || placeStep !== 0) setAt({ row: clamp(at.row + rowStep, names.length), place: clamp(at.place + placeStep, report.windows.length) });
    else if (event.key === 'Home') setAt({ ...at, place: 0 });
    else if (event.key === 'End') setAt({ ...at, place: report.windows.length - 1 });
    else if ((event.key === 'Enter' || event.key === ' ') && name !== undefined) onSelect(name, at.place);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles['scroll']}>
      <table
        ref={grid} role="grid" aria-label="Drift by column and window" className={styles['grid']} onKeyDown={onKeyDown} onFocus={() => setHasFocus(true)}
        onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) setHasFocus(false); }}
      >
        <thead>
          <tr>
            <th scope="col"><span className="visually-hidden">Column</span></th>
            {report.windows.map((one, place) => <th key={one.label} scope="col" data-on={place === window} title={one.label}><span>{one.label}</span></th>)}
          </tr>
        </thead>
        <tbody>
          {names.map((name, row) => (
            <tr key={name} data-on={name === column}>
              <th scope="row" title={name}><span>{name}</span></th>
              {report.windows.map((one, place) => {
                const drift = cells[place]?.get(name);
                const strength = drift ? driftStrength(drift) : 0;
                const said = drift ? `${name}, ${one.label}: ${scoreText(drift)}, ${drift.drifted ? 'drifted' : 'no drift'}` : `${name}, ${one.label}: not compared`;
                return (
                  <td
                    key={one.label} role="gridcell" tabIndex={row === at.row && place === at.place ? 0 : -1} title={said} aria-label={said} aria-selected={name === column && place === window}
                    className={classNames(styles['cell'], !drift && styles['none'], drift && !drift.drifted && styles['faint'])}
                    style={{ '--fill': `var(--scale-${Math.min(9, Math.round((strength / fullScale) * 9))})` } as CSSProperties}
                    onClick={() => { setAt({ row, place }); onSelect(name, place); }}
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

/** What the colours mean. */
export function HeatmapLegend(): ReactElement {
  return (
    <span className={styles['legend']}>
      no change
      <span className={styles['ramp']} aria-hidden>{Array.from({ length: 10 }, (_, index) => <i key={index} style={{ background: `var(--scale-${index})` }} data-faint={index < 3} />)}</span>
      4 times the threshold; faint where not drifted
    </span>
  );
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
