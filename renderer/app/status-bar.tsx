/** The bottom line: project, where it is stored, that no network is used, and the work in progress with its Cancel. */
import type { ReactElement } from 'react';
import type { ProjectInfo } from '../../shared/contract/project.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { cancelJob, runningJobs, useJobs } from '../state/jobs.ts';
import { useNow } from '../state/now.ts';
import { IconButton } from '../ui/button.tsx';
import { formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { describeProgress, Progress } from '../ui/progress.tsx';
import { attempt } from '../ui/toast.tsx';
import { JobLink } from './job-notices.tsx';
import { SyncItem } from './sync-item.tsx';
import styles from './status-bar.module.css';

export function StatusBar({ project }: { readonly project: ProjectInfo | null }): ReactElement {
  const jobs = useJobs((state) => state.jobs);
  const running = runningJobs(jobs);
  const first = running[0];
  return (
    <footer className={styles['bar']} aria-label="Status">
      {project ? (
        <>
          <span className={styles['name']} title={project.folder}>{project.name}</span>
          <SyncItem />
        </>
      ) : null}
      <span className={styles['item']}><Icon name="offline" />No network used</span>
      <span className={styles['space']} />
      {first ? <RunningJob job={first} /> : null}
      {running.length > 1 ? <span className={styles['item']}>and {running.length - 1} more</span> : null}
      {project ? <span className={styles['item']} title="Size of the project folder"><Icon name="disk" />{formatBytes(project.sizeBytes)}</span> : null}
    </footer>
  );
}

function RunningJob({ job }: { readonly job: Job }): ReactElement {
  const nowMs = useNow(1000);
  const progress = describeProgress({ done: job.done, total: job.total, unit: job.unit, elapsedMs: nowMs - job.startedAtMs });
  return (
    <span className={styles['job']}>
      <JobLink job={job} className={styles['jobTitle']} />
      <span className={styles['track']}><Progress label={job.title} done={job.done} total={job.total} isThin /></span>
      <span className="ellipsis">{job.status === 'queued' ? 'waiting' : job.total === null ? job.step : progress}</span>
      <IconButton icon="close" label={`Cancel: ${job.title}`} isSmall onPress={() => { void attempt(() => cancelJob(job.id)); }} />
    </span>
  );
}
