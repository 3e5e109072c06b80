/** Diagnostics: the hash that two people compare, what the project holds, what is wrong, and a check of every file. */
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { Diagnostics } from '../../shared/contract/project.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { VerifyReport } from '../../shared/domain/verify.ts';
import { AppError, type Failure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { Problem } from '../app/sync-panel.tsx';
import { cancelJob, hasEnded, useJobs } from '../state/jobs.ts';
import { valueOr } from '../state/loadable.ts';
import { useNow } from '../state/now.ts';
import { useRoute } from '../state/route.ts';
import { useSync } from '../state/sync-status.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { formatBytes, formatCount, formatHash, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Facts } from '../ui/inspector.tsx';
import { describeProgress, Progress } from '../ui/progress.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { verifySentence, verifyTone } from './verify-words.ts';
import styles from './settings-health.module.css';

/** A whole pass over the index answers it, so it is asked again only when things have been quiet for a moment. */
const settleMs = 1000;

export function Health(): ReactElement {
  const diagnostics = useCall('project.diagnose', {});
  const status = useSync((state) => valueOr(state.status, null));
  const { reload } = diagnostics;
  const section = useRef<HTMLElement>(null);
  const isWanted = useRoute(({ query }) => query['part'] === 'diagnostics');
  // What is above grows while it is read, so the place is found again once this part has its own size.
  const isReady = diagnostics.state.status === 'ready';
  useEffect(() => { if (isWanted) section.current?.scrollIntoView({ block: 'start' }); }, [isWanted, isReady]);
  useEffect(() => {
    const timer = setTimeout(reload, settleMs);
    return () => clearTimeout(timer);
  }, [status, reload]);
  return (
    <section ref={section} aria-labelledby="diagnostics" className={styles['health']}>
      <h2 id="diagnostics">Diagnostics</h2>
      {diagnostics.state.status === 'loading' ? <Loading label="Reading the whole state" rows={4} />
        : diagnostics.state.status === 'failed' ? <ErrorPanel isInline error={diagnostics.state.error} onRetry={reload} />
          : <Found diagnostics={diagnostics.state.value} />}
      <Verify />
      <Heads />
    </section>
  );
}

function Found({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactElement {
  const { problems, stateHash, countsByType, unpublishedCount } = diagnostics;
  const held = countsByType.filter(({ count }) => count > 0).map(({ type, count }) => formatPlural(count, typeWords[type] ?? type));
  return (
    <>
      <div className={styles['hash']}>
        <span className={styles['short']}>{formatHash(stateHash, 2)}</span>
        <p className="muted">The state. Two computers that read the same eight characters hold exactly the same project. <CopyText value={stateHash} shown="Copy all 64" label="the hash of the whole state" /></p>
      </div>
      <Facts facts={[
        { term: 'Holds', value: held.length === 0 ? 'nothing yet' : held.join(', ') },
        { term: 'Events', value: `${formatCount(diagnostics.eventCount)}${unpublishedCount === 0 ? '' : `, ${formatCount(unpublishedCount)} of them not yet in the folder`}` },
        { term: 'Log', value: `${formatPlural(diagnostics.segmentCount, 'file')}, ${formatBytes(diagnostics.logSizeBytes)}` },
        { term: 'Contents', value: `${formatPlural(diagnostics.objectCount, 'file')}, ${formatBytes(Math.max(0, diagnostics.sizeBytes - diagnostics.logSizeBytes))}` },
        { term: 'Files', value: problems.length === 0 ? <StatusLabel tone="ok">No problems</StatusLabel> : <StatusLabel tone="warn">{formatPlural(problems.length, 'problem')}</StatusLabel> },
      ]} />
      {problems.length === 0 ? null : <ul className={styles['problems']}>{problems.map((problem) => <Problem key={`${problem.file} ${problem.what}`} problem={problem} />)}</ul>}
    </>
  );
}

const typeWords: Readonly<Record<string, string>> = { version: 'dataset version', report: 'drift report' };

function Verify(): ReactElement {
  const [jobId, setJobId] = useState<JobId | null>(null);
  const job = useJobs((state) => (jobId === null ? latestCheck(state.jobs) : state.jobs[jobId] ?? null));
  const isRunning = job !== null && !hasEnded(job);
  const report = job?.status === 'done' ? VerifyReport.safeParse(job.outcome) : null;
  const verify = () => { void attempt(async () => setJobId((await call('project.verify', {})).jobId)); };
  return (
    <div className={styles['verify']}>
      <div className={styles['line']}>
        <Button icon="shield" isPending={isRunning} onPress={verify}>Verify project now</Button>
        {isRunning ? <Running job={job} /> : <span className="muted">Reads every file again and checks all hashes, signatures and chains.</span>}
      </div>
      {job?.status === 'cancelled' ? <p className="muted" role="status">The check was cancelled; it had found nothing to say yet.</p> : null}
      {job?.status === 'failed' && job.error ? <ErrorPanel isInline error={new AppError(job.error as Failure).failure} onRetry={verify} /> : null}
      {report?.success ? <Verdict report={report.data} /> : null}
    </div>
  );
}

/** A check that was begun before the page was opened, or in another window. */
function latestCheck(jobs: Readonly<Record<string, Job>>): Job | null {
  const checks = Object.values(jobs).filter((job) => job.kind === 'verify' && job.subject['projectId'] !== undefined);
  return checks.sort((a, b) => b.startedAtMs - a.startedAtMs)[0] ?? null;
}

function Running({ job }: { readonly job: Job }): ReactElement {
  const nowMs = useNow(500);
  return (
    <span className={styles['running']}>
      <Progress label={job.title} done={job.done} total={job.total} isThin />
      <span className="muted">{job.total === null ? job.step : describeProgress({ done: job.done, total: job.total, unit: job.unit, elapsedMs: nowMs - job.startedAtMs })}</span>
      <Button kind="ghost" isSmall onPress={() => { void attempt(() => cancelJob(job.id)); }}>Cancel</Button>
    </span>
  );
}

function Verdict({ report }: { readonly report: VerifyReport }): ReactElement {
  return (
    <div className={styles['verdict']} role="status">
      <StatusLabel tone={verifyTone(report)}>{verifySentence(report)}</StatusLabel>
      {report.findings.length === 0 ? null : (
        <ul className={styles['findings']}>
          {report.findings.map((finding) => <li key={`${finding.file} ${finding.what}`}><Icon name="warning" size={12} /><span className="mono selectable">{finding.file}</span><span>{finding.what}</span></li>)}
        </ul>
      )}
    </div>
  );
}

/** How far each session is here, on demand: where two computers differ, this says what one of them lacks. */
function Heads(): ReactElement {
  const [isShown, setIsShown] = useState(false);
  const { state, reload } = useCall('project.heads', isShown ? {} : null);
  if (!isShown) return <div><Button kind="ghost" icon="list" onPress={() => setIsShown(true)}>Show how far each session is here</Button></div>;
  if (state.status === 'loading') return <Loading label="Reading the sessions" rows={3} />;
  if (state.status === 'failed') return <ErrorPanel isInline error={state.error} onRetry={reload} />;
  return (
    <table className={styles['heads']}>
      <caption className="visually-hidden">Sessions and how far each is here without a gap</caption>
      <thead><tr><th scope="col">Person</th><th scope="col">Device</th><th scope="col">Session</th><th scope="col">Records</th><th scope="col">Last record</th></tr></thead>
      <tbody>
        {state.value.map((head) => (
          <tr key={`${head.device} ${head.session}`}>
            <td>{head.person}</td><td className="mono" title={head.device}>{head.device.slice(0, 8)}</td><td className="mono" title={head.session}>{head.session.slice(0, 10)}</td>
            <td className={styles['number']}>{formatCount(head.n + 1)}</td><td className="mono" title={head.hash}>{formatHash(head.hash, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
