/** The selected column in the reference and in the selected window, on the same axes. */
import { useCallback, useMemo, type ReactElement } from 'react';
import type { ColumnDrift, DriftReport } from '../../shared/domain/drift.ts';
import { Chart } from '../charts/chart.tsx';
import { describePair, histogramPairOption, histogramPairTable, pairOf } from '../charts/histogram-pair.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { formatStatistic } from './column-words.ts';
import { isOverTime } from './drift-words.ts';
import styles from './drift-view.module.css';

export interface DriftHistogramsProps {
  readonly report: DriftReport;
  readonly windowIndex: number;
  readonly column: ColumnDrift;
}

export function DriftHistograms({ report, windowIndex, column }: DriftHistogramsProps): ReactElement {
  const { type } = column;
  const shares = report.shares.find((one) => one.column === column.column);
  const pair = useMemo(() => (shares ? pairOf(shares, windowIndex, { format: (value) => formatStatistic(type, value), isTime: type === 'date' || type === 'timestamp' }) : null), [shares, windowIndex, type]);
  const build = useCallback((theme: ChartTheme) => (pair ? histogramPairOption(theme, pair) : {}), [pair]);
  const currentLabel = report.windows[windowIndex]?.label ?? 'Current';
  const names = { reference: report.referenceLabel, current: currentLabel };
  const categoryCount = pair?.labels?.length ?? 0;
  // A few categories are rows of bars; bins and many categories take what the window can spare.
  const height = pair && !pair.edges && categoryCount <= 8 ? Math.max(96, categoryCount * 44 + 16) : null;
  return (
    <section className={styles['section']} aria-label={`Distribution of ${column.column}`}>
      <div className={styles['head']}>
        <h2 className="ellipsis">{column.column}</h2><span className={styles['spacer']} />
        <span className={styles['key']}><i data-kind="reference" />{report.referenceLabel}</span><span className={styles['key']}><i data-kind="current" />{isOverTime(report) ? currentLabel : 'current'}</span>
      </div>
      <p className={styles['axisTitle']}>Share of rows</p>
      {pair ? <div className={styles['pairChart']} style={height === null ? undefined : { height }}><Chart build={build} summary={describePair(pair, column.column)} table={histogramPairTable(pair, names)} /></div> : <p className="muted">The report holds no distribution of this column.</p>}
    </section>
  );
}
