/** The profile of a version as a whole: the target, relations of columns, missing values, repeated rows, outliers and texts. */
import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import type { ColumnNote } from '../../shared/domain/column-notes.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { Relations } from '../../shared/domain/relations.ts';
import { AppError, failureOf, type Failure } from '../../shared/errors.ts';
import { cancelJob, hasEnded } from '../state/jobs.ts';
import { startRelations, useRelationsJob } from '../state/relations.ts';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import { EmptyState, ErrorPanel } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { DatasetMissing } from './dataset-missing.tsx';
import { DatasetOdd } from './dataset-odd.tsx';
import { DatasetRelations } from './dataset-relations.tsx';
import { DatasetTarget } from './dataset-target.tsx';
import styles from './dataset-profile.module.css';

export interface DatasetProfileProps {
  readonly version: DatasetVersion;
  readonly notes: readonly ColumnNote[];
}

export function DatasetProfile({ version, notes }: DatasetProfileProps): ReactElement {
  return (
    <div className={styles['page']}>
      <DatasetTarget version={version} notes={notes} />
      <Compared version={version} />
    </div>
  );
}

/** The job starts by itself where the version was not compared yet; one that was cancelled waits to be asked again. */
function Compared({ version }: { readonly version: DatasetVersion }): ReactElement {
  const job = useRelationsJob(version.id);
  const asked = useRef<string | null>(null);
  const start = () => { asked.current = version.id; void attempt(() => startRelations(version.id)); };
  const isNew = job === null && asked.current !== version.id;
  useEffect(() => { if (isNew) start(); });
  const relations = useMemo(() => (job?.status === 'done' ? Relations.safeParse(job.outcome) : null), [job]);
  if (job === null || !hasEnded(job)) {
    return (
      <div className={styles['progress']} role="status">
        <Progress label="Comparing the columns" done={job?.done ?? 0} total={job?.total ?? null} /><span>{job?.step ?? ''}</span>
        {job ? <Button isSmall icon="close" onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button> : null}
      </div>
    );
  }
  if (relations?.success) {
    return (
      <>
        <DatasetRelations key={version.id} relations={relations.data} />
        <DatasetMissing missing={relations.data.missing} rowCount={relations.data.rowCount} />
        <DatasetOdd relations={relations.data} />
      </>
    );
  }
  if (job.status === 'cancelled') return <EmptyState icon="columns" actions={<Button kind="primary" icon="play" onPress={start}>Compare the columns</Button>}>Comparing the columns was cancelled.</EmptyState>;
  return <ErrorPanel title="The columns could not be compared" error={(job.error as Failure | null) ?? new AppError(failureOf('internal/unexpected', { message: job.title })).failure} onRetry={start} />;
}
