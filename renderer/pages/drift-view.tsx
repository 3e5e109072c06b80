/** A drift report from its data alone: verdict, share over time, heat map, ranked columns, the selected column twice. */
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import type { DriftReport } from '../../shared/domain/drift.ts';
import { Chart } from '../charts/chart.tsx';
import { driftOverTime, driftOverTimeOption, driftOverTimeTable } from '../charts/drift-over-time.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Select } from '../ui/select.tsx';
import { DriftColumns } from './drift-columns.tsx';
import { DriftHeatmap, HeatmapLegend } from './drift-heatmap.tsx';
import { DriftHistograms } from './drift-histograms.tsx';
import { describeShares, firstWindow, isOverTime, rankColumns, verdictOf, withNamedWindows } from './drift-words.ts';
import styles from './drift-view.module.css';

export function DriftView({ report: given }: { readonly report: DriftReport }): ReactElement {
  const report = useMemo(() => withNamedWindows(given), [given]);
  const [windowIndex, setWindowIndex] = useState(() => firstWindow(report));
  const window = report.windows[windowIndex] ?? report.windows[report.windows.length - 1];
  const ranked = useMemo(() => (window ? rankColumns(window) : []), [window]);
  const [chosen, setChosen] = useState<string | null>(null);
  const selected = ranked.find((column) => column.column === chosen) ?? ranked[0] ?? null;
  const verdict = verdictOf(report, windowIndex);
  const overTime = isOverTime(report);
  const build = useCallback((theme: ChartTheme) => driftOverTimeOption(theme, { ...driftOverTime(report, windowIndex), left: 136 }), [report, windowIndex]);
  const table = useMemo(() => driftOverTimeTable(report), [report]);
  const stops = useMemo(() => report.windows.map((_, index) => index), [report]);
  const [at, setAt] = useState<number | null>(null);
  return (
    <div className={styles['page']}>
      <header className={styles['verdict']} data-drifted={verdict.drifted}>
        <Icon name={verdict.drifted ? 'warning' : 'check'} size={20} label={verdict.drifted ? 'Drift' : 'No drift'} />
        <p className="selectable" role="status"><b>{verdict.headline}</b> {verdict.detail}</p>
        <div className={styles['sides']}>
          <span className={styles['side']} title={`${report.referenceRowCount} rows`}><span className="muted">Reference</span> {report.referenceLabel} <span className="muted">{formatPlural(report.referenceRowCount, 'row')}</span></span>
          {overTime
            ? <Select label="Current window" isLabelHidden isQuiet prefix="Current" value={String(windowIndex)} options={report.windows.map((one, index) => ({ value: String(index), label: one.label, end: formatPlural(one.rowCount, 'row') }))} onChange={(value) => setWindowIndex(Number(value))} />
            : window ? <span className={styles['side']}><span className="muted">Current</span> {window.label} <span className="muted">{formatPlural(window.rowCount, 'row')}</span></span> : null}
        </div>
      </header>
      <div className={styles['columns']} data-single={!overTime}>
        {overTime ? (
          <div className={styles['main']}>
            <section className={styles['section']} aria-label="Drift over time">
              <div className={styles['head']}><h2>Drift over time</h2><span className="muted small">share of the columns that have drifted; click a window to see it</span></div>
              <div className={styles['timeChart']}>
                <Chart
                  build={build} summary={describeShares(report)} table={table} crosshair={{ stops, at, onMove: setAt }}
                  onPick={(pick) => { if (pick.seriesId === 'share') setWindowIndex(pick.dataIndex); }}
                />
              </div>
            </section>
            <section className={styles['section']} aria-label="By column and window">
              <div className={styles['head']}><h2>By column and window</h2><span className={styles['spacer']} /><HeatmapLegend /></div>
              <DriftHeatmap report={report} column={selected?.column ?? null} window={windowIndex} onSelect={(column, place) => { setChosen(column); setWindowIndex(place); }} />
            </section>
          </div>
        ) : null}
        <div className={styles['aside']}>
          {window ? <DriftColumns window={window} ranked={ranked} selected={selected?.column ?? null} label={overTime ? window.label : null} onSelect={setChosen} /> : null}
          {window && selected ? <DriftHistograms report={report} windowIndex={windowIndex} column={selected} /> : null}
        </div>
      </div>
    </div>
  );
}
