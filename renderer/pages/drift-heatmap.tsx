/** Columns by windows: how far each has moved towards its threshold and past it. */
import { useMemo, type ReactElement } from 'react';
import type { DriftReport } from '../../shared/domain/drift.ts';
import { HeatGrid, type HeatCell, type HeatPlace } from '../ui/heat-grid.tsx';
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
  const labels = useMemo(() => report.windows.map(({ label }) => label), [report]);
  const cellOf = ({ row, column: place }: HeatPlace): HeatCell => {
    const drift = cells[place]?.get(names[row] ?? '');
    const where = `${names[row] ?? ''}, ${labels[place] ?? ''}`;
    if (!drift) return { said: `${where}: not compared`, fill: null };
    const step = Math.min(9, Math.round((driftStrength(drift) / fullScale) * 9));
    return { said: `${where}: ${scoreText(drift)}, ${drift.drifted ? 'drifted' : 'no drift'}`, fill: `var(--scale-${step})`, isFaint: !drift.drifted };
  };
  const row = column === null ? -1 : names.indexOf(column);
  return (
    <HeatGrid
      label="Drift by column and window" corner="Column" rows={names} columns={labels} cellOf={cellOf} selected={row < 0 ? null : { row, column: window }} marked={{ row, column: window }}
      onSelect={(place) => { const name = names[place.row]; if (name !== undefined) onSelect(name, place.column); }}
    />
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
