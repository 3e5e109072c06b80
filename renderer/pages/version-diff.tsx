/** Two versions compared: a sentence, counts that filter, the columns, the rows that differ, and the effect on a model. */
import { useState, type ReactElement } from 'react';
import type { Dataset, DatasetVersion } from '../../shared/domain/datasets.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { describeDiff } from '../../shared/domain/version-diff-words.ts';
import type { DiffSpec, RowChange, VersionDiff as Diff } from '../../shared/domain/version-diff.ts';
import { findVersion } from '../state/datasets.ts';
import { cancelJob } from '../state/jobs.ts';
import { valueOr } from '../state/loadable.ts';
import { setQuery } from '../state/route.ts';
import { useCall } from '../state/use-call.ts';
import { useDiffJob } from '../state/version-diff.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { Segmented } from '../ui/toggles.tsx';
import { DiffColumns } from './version-diff-columns.tsx';
import { DiffEffect } from './version-diff-effect.tsx';
import { DiffRows } from './version-diff-rows.tsx';
import { describeMatch } from './version-diff-words.ts';
import styles from './version-diff.module.css';

export interface VersionDiffProps {
  readonly spec: DiffSpec;
  readonly datasets: readonly Dataset[];
  readonly onClose: () => void;
}

export function VersionDiff({ spec, datasets, onClose }: VersionDiffProps): ReactElement {
  const [part, setPart] = useState<'rows' | 'model'>('rows');
  const before = findVersion(datasets, spec.before);
  const after = findVersion(datasets, spec.after);
  const diff = useCall('versions.diff', before && after ? { spec } : null);
  const versions = datasets.flatMap((dataset) => [...dataset.versions].reverse().map((version) => ({ value: version.id, label: `${dataset.name} v${version.number}`, end: formatPlural(version.rowCount, 'row') })));
  const pick = (side: 'before' | 'after') => (id: VersionId) => { setQuery('key', null); setQuery(side, id); };
  return (
    <div className={styles['page']}>
      <div className={styles['bar']}>
        <Button kind="ghost" icon="chevron-left" onPress={onClose}>All versions</Button>
        <Select label="Older version" isLabelHidden value={spec.before} options={versions} onChange={pick('before')} />
        <Icon name="arrow-right" size={12} />
        <Select label="Newer version" isLabelHidden value={spec.after} options={versions} onChange={pick('after')} />
        {before && after ? <KeySelect spec={spec} before={before.version} after={after.version} diff={valueOr(diff.state, null)} /> : null}
        <span className={styles['spacer']} />
        <Segmented label="Show" value={part} options={[{ value: 'rows', label: 'Rows and columns', icon: 'table' }, { value: 'model', label: 'Effect on a model', icon: 'cube' }]} onChange={setPart} />
      </div>
      {!before || !after ? <EmptyState icon="database">One of the two versions is not in the project. Choose another.</EmptyState>
        : diff.state.status === 'loading' ? <Comparing spec={spec} />
        : diff.state.status === 'failed' && diff.state.error.code === 'job/cancelled' ? <EmptyState icon="compare" actions={<Button kind="primary" onPress={diff.reload}>Compare again</Button>}>The comparison was stopped.</EmptyState>
        : diff.state.status === 'failed' ? <ErrorPanel title="The versions could not be compared" error={diff.state.error} onRetry={diff.reload} actions={spec.key ? <Button onPress={() => setQuery('key', null)}>Let Assay choose the key</Button> : undefined} />
        : <Ready key={JSON.stringify(spec)} spec={spec} diff={diff.state.value} part={part} onPart={setPart} before={before.version} after={after.version} />}
    </div>
  );
}

/** Of large versions with what it does now, and a way to stop it. */
function Comparing({ spec }: { readonly spec: DiffSpec }): ReactElement {
  const job = useDiffJob(spec);
  if (job === null) return <Loading label="Comparing the versions" />;
  return (
    <div className={classNames(styles['progress'], styles['comparing'])}>
      <Progress label={job.title} done={job.done} total={job.total} /><span>{job.step}</span>
      <Button isSmall icon="close" onPress={() => void attempt(() => cancelJob(job.id))}>Cancel</Button>
    </div>
  );
}

interface ReadyProps {
  readonly spec: DiffSpec;
  readonly diff: Diff;
  readonly part: 'rows' | 'model';
  readonly onPart: (part: 'rows' | 'model') => void;
  readonly before: DatasetVersion;
  readonly after: DatasetVersion;
}

function Ready({ spec, diff, part, onPart, before, after }: ReadyProps): ReactElement {
  const [change, setChange] = useState<RowChange | null>(null);
  const [column, setColumn] = useState<string | null>(null);
  const shift = useCall('versions.shift', { spec });
  const tiles: readonly (readonly [RowChange, string])[] = [['added', 'rows added'], ['removed', 'rows removed'], ['changed', 'rows changed']];
  return (
    <>
      <div className={styles['summary']}>
        <div className={styles['words']}><p>{describeDiff(diff)}</p><span>{describeMatch(diff)}</span></div>
        <div className={styles['tiles']} role="group" aria-label="Rows to show">
          {tiles.map(([kind, words]) => (
            <button key={kind} type="button" className={styles['tile']} aria-pressed={part === 'rows' && change === kind} onClick={() => { onPart('rows'); setColumn(null); setChange(part === 'rows' && change === kind ? null : kind); }}><b>{formatCount(diff.rows[kind])}</b><small>{words}</small></button>
          ))}
          <span className={styles['tile']}><b>{formatCount(diff.cellCount)}</b><small>cells changed</small></span>
          <span className={styles['tile']}><b>{formatCount(diff.rows.unchanged)}</b><small>rows unchanged</small></span>
        </div>
      </div>
      {part === 'model' ? <DiffEffect spec={spec} diff={diff} before={before} after={after} /> : (
        <div className={styles['split']}>
          <DiffColumns columns={diff.columns} shifts={valueOr(shift.state, null)?.columns ?? []} selected={column} onSelect={(next) => { setChange(null); setColumn(next); }} />
          <DiffRows spec={spec} diff={diff} change={change} column={column} />
        </div>
      )}
    </>
  );
}

/** No name of a column begins with the end of a line. */
const [automatic, content] = ['\nautomatic', '\ncontent'];

/** Which column tells the rows apart; several are chosen one after the other. */
function KeySelect({ spec, before, after, diff }: { readonly spec: DiffSpec; readonly before: DatasetVersion; readonly after: DatasetVersion; readonly diff: Diff | null }): ReactElement {
  const shared = after.columns.filter(({ name }) => before.columns.some((column) => column.name === name)).map(({ name }) => name);
  const chosen = spec.key ?? [];
  const suggested = diff?.match.kind === 'key' && diff.match.isSuggested ? diff.match.columns.join(' and ') : null;
  const value = spec.key === null ? automatic : chosen.length === 0 ? content : chosen.join('\n');
  const options = [
    { value: automatic, label: suggested === null ? 'Chosen by Assay' : `${suggested} (suggested)` },
    ...(chosen.length > 0 ? [{ value, label: chosen.join(' and ') }] : []),
    { value: content, label: 'the whole content' },
    ...shared.filter((name) => !(chosen.length === 1 && chosen[0] === name)).map((name) => ({ value: name, label: name })),
    ...(chosen.length > 0 ? shared.filter((name) => !chosen.includes(name)).map((name) => ({ value: `${value}\n${name}`, label: `${chosen.join(' and ')} and ${name}` })) : []),
  ];
  return <Select label="Rows matched by" isLabelHidden prefix="Rows matched by" value={value} options={options} onChange={(next) => setQuery('key', next === automatic ? null : next === content ? '' : next)} />;
}
