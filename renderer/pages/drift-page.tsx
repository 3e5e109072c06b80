/** One drift report: while it is made its progress, then the verdict first and everything it rests on. */
import { useState, type ReactElement } from 'react';
import type { ReportId } from '../../shared/domain/ids.ts';
import type { DriftReport } from '../../shared/domain/drift.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { removeReport } from '../state/drift.ts';
import { cancelJob, useJobs } from '../state/jobs.ts';
import { valueOr } from '../state/loadable.ts';
import { appendBlock, createPage, usePages } from '../state/pages.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { useCall } from '../state/use-call.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatDateTime, formatDuration } from '../ui/format.ts';
import { Menu } from '../ui/menu.tsx';
import { describeProgress, Progress } from '../ui/progress.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt, showToast } from '../ui/toast.tsx';
import { DriftView } from './drift-view.tsx';
import styles from './drift-view.module.css';

const crumbs = [{ label: 'Drift', to: routes.drift() }];

export function DriftPage({ id }: { readonly id: string }): ReactElement {
  const { state, reload } = useCall('drift.get', { id: id as ReportId }, ['report']);
  const job = useJobs(({ jobs }) => Object.values(jobs).find((one) => one.kind === 'drift' && one.subject['reportId'] === id) ?? null);
  if (state.status === 'ready') return <ReportPage report={state.value} />;
  const title = job?.title.replace(/^Drift: /, '') ?? 'Drift report';
  return (
    <PageFrame crumbs={crumbs} title={title}>
      {job && (job.status === 'queued' || job.status === 'running') ? <Making job={job} />
        : job?.status === 'failed' && job.error ? <ErrorPanel title="The report could not be made" error={job.error as Parameters<typeof ErrorPanel>[0]['error']} onRetry={() => navigate(routes.newDrift())} />
          : job?.status === 'cancelled' ? <EmptyState icon="pulse" actions={<Button onPress={() => navigate(routes.newDrift())}>Start again</Button>}>The report was cancelled; nothing was kept.</EmptyState>
            : state.status === 'loading' ? <Loading label="Reading the report" />
              : state.error.code === 'store/not-found' ? <EmptyState icon="pulse" actions={<Button onPress={() => navigate(routes.drift())}>All reports</Button>}>This drift report was removed from the project.</EmptyState>
                : <ErrorPanel error={state.error} onRetry={reload} />}
    </PageFrame>
  );
}

function Making({ job }: { readonly job: Job }): ReactElement {
  return (
    <div className={styles['making']} role="status">
      <h2>{job.step || 'Comparing'}</h2>
      <Progress label={job.title} done={job.done} total={job.total} />
      <p className="muted">{describeProgress({ ...job, elapsedMs: Date.now() - job.startedAtMs })}</p>
      <Button onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button>
    </div>
  );
}

function ReportPage({ report }: { readonly report: DriftReport }): ReactElement {
  const readOnly = useReadOnlyReason();
  const pages = valueOr(usePages(), []);
  const [isRemoving, setIsRemoving] = useState(false);
  const addTo = (pageId: (typeof pages)[number]['id'] | null) => attempt(async () => {
    const id = pageId ?? (await createPage(report.name)).id;
    await appendBlock(id, { kind: 'drift', reportId: report.id });
    showToast('Added the report to the page', { action: { label: 'Open page', run: () => navigate(routes.page(id)) } });
  });
  const remove = () => {
    setIsRemoving(false);
    navigate(routes.drift());
    return attempt(() => removeReport(report.id), { done: 'Removed the report' });
  };
  const again = () => navigate(report.spec.kind === 'two-versions' ? routes.newDrift({ reference: report.spec.reference, current: report.spec.current }) : routes.newDrift({ reference: report.spec.version }));
  useCommands([{ id: 'drift.again', label: 'Check drift again with other settings', keys: null, icon: 'pulse', run: again, disabledReason: () => readOnly }]);
  return (
    <PageFrame
      crumbs={crumbs} title={report.name}
      actions={(
        <>
          <span className={styles['made']} title={`By ${report.createdBy}, in ${formatDuration(report.elapsedMs)}`}>Checked {formatDateTime(report.createdAtMs)}</span>
          <Menu label="Page" entries={[{ id: 'new', label: 'New page', icon: 'plus', disabledReason: readOnly, run: () => void addTo(null) }, ...(pages.length > 0 ? ['separator' as const] : []), ...pages.map((page) => ({ id: page.id, label: page.title, icon: 'page' as const, disabledReason: readOnly, run: () => void addTo(page.id) }))]}>
            <Button icon="page" trailingIcon="chevron-down">Add to page</Button>
          </Menu>
          <Menu label="Report" entries={[{ id: 'again', label: 'Check again with other settings', icon: 'pulse', disabledReason: readOnly, run: again }, { id: 'remove', label: 'Remove report', icon: 'trash', isDanger: true, disabledReason: readOnly, run: () => setIsRemoving(true) }]}>
            <IconButton icon="more" label="More on this report" />
          </Menu>
        </>
      )}
    >
      <DriftView report={report} />
      <Dialog
        title={`Remove the report \u201c${report.name}\u201d?`} isOpen={isRemoving} onClose={() => setIsRemoving(false)}
        actions={<><Button onPress={() => setIsRemoving(false)}>Keep it</Button><Button kind="danger" icon="trash" onPress={() => void remove()}>Remove report</Button></>}
      >
        Pages that show it will say that it was removed. What was done stays in the history.
      </Dialog>
    </PageFrame>
  );
}
