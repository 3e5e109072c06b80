/** One run: how it goes or went, what came out, and everything needed to do it again. */
import { useMemo, type ReactElement } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { failureOf } from '../../shared/errors.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { useJobOf } from '../state/jobs.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { removeRun, renameRun, restoreRun, resumeRun, runs as runsListing, useRuns } from '../state/runs.ts';
import { SeriesDot } from '../ui/chip.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { Button } from '../ui/button.tsx';
import { attempt } from '../ui/toast.tsx';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { RunActions } from './run-actions.tsx';
import { RunConfusion } from './run-confusion.tsx';
import { RunCurves } from './run-curves.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunMetrics } from './run-metrics.tsx';
import { RunNotes } from './run-notes.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunStatusLabel } from './run-status.tsx';
import { isExact } from './run-words.ts';
import { RunVerdict } from './run-verdict.tsx';
import { VersionsChip } from './versions-chip.tsx';
import styles from './run-page.module.css';

export function RunPage({ id }: { readonly id: string }): ReactElement {
  const list = useRuns();
  const run = useMemo(() => (list.status === 'ready' ? list.value.find((one) => one.id === id) ?? null : null), [list, id]);
  const crumbs = [{ label: 'Runs', to: routes.runs() }];
  if (list.status === 'loading') return <PageFrame crumbs={crumbs} title="Run"><Loading label="Reading the run" /></PageFrame>;
  if (list.status === 'failed') return <PageFrame crumbs={crumbs} title="Run"><ErrorPanel error={list.error} onRetry={() => void runsListing.reload()} /></PageFrame>;
  if (!run) {
    return (
      <PageFrame crumbs={crumbs} title="Run">
        <EmptyState icon="runs" actions={<Button onPress={() => navigate(routes.runs())}>All runs</Button>}>{failureOf('store/not-found', { kind: 'run', id }).what} It may have been removed.</EmptyState>
      </PageFrame>
    );
  }
  return <PageFrame crumbs={crumbs} title={`${run.label} ${run.name}`} actions={<RunActions run={run} onRemove={() => void remove(run)} />}><RunView run={run} /></PageFrame>;
}

async function remove(run: Run): Promise<void> {
  navigate(routes.runs());
  await attempt(() => removeRun(run.id), { done: `Removed ${run.label} ${run.name}`, undo: () => restoreRun(run.id) });
}

function RunView({ run }: { readonly run: Run }): ReactElement {
  const trainJob = useJobOf('runId', run.id);
  // What a run that goes on had when it was cut off is no result of what it does now.
  const result = run.status === 'running' ? null : run.result;
  const readOnly = useReadOnlyReason();
  return (
    <div className={styles['page']}>
      <header className={styles['header']}>
        <div className={styles['titleRow']}>
          <span className={styles['dot']}><SeriesDot colour={run.colour} /></span>
          <span className={styles['label']}>{run.label}</span>
          <InlineEdit label="Name of the run" value={run.name} isRequired isReadOnly={readOnly !== null} maxLength={120} className={styles['name']} onCommit={(name, basedOn) => void attempt(() => renameRun(run.id, name, basedOn))} />
          <VersionsChip entity={run.id} field="name" />
        </div>
        <div className={styles['status']}><RunStatusLabel run={run} /><RunSentence run={run} /></div>
      </header>
      {run.status === 'running' ? <RunProgress run={run} job={trainJob?.kind === 'train' ? trainJob : null} /> : null}
      {hasStopped(run) ? <RunStopped run={run} readOnly={readOnly} /> : null}
      <RunVerdict run={run} />
      <div className={styles['columns']}>
        <div className={styles['main']}>
          {isExact(run.config) && result ? null : <RunCurves run={run} />}
          {result ? <RunMetrics run={run} result={result} /> : null}
          {result?.confusion ? <RunConfusion matrix={result.confusion} /> : null}
        </div>
        <div className={styles['side']}>
          <RunNotes run={run} />
          <RunFacts run={run} />
        </div>
      </div>
    </div>
  );
}

function RunSentence({ run }: { readonly run: Run }): ReactElement {
  return (
    <span className="muted">
      predicts <b className={styles['strong']}>{run.config.target}</b> from{' '}
      <button type="button" className={styles['link']} onClick={() => navigate(routes.dataset(run.datasetId, { version: run.config.versionId }))}>{run.datasetName} v{run.versionNumber}</button>
    </span>
  );
}

function hasStopped({ status, failure }: Run): boolean {
  return failure !== null || status === 'cancelled' || status === 'interrupted';
}

/** Why it ended before its time, what was kept, and how to go on. */
function RunStopped({ run, readOnly }: { readonly run: Run; readonly readOnly: string | null }): ReactElement {
  const canResume = run.checkpoint !== null && run.status !== 'done' && run.status !== 'running';
  const kept = run.result ? 'The best weights so far are kept.' : 'Nothing was kept.';
  return (
    <div className={styles['failure']} data-status={run.status} role="status">
      <p className="selectable">{run.failure ?? `It was cancelled. ${kept}`}</p>
      <span className={styles['stoppedActions']}>
        {canResume ? <Button isSmall icon="play" disabledReason={readOnly} onPress={() => void attempt(() => resumeRun(run.id))}>Resume</Button> : null}
        <Button isSmall icon="trash" disabledReason={readOnly} onPress={() => void remove(run)}>Discard</Button>
        <Button isSmall icon="edit" onPress={() => navigate(routes.train({ from: run.id }))}>{run.status === 'failed' ? 'Change the settings and try again' : 'Change the settings'}</Button>
      </span>
    </div>
  );
}
