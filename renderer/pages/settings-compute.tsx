/** What this computer can train on: each provider with why not, or how it did in its check, and the check itself. */
import { useEffect, type ReactElement } from 'react';
import type { Job } from '../../shared/domain/jobs.ts';
import type { ProviderStatus } from '../../shared/domain/providers.ts';
import { workloadNames } from '../../shared/domain/providers.ts';
import { call } from '../api.ts';
import { cancelJob, hasEnded, onJobEnd, useJobs } from '../state/jobs.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatExact, formatNumber } from '../ui/format.ts';
import { Progress } from '../ui/progress.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { checkDetails, checkedSentence, differenceOf, speedShares, statusOf, workloadTitles } from './provider-words.ts';
import styles from './settings-compute.module.css';

export function Compute(): ReactElement {
  const { state, reload } = useCall('providers.list', {});
  const job = useJobs(({ jobs }) => Object.values(jobs).find((each) => each.kind === 'check' && !hasEnded(each)) ?? null);
  useEffect(() => onJobEnd((ended) => { if (ended.kind === 'check') reload(); }), [reload]);
  return (
    <section aria-labelledby="compute">
      <div className={styles['head']}>
        <h2 id="compute">Compute</h2>
        <Button icon="pulse" isPending={job !== null} onPress={() => { void attempt(() => call('providers.check', {})); }}>Check providers</Button>
      </div>
      <p className={styles['note']}>A run names its provider. "auto" takes the one that trained a similar network fastest here, of those that gave the CPU's numbers. Speeds are rows of training per second.</p>
      {job ? <CheckProgress job={job} /> : null}
      {state.status === 'loading' ? <Loading label="Trying each provider" />
        : state.status === 'failed' ? <ErrorPanel isInline error={state.error} onRetry={reload} />
          : <><ProviderTable statuses={state.value} /><p className={styles['note']}>{checkedSentence(state.value)}</p></>}
    </section>
  );
}

function CheckProgress({ job }: { readonly job: Job }): ReactElement {
  return (
    <div className={styles['progress']}>
      <Progress label="Check of the providers" done={job.done} total={job.total} />
      <span>{job.step}</span>
      <Button isSmall icon="close" onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button>
    </div>
  );
}

function ProviderTable({ statuses }: { readonly statuses: readonly ProviderStatus[] }): ReactElement {
  return (
    <table className={styles['table']}>
      <caption className="visually-hidden">Providers, their status, and their speed in rows per second of training</caption>
      <thead>
        <tr>
          <th scope="col">Provider</th><th scope="col">Status</th>
          {workloadNames.map((name) => <th key={name} scope="col" title={workloadTitles[name].hint}>{workloadTitles[name].title}</th>)}
        </tr>
      </thead>
      <tbody>{statuses.map((status) => <ProviderRow key={status.name} status={status} statuses={statuses} />)}</tbody>
    </table>
  );
}

function ProviderRow({ status, statuses }: { readonly status: ProviderStatus; readonly statuses: readonly ProviderStatus[] }): ReactElement {
  const { tone, word } = statusOf(status);
  const why = [status.reason ?? status.measurement?.failure, status.fix].filter(Boolean);
  const difference = differenceOf(status);
  return (
    <>
      <tr data-part="main">
        <th scope="row">{status.title}</th>
        <td><StatusLabel tone={tone}>{word}</StatusLabel></td>
        {status.measurement?.hasPassed
          ? speedShares(statuses, status).map(({ workload, rowsPerSecond, share }) => <td key={workload}><Speed rowsPerSecond={rowsPerSecond} share={share} /></td>)
          : <td colSpan={workloadNames.length} className="selectable">{why[0] ?? status.device ?? ''}</td>}
      </tr>
      <tr data-part="more">
        <td colSpan={2} />
        <td colSpan={workloadNames.length} className="selectable" title={checkDetails(status)}>
          {status.measurement?.hasPassed ? [status.device, difference].filter(Boolean).join(' \u00b7 ') : why[1] ?? ''}
        </td>
      </tr>
    </>
  );
}

function Speed({ rowsPerSecond, share }: { readonly rowsPerSecond: number | null; readonly share: number }): ReactElement {
  if (rowsPerSecond === null) return <span className="muted">{'\u2013'}</span>;
  return (
    <span className={styles['speed']} title={`${formatExact(rowsPerSecond)} rows/s`}>
      <span className={styles['bar']} aria-hidden><span style={{ transform: `scaleX(${share})` }} /></span>
      <span>{rowsPerSecond >= 1000 ? formatCount(Math.round(rowsPerSecond)) : formatNumber(rowsPerSecond)}</span>
    </span>
  );
}
