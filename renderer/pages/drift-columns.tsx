/** The columns of a window, the strongest drift first: what happened, how far past the threshold, by which test. */
import type { KeyboardEvent, ReactElement } from 'react';
import type { ColumnDrift, DriftWindow } from '../../shared/domain/drift.ts';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { formatExact, formatPlural } from '../ui/format.ts';
import { StatusLabel } from '../ui/status-label.tsx';
import { driftStrength, scoreText, testHints, testNames, thresholdText } from './drift-words.ts';
import styles from './drift-view.module.css';

export interface DriftColumnsProps {
  readonly window: DriftWindow;
  readonly ranked: readonly ColumnDrift[];
  readonly selected: string | null;
  /** The window's name, where there are several. */
  readonly label: string | null;
  readonly onSelect: (column: string) => void;
}

export function DriftColumns({ window, ranked, selected, label, onSelect }: DriftColumnsProps): ReactElement {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = ranked[ranked.findIndex((column) => column.column === selected) + step];
    if (!next) return;
    onSelect(next.column);
    event.currentTarget.querySelectorAll<HTMLElement>('button')[ranked.indexOf(next)]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className={styles['section']} aria-label="Columns by drift">
      <div className={styles['head']}><h2>Columns by drift{label === null ? '' : `, ${label}`}</h2><span className={styles['spacer']} /><span className="muted small">the dashed line is the threshold</span></div>
      <ol className={styles['ranked']} onKeyDown={onKeyDown}>
        {ranked.map((column, index) => (
          <li key={column.column}>
            <button type="button" className={styles['column']} aria-pressed={column.column === selected} data-drifted={column.drifted} onClick={() => onSelect(column.column)}>
              <span className={styles['rank']}>{index + 1}</span>
              <span className={styles['what']}>
                <span className={styles['name']}><ColumnIcon type={column.type} /><b className="ellipsis" title={column.column}>{column.column}</b></span>
                {column.drifted ? <span className={styles['sentence']}>{column.sentence}</span> : null}
                <span className={styles['test']} title={`${column.sentence} ${testHints[column.test]}.`}>{column.drifted ? <StatusLabel tone="warn">Drifted</StatusLabel> : <StatusLabel tone="ok">No drift</StatusLabel>}<span className="ellipsis">{testNames[column.test]}</span></span>
              </span>
              <StrengthBar column={column} />
              <span className={styles['score']} title={formatExact(column.score)}>{scoreText(column)}<small>drift {thresholdText(column)}</small></span>
            </button>
          </li>
        ))}
      </ol>
      {window.skipped.length > 0 ? (
        <details className={styles['skipped']}>
          <summary>{formatPlural(window.skipped.length, 'column')} not compared</summary>
          <dl>{window.skipped.map((one) => <div key={one.column}><dt>{one.column}</dt><dd className="muted">{one.reason}</dd></div>)}</dl>
        </details>
      ) : null}
    </section>
  );
}

/** Thresholds up to four, with a dashed line at one; past the end it is cut. */
function StrengthBar({ column }: { readonly column: ColumnDrift }): ReactElement {
  const width = 72;
  const at = Math.min(1, driftStrength(column) / 4) * (width - 6) + 3;
  const threshold = (width - 6) / 4 + 3;
  return (
    <svg width={width} height={16} aria-hidden className={styles['bar']}>
      <path d={`M3 8.5H${width - 3}`} stroke="var(--border)" />
      <path d={`M3 8.5H${at}`} stroke={column.drifted ? 'var(--series-0)' : 'var(--control-edge)'} strokeWidth="3" />
      <path d={`M${Math.round(threshold) + 0.5} 1v15`} stroke="var(--warn)" strokeDasharray="2.5 2" />
      <circle cx={at} cy={8.5} r={4} fill={column.drifted ? 'var(--series-0)' : 'var(--bg)'} stroke={column.drifted ? 'var(--bg)' : 'var(--control-edge)'} strokeWidth="1.5" />
    </svg>
  );
}
