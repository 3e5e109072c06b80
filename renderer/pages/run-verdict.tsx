/** "Run again and verify": its progress, and the verdict with every difference named. */
import { useMemo, type ReactElement } from 'react';
import { RerunVerdict, type Run } from '../../shared/domain/runs.ts';
import { cancelJob, hasEnded, useJobs } from '../state/jobs.ts';
import { useNow } from '../state/now.ts';
import { Button } from '../ui/button.tsx';
import { formatDateTime } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { describeProgress, Progress } from '../ui/progress.tsx';
import { attempt } from '../ui/toast.tsx';
import styles from './run-page.module.css';

export function RunVerdict({ run }: { readonly run: Run }): ReactElement | null {
  const jobs = useJobs((state) => state.jobs);
  const job = useMemo(() => Object.values(jobs).filter((one) => one.kind === 'rerun' && one.subject['runId'] === run.id).sort((a, b) => b.startedAtMs - a.startedAtMs)[0], [jobs, run.id]);
  const nowMs = useNow(job !== undefined && !hasEnded(job) ? 1000 : 60_000);
  if (!job) return null;
  if (!hasEnded(job)) {
    return (
      <div className={styles['progress']}>
        <Progress label={`${run.label} runs again`} done={job.done} total={job.total} />
        <span className={styles['progressFacts']}>Running again with the recorded settings and data{' \u00b7 '}{describeProgress({ done: job.done, total: job.total, unit: job.unit, elapsedMs: Math.max(0, nowMs - job.startedAtMs) })}</span>
        <Button isSmall icon="close" onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button>
        <span className={styles['progressNote']}>Nothing of the run changes.</span>
      </div>
    );
  }
  if (job.status === 'failed') return <div className={styles['verdict']} data-kind="different" role="status"><Icon name="error" /><div><h2>It could not be run again</h2><p className="selectable">{job.error?.what}</p><p className="muted">{job.error?.fix}</p></div></div>;
  const verdict = RerunVerdict.safeParse(job.outcome);
  if (job.status !== 'done' || !verdict.success) return null;
  const when = job.endedAtMs === null ? '' : formatDateTime(job.endedAtMs);
  if (verdict.data.kind === 'bitwise-equal') {
    return (
      <div className={styles['verdict']} data-kind="equal" role="status">
        <Icon name="shield" />
        <div><h2>Bitwise equal</h2><p>Run again on {when}: graph, weights, exported model and every metric came out the same, bit for bit.</p></div>
      </div>
    );
  }
  return (
    <div className={styles['verdict']} data-kind="different" role="status">
      <Icon name="warning" />
      <div><h2>Different</h2><p>Run again on {when}; this differs:</p><ul className="selectable">{verdict.data.differences.map((difference) => <li key={difference}>{difference}</li>)}</ul></div>
    </div>
  );
}
