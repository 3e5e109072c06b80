/** Says when long work has ended: aloud, and as a message with a way to its result. */
import { useEffect, useState, type ReactElement } from 'react';
import { ExportOutcome, exportSentence } from '../../shared/domain/dataset-export.ts';
import type { DatasetId, ModelId, ReportId, RunId } from '../../shared/domain/ids.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { VerifyReport } from '../../shared/domain/verify.ts';
import { AppError, failureOf } from '../../shared/errors.ts';
import { onJobEnd } from '../state/jobs.ts';
import { navigate, routes, useRoute, type Route } from '../state/route.ts';
import { showError, showToast } from '../ui/toast.tsx';
import { verifySentence } from '../pages/verify-words.ts';
import { RouteLink } from './link.tsx';

/** Where the result of a job is shown, or null where it has no page. */
export function jobRoute(job: Job): Route | null {
  const { reportId, runId, modelId, datasetId } = job.subject;
  if (job.kind === 'drift' && reportId) return routes.report(reportId as ReportId);
  if ((job.kind === 'train' || job.kind === 'rerun') && runId) return routes.run(runId as RunId);
  if (job.kind === 'check') return routes.settings();
  if (job.kind === 'verify' && job.subject['projectId']) return routes.settings({ part: 'diagnostics' });
  if (datasetId) return routes.dataset(datasetId as DatasetId);
  if (runId) return routes.run(runId as RunId);
  if (modelId) return routes.model(modelId as ModelId);
  return null;
}

export function JobLink({ job, className }: { readonly job: Job; readonly className?: string | undefined }): ReactElement {
  const to = job.kind === 'train' || job.kind === 'rerun' ? jobRoute(job) : null;
  return to ? <RouteLink to={to} className={className}>{job.title}</RouteLink> : <span className={className}>{job.title}</span>;
}

/** Mounted once, in the frame. */
export function JobNotices(): ReactElement {
  const [spoken, setSpoken] = useState('');
  useEffect(() => onJobEnd((job) => {
    setSpoken(`${job.title}: ${job.status}`);
    // A page that waits for the job goes to its result first; then there is nothing left to say.
    setTimeout(() => notify(job), 250);
  }), []);
  return <div className="visually-hidden" role="status" aria-live="polite">{spoken}</div>;
}

function notify(job: Job): void {
  // The page that ran a query shows what became of it.
  if (job.kind === 'query' && job.subject['resultId']) return;
  const to = jobRoute(job);
  const here = useRoute.getState();
  if (to !== null && to.screen === here.screen && to.id === here.id) return;
  if (job.status === 'failed') {
    if (here.screen !== 'import') showError(new AppError(job.error ? failureOfJob(job) : failureOf('internal/unexpected', { message: job.title })));
  } else if (job.status === 'done') {
    showToast(doneSentence(job), to ? { action: { label: 'Open', run: () => navigate(to) } } : {});
  }
}

function failureOfJob(job: Job): ReturnType<typeof failureOf> {
  return job.error as ReturnType<typeof failureOf>;
}

/** What a finished job says; a check never says more than it found. */
export function doneSentence(job: Job): string {
  const report = job.kind === 'verify' ? VerifyReport.safeParse(job.outcome) : null;
  if (report?.success) return [verifySentence(report.data), report.data.findings[0] ? `${report.data.findings[0].file}: ${report.data.findings[0].what}` : ''].filter(Boolean).join(' ');
  const written = job.kind === 'export' ? ExportOutcome.safeParse(job.outcome) : null;
  if (written?.success) return exportSentence(written.data);
  return `${job.title}: done`;
}
