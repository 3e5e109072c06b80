/** A drift report inside a page: the verdict first, beside it the share over time. */
import { useCallback, useMemo, type ReactElement } from 'react';
import type { DriftReport } from '../../../shared/domain/drift.ts';
import { Chart } from '../../charts/chart.tsx';
import { driftOverTime, driftOverTimeOption, driftOverTimeTable } from '../../charts/drift-over-time.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { routes } from '../../state/route.ts';
import { StatusLabel } from '../../ui/status-label.tsx';
import { describeShares, firstWindow, isOverTime, verdictOf, withNamedWindows } from '../drift-words.ts';
import { Card } from './card.tsx';
import styles from './card.module.css';

export function DriftCard({ report: given }: { readonly report: DriftReport }): ReactElement {
  const report = useMemo(() => withNamedWindows(given), [given]);
  const verdict = verdictOf(report, firstWindow(report));
  const build = useCallback((theme: ChartTheme) => driftOverTimeOption(theme, { ...driftOverTime(report, null), isCompact: true }), [report]);
  const words = <p className={styles['text']}><b>{verdict.headline}</b> {verdict.detail}</p>;
  return (
    <Card icon="pulse" title={report.name} to={routes.report(report.id)} detail={`against ${report.referenceLabel}`} end={<StatusLabel tone={verdict.drifted ? 'warn' : 'ok'}>{verdict.drifted ? 'Drift' : 'No drift'}</StatusLabel>}>
      {isOverTime(report)
        ? <div className={styles['split']}>{words}<Chart build={build} summary={describeShares(report)} table={driftOverTimeTable(report)} height={104} /></div>
        : words}
    </Card>
  );
}
