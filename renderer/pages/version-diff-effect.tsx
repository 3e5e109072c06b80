/** What the change does to a model: predicts on both versions and shows which rows come out otherwise. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Cell } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { ModelEffect, type ChangedPrediction, type DiffSpec, type VersionDiff } from '../../shared/domain/version-diff.ts';
import { AppError, failureOf, type Failure } from '../../shared/errors.ts';
import { cancelJob, hasEnded } from '../state/jobs.ts';
import { valueOr } from '../state/loadable.ts';
import { useModels } from '../state/models.ts';
import { missingFor } from '../state/predictions.ts';
import { startEffect, useEffectJob } from '../state/version-diff.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Progress } from '../ui/progress.tsx';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorPanel } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { formatCell } from './column-words.ts';
import { describeEffect } from './version-diff-words.ts';
import styles from './version-diff.module.css';

export interface DiffEffectProps {
  readonly spec: DiffSpec;
  readonly diff: VersionDiff;
  readonly before: DatasetVersion;
  readonly after: DatasetVersion;
}

export function DiffEffect({ spec, diff, before, after }: DiffEffectProps): ReactElement {
  const models = valueOr(useModels(), []);
  const [chosen, setChosen] = useState<string | null>(null);
  const options = models.map((model) => ({ model, missing: [...missingFor(model, before.columns), ...missingFor(model, after.columns)][0] ?? null }));
  const picked = options.find(({ model }) => model.id === chosen) ?? options.find(({ missing }) => missing === null) ?? options[0] ?? null;
  const job = useEffectJob(spec, picked?.model.id ?? null);
  const effect = useMemo(() => (job?.status === 'done' ? ModelEffect.safeParse(job.outcome) : null), [job]);
  if (diff.match.kind !== 'key') return <EmptyState icon="key">No row of one version can be found in the other without a key. Choose columns under "Rows matched by".</EmptyState>;
  if (!picked) return <EmptyState icon="cube">There is no model yet. Train one on either version and register it; then its predictions on both can be compared.</EmptyState>;
  const isRunning = job !== null && !hasEnded(job);
  const start = () => void attempt(() => startEffect(spec, picked.model.id));
  return (
    <section className={styles['effect']} aria-label="Effect on a model">
      <div className={styles['controls']}>
        <Select
          label="Model" isLabelHidden prefix="Model" className={styles['model'] ?? ''} value={picked.model.id} onChange={setChosen}
          options={options.map(({ model, missing }) => ({ value: model.id, label: model.name, description: missing ?? `predicts ${model.target}`, isDisabled: missing !== null }))}
        />
        <Button kind="primary" icon="play" disabledReason={picked.missing} isPending={isRunning} onPress={start}>Predict on both</Button>
        {isRunning ? null : <span className="muted small">Compares the predictions for each row that both versions have. Nothing is stored.</span>}
      </div>
      {isRunning && job ? <div className={styles['progress']}><Progress label={job.title} done={job.done} total={job.total} /><span>{job.step}</span><Button isSmall icon="close" onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button></div> : null}
      {job?.status === 'failed' ? <ErrorPanel isInline title="The predictions could not be compared" error={(job.error as Failure | null) ?? new AppError(failureOf('internal/unexpected', { message: job.title })).failure} onRetry={start} /> : null}
      {effect?.success ? <EffectResult effect={effect.data} /> : null}
    </section>
  );
}

function EffectResult({ effect }: { readonly effect: ModelEffect }): ReactElement {
  const columns = useMemo(() => predictionColumns(effect), [effect]);
  return (
    <>
      <p className={styles['finding']} role="status">{describeEffect(effect)}</p>
      {effect.matrix && effect.changedCount > 0 ? <FlipMatrix matrix={effect.matrix} target={effect.target} /> : null}
      {effect.rows.length === 0 ? null : (
        <>
          {effect.rows.length < effect.changedCount ? <span className="muted small">The first {formatPlural(effect.rows.length, 'row')} of {formatCount(effect.changedCount)}.</span> : null}
          <div className={styles['table']}><DataTable label="Predictions that change" rows={effect.rows} columns={columns} rowId={(row) => String(row.afterRow)} /></div>
        </>
      )}
    </>
  );
}

function FlipMatrix({ matrix, target }: { readonly matrix: NonNullable<ModelEffect['matrix']>; readonly target: string }): ReactElement {
  return (
    <div className={styles['matrixScroll']} tabIndex={0} role="region" aria-label="Predictions before and after">
      <table className={styles['matrix']}>
        <thead><tr><th scope="col">{target}: before \ after</th>{matrix.classes.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>
          {matrix.classes.map((name, i) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {matrix.classes.map((other, j) => <td key={other} data-flip={i !== j && (matrix.counts[i]?.[j] ?? 0) > 0} title={`${name} before, ${other} after`}>{formatCount(matrix.counts[i]?.[j] ?? 0)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function predictionColumns({ key, task, test }: ModelEffect): readonly DataColumn<ChangedPrediction>[] {
  const type = task === 'regression' ? 'number' : 'category';
  const align = task === 'regression' ? 'right' as const : 'left' as const;
  const sortable = (cell: Cell): string | number | null => (typeof cell === 'boolean' ? String(cell) : cell);
  return [
    ...key.map((name, index): DataColumn<ChangedPrediction> => ({ id: `key-${index}`, header: name, width: 160, value: (row) => sortable(row.key[index] ?? null) })),
    { id: 'before', header: 'Before', width: 140, align, value: (row) => sortable(row.before), cell: (row) => formatCell(row.before, type) },
    { id: 'after', header: 'After', width: 140, align, value: (row) => sortable(row.after), cell: (row) => formatCell(row.after, type) },
    ...(task === 'regression' ? [{ id: 'change', header: 'Change', width: 120, align, isDescendingFirst: true, value: (row: ChangedPrediction) => Number(row.after) - Number(row.before), cell: (row: ChangedPrediction) => formatCell(Number(row.after) - Number(row.before), 'number') }] : []),
    ...(test ? [{ id: 'part', header: 'Tested on', hint: 'Whether the row is in the test part of the run', width: 104, value: (row: ChangedPrediction) => (row.isTest ? 'yes' : 'no') }] : []),
    { id: 'row', header: 'Row', width: 96, isGrowing: true, value: (row) => row.afterRow + 1, cell: (row) => formatCount(row.afterRow + 1) },
  ];
}
