/** "Run again and verify": its progress, and the verdict with every difference named. */
import { useMemo, type ReactElement } from 'react';
import { verdictWords } from '../../shared/domain/rerun-words.ts';
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
  const { title, sentences } = verdictWords(verdict.data);
  const isEqual = verdict.data.kind !== 'different';
  return (
    <div className={styles['verdict']} data-kind={isEqual ? 'equal' : 'different'} role="status">
      <Icon name={isEqual ? 'shield' : 'warning'} />
      <div>
        <h2>{title}</h2>
        {sentences.length === 1 ? <p className="selectable">{sentences[0]}</p> : <ul className="selectable">{sentences.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>}
        {job.endedAtMs === null ? null : <p className="muted small">Run again on {formatDateTime(job.endedAtMs)} with the recorded settings and data.</p>}
      </div>
    </div>
  );
}
