/** The status of a run as icon and word; a running one says how far it is. */
import type { ReactElement } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { useJobOf } from '../state/jobs.ts';
import { StatusLabel, statusTones } from '../ui/status-label.tsx';

export function RunStatusLabel({ run }: { readonly run: Run }): ReactElement {
  const job = useJobOf('runId', run.id);
  const { tone, word } = statusTones[run.status];
  const progress = run.status === 'running' && job?.kind === 'train' && job.total !== null ? ` ${Math.floor(job.done)}/${job.total}` : '';
  return <StatusLabel tone={tone} {...(run.failure ? { title: run.failure } : {})}>{word}{progress}</StatusLabel>;
}
