/** How far a running run is: bar, epochs, rate, time left, and Cancel with what it keeps. */
import type { ReactElement } from 'react';
import type { Job } from '../../shared/domain/jobs.ts';
import type { Run } from '../../shared/domain/runs.ts';
import { cancelJob } from '../state/jobs.ts';
import { useNow } from '../state/now.ts';
import { Button } from '../ui/button.tsx';
import { formatDuration, formatPlural } from '../ui/format.ts';
import { Progress } from '../ui/progress.tsx';
import { attempt } from '../ui/toast.tsx';
import styles from './run-page.module.css';

export function RunProgress({ run, job }: { readonly run: Run; readonly job: Job | null }): ReactElement {
  const nowMs = useNow(1000);
  const done = job?.done ?? 0;
  const total = job?.total ?? null;
  // A run that goes on counts from where it went on.
  const before = run.resumes && job ? run.resumes.lastEpoch : 0;
  const elapsedMs = Math.max(0, nowMs - (run.resumes && job ? job.startedAtMs : run.startedAtMs));
  // Epochs take about the same time each, so what is left follows from what is done; it may stop earlier.
  const leftMs = total !== null && done - before > 0.5 ? (elapsedMs / (done - before)) * (total - done) : null;
  const facts = [
    total === null ? job?.step ?? 'Starting' : `epoch ${Math.floor(done)} of ${total}`,
    ...(total !== null && job?.step ? [job.step] : []),
    formatDuration(elapsedMs).replace(/\.\d+ s/, ' s'),
    ...(leftMs === null ? [] : [`at most ${formatDuration(leftMs).replace(/\.\d+ s/, ' s')} left`]),
  ];
  return (
    <div className={styles['progress']}>
      <Progress label={`Training of ${run.label}`} done={done} total={total} />
      <span className={styles['progressFacts']}>{facts.join(' \u00b7 ')}</span>
      {job ? <Button isSmall icon="close" onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button> : null}
      <span className={styles['progressNote']}>{job ? 'Cancel keeps the best weights so far.' : `Started by ${run.createdBy}; another window or device is training it.`} {run.config.patience === null ? '' : `Stops after ${formatPlural(run.config.patience, 'epoch')} without gain.`}</span>
    </div>
  );
}
