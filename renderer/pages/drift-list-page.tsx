/** All drift reports with their verdicts. */
import { useMemo, type ReactElement } from 'react';
import type { DriftSummary } from '../../shared/domain/drift.ts';
import { RowLink } from '../app/link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { runCommand } from '../app/commands.ts';
import { reports, useReports } from '../state/drift.ts';
import { openSample, useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatDateTime, formatShare, formatWhen } from '../ui/format.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';

export function DriftListPage(): ReactElement {
  const list = useReports();
  const readOnly = useReadOnlyReason();
  const columns = useMemo(reportColumns, []);
  const newButton = <Button kind="primary" icon="pulse" disabledReason={readOnly} onPress={() => runCommand('drift.new')}>Check drift</Button>;
  return (
    <PageFrame title="Drift" count={list.status === 'ready' ? formatCount(list.value.length) : undefined} actions={list.status === 'ready' && list.value.length === 0 ? undefined : newButton}>
      {list.status === 'loading' ? <Loading label="Reading the drift reports" />
        : list.status === 'failed' ? <ErrorPanel error={list.error} onRetry={() => { void reports.reload(); }} />
          : list.value.length === 0 ? (
            <EmptyState icon="pulse" actions={<>{newButton}<Button icon="sparkle" onPress={() => { void attempt(openSample); }}>Try with sample data</Button></>}>
              Compare new data with what a model learned from, column by column, or one dataset with itself over time.
            </EmptyState>
          ) : <DataTable label="Drift reports" rows={list.value} columns={columns} rowId={(report) => report.id} clickOpens onOpen={(report) => navigate(routes.report(report.id))} storageKey="drift" isComfortable initialSort={{ id: 'created', isDescending: true }} />}
    </PageFrame>
  );
}

function reportColumns(): readonly DataColumn<DriftSummary>[] {
  return [
    { id: 'name', header: 'Report', width: 280, isGrowing: true, value: (report) => report.name, cell: (report) => <RowLink to={routes.report(report.id)} icon="pulse">{report.name}</RowLink> },
    { id: 'verdict', header: 'Dataset', width: 128, value: (report) => (report.drifted ? 'Drifted' : 'No drift'), cell: (report) => <StatusLabel tone={report.drifted ? 'warn' : 'ok'}>{report.drifted ? 'Drifted' : 'No drift'}</StatusLabel>, hint: 'Whether any window has drifted' },
    { id: 'share', header: 'Columns drifted', width: 128, align: 'right', isDescendingFirst: true, value: (report) => report.driftedShare, cell: (report) => formatShare(report.driftedShare), hint: 'Share of the columns, in the window where it is largest' },
    { id: 'windows', header: 'Windows', width: 88, align: 'right', isDescendingFirst: true, value: (report) => report.windowCount },
    { id: 'by', header: 'Made by', width: 140, value: (report) => report.createdBy },
    { id: 'created', header: 'Made', width: 96, align: 'right', isDescendingFirst: true, value: (report) => report.createdAtMs, cell: (report) => <span className="muted">{formatWhen(report.createdAtMs, Date.now())}</span>, title: (report) => formatDateTime(report.createdAtMs) },
  ];
}
