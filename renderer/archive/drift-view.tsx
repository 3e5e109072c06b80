/** The drift reports of the archive, with the same charts as in the app. */
import type { ReactElement } from 'react';
import type { ArchiveData } from '../../shared/domain/archive-data.ts';
import type { DriftReport } from '../../shared/domain/drift.ts';
import { DriftView } from '../pages/drift-view.tsx';
import { DriftCard } from '../pages/blocks/drift-card.tsx';
import { formatDateTime, formatDuration } from '../ui/format.ts';
import { FileLink } from './file-link.tsx';
import styles from './viewer.module.css';

export function DriftReportsView({ data }: { readonly data: ArchiveData }): ReactElement {
  return (
    <article className={styles['sheet']}>
      <h1>Drift</h1>
      {data.reports.length === 0 ? <p className="muted">The project has no drift report.</p> : null}
      <div className={styles['blocks']}>{data.reports.map((report) => <DriftCard key={report.id} report={report} />)}</div>
    </article>
  );
}

export function DriftReportView({ data, report }: { readonly data: ArchiveData; readonly report: DriftReport }): ReactElement {
  return (
    <article>
      <header className={styles['reportHead']}>
        <h1>{report.name}</h1>
        <p className={styles['facts']}>Made by {report.createdBy}, {formatDateTime(report.createdAtMs)}, in {formatDuration(report.elapsedMs)} <FileLink data={data} of={report.id} label="All scores" /></p>
      </header>
      <DriftView report={report} />
    </article>
  );
}
