/** The form for a drift report: two versions, or one dataset cut into windows; says what will happen before it starts. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Dataset } from '../../shared/domain/datasets.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { useCommands } from '../app/command.ts';
import { runCommand } from '../app/commands.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { datasets as datasetsListing, useDatasets } from '../state/datasets.ts';
import { startDrift } from '../state/drift.ts';
import { openSample, useReadOnlyReason } from '../state/project.ts';
import { navigate, routes, useRoute } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { ColumnIcon } from '../ui/column-icon.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';
import { Checkbox, Segmented } from '../ui/toggles.tsx';
import { checkDriftDraft, comparableColumns, cutColumns, initialDraft, isTimed, partnerOf, timeColumn, type DriftDraft, type FoundVersion } from './drift-draft.ts';
import styles from './drift-new-page.module.css';

export function DriftNewPage(): ReactElement {
  const { query } = useRoute();
  const list = useDatasets();
  return (
    <PageFrame crumbs={[{ label: 'Drift', to: routes.drift() }]} title="Check drift">
      {list.status === 'loading' ? <Loading label="Reading the datasets" />
        : list.status === 'failed' ? <ErrorPanel title="The datasets could not be read" error={list.error} onRetry={() => void datasetsListing.reload()} />
          : list.value.length === 0 ? (
            <EmptyState icon="database" actions={<><Button kind="primary" icon="upload" onPress={() => runCommand('data.import')}>Import data</Button><Button onPress={() => void attempt(openSample)}>Try with sample data</Button></>}>
              Drift compares data; import a dataset first.
            </EmptyState>
          ) : <DriftForm key={`${query['reference'] ?? ''} ${query['current'] ?? ''}`} datasets={list.value} wanted={{ reference: (query['reference'] ?? null) as VersionId | null, current: (query['current'] ?? null) as VersionId | null }} />}
    </PageFrame>
  );
}

function DriftForm({ datasets, wanted }: { readonly datasets: readonly Dataset[]; readonly wanted: { readonly reference: VersionId | null; readonly current: VersionId | null } }): ReactElement {
  const readOnly = useReadOnlyReason();
  const versions = useMemo((): readonly FoundVersion[] => datasets.flatMap((dataset) => [...dataset.versions].reverse().map((version) => ({ dataset, version }))), [datasets]);
  const [draft, setDraft] = useState(() => initialDraft(versions, wanted));
  const [showsErrors, setShowsErrors] = useState(false);
  const [isStarting, setIsStarting] = useState(false);
  const find = (id: VersionId | null) => versions.find((one) => one.version.id === id) ?? null;
  const reference = find(draft.reference);
  const current = find(draft.current);
  const { errors, spec, name } = checkDriftDraft(draft, reference, current);
  const comparable = comparableColumns(draft, reference?.version ?? null, current?.version ?? null);
  const change = (part: Partial<DriftDraft>) => setDraft((before) => ({ ...before, ...part }));
  const shown = showsErrors ? errors : {};
  const options = versions.map(({ dataset, version }) => ({ value: version.id as string, label: `${dataset.name} v${version.number}`, end: formatPlural(version.rowCount, 'row') }));
  const timed = isTimed(reference?.version ?? null, draft.cutBy);
  const chooseReference = (id: string) => {
    const next = find(id as VersionId);
    const shares = comparableColumns({ ...draft, kind: 'two-versions' }, next?.version ?? null, current?.version ?? null).length > 0 && current?.version.id !== id;
    change({ reference: id as VersionId, left: new Set(), cutBy: next ? timeColumn(next.version)?.name ?? null : null, ...(shares ? {} : { current: partnerOf(versions, next)?.version.id ?? null }) });
  };
  const start = async () => {
    setShowsErrors(true);
    if (!spec || isStarting) return;
    setIsStarting(true);
    await attempt(async () => {
      const { reportId } = await startDrift(name.slice(0, 120), spec);
      navigate(routes.report(reportId));
    });
    setIsStarting(false);
  };
  useCommands([{ id: 'drift.start', label: 'Start the comparison', keys: 'mod+enter', icon: 'pulse', run: start, disabledReason: () => readOnly }]);
  return (
    <div className={styles['layout']}>
      <div className={styles['form']}>
        <section className={styles['section']} aria-label="What to compare">
          <h2>What to compare</h2>
          <Segmented label="Kind of comparison" value={draft.kind} options={[{ value: 'two-versions', label: 'Two versions', icon: 'compare' }, { value: 'cut', label: 'One dataset over time', icon: 'calendar' }]} onChange={(kind) => change({ kind })} />
          {draft.kind === 'two-versions' ? (
            <div className={styles['fields']}>
              <Select label="Reference" value={draft.reference as string | null} options={options} error={shown.reference} hint="What is known to be good, as the training data" onChange={(id) => chooseReference(id)} />
              <Select label="Current" value={draft.current as string | null} options={options} error={shown.current ?? (current === null && partnerOf(versions, reference) === null ? 'No other dataset has a column of the same name.' : undefined)} hint="What came later" onChange={(id) => change({ current: id as VersionId, left: new Set() })} />
            </div>
          ) : (
            <div className={styles['fields']}>
              <Select label="Dataset" value={draft.reference as string | null} options={options} error={shown.reference} onChange={chooseReference} />
              <Select label="Cut by" value={draft.cutBy} placeholder="Choose a column" error={shown.cutBy} options={reference ? cutColumns(reference.version).map((column) => ({ value: column.name, label: column.name, end: column.type })) : []} onChange={(cutBy) => change({ cutBy })} />
              {timed ? <Select label="Into" value={draft.period} options={[{ value: 'day', label: 'Days' }, { value: 'week', label: 'Weeks' }, { value: 'month', label: 'Months' }]} onChange={(period) => change({ period })} /> : null}
              <TextField label="Reference windows" inputMode="numeric" value={draft.referenceWindows} error={shown.referenceWindows} unit={timed ? `first ${draft.period}s` : 'first values'} hint="The rest is compared with these" onChange={(referenceWindows) => change({ referenceWindows })} />
            </div>
          )}
        </section>
        <section className={styles['section']} aria-label="Columns">
          <div className={styles['head']}>
            <h2>Columns</h2><span className="muted">{formatCount(comparable.filter((column) => !draft.left.has(column.name)).length)} of {formatCount(comparable.length)}</span><span className={styles['spacer']} />
            <Button kind="ghost" isSmall onPress={() => change({ left: new Set() })}>All</Button>
            <Button kind="ghost" isSmall onPress={() => change({ left: new Set(comparable.map((column) => column.name)) })}>None</Button>
          </div>
          {errors.columns && (showsErrors || comparable.length === 0) ? <p className={styles['error']} role="alert"><Icon name="error" size={12} />{errors.columns}</p> : null}
          <ul className={styles['columns']} aria-label="Columns to compare">
            {comparable.map((column) => (
              <li key={column.name}>
                <Checkbox
                  isSelected={!draft.left.has(column.name)}
                  onChange={(on) => { const left = new Set(draft.left); if (on) left.delete(column.name); else left.add(column.name); change({ left }); }}
                ><span className={styles['name']}><ColumnIcon type={column.type} /><span className="ellipsis" title={column.name}>{column.name}</span></span></Checkbox>
              </li>
            ))}
          </ul>
          <p className="muted small">Columns without a test of their own, such as free text, are skipped with the reason in the report.</p>
        </section>
      </div>
      <aside className={styles['summary']} aria-label="Summary">
        <TextField label="Name of the report" value={draft.name ?? name} onChange={(next) => change({ name: next })} error={showsErrors && name === '' ? 'Give the report a name.' : null} />
        <p>{describe(draft, reference, current, timed)}</p>
        <p className="muted small">Each column gets the test that suits its type and row count: Kolmogorov{'\u2013'}Smirnov, chi-square or a z-test below 1,000 reference rows, else Wasserstein or Jensen{'\u2013'}Shannon distance.</p>
        <Button kind="primary" icon="pulse" keys="mod+enter" disabledReason={readOnly} isPending={isStarting} onPress={() => void start()}>Check drift</Button>
      </aside>
    </div>
  );
}

function describe(draft: DriftDraft, reference: FoundVersion | null, current: FoundVersion | null, timed: boolean): string {
  if (!reference) return 'Choose the data to compare.';
  if (draft.kind === 'two-versions') return current ? `Compares ${formatPlural(current.version.rowCount, 'row')} of ${current.dataset.name} v${current.version.number} with ${formatPlural(reference.version.rowCount, 'row')} of ${reference.dataset.name} v${reference.version.number}.` : 'Choose what to compare with the reference.';
  if (draft.cutBy === null) return 'Choose the column to cut by.';
  const count = Number(draft.referenceWindows);
  const one = timed ? draft.period : `value of ${draft.cutBy}`;
  return `Cuts ${formatPlural(reference.version.rowCount, 'row')} of ${reference.dataset.name} v${reference.version.number} into one window a ${one}, and compares each with the first ${count > 1 ? `${count} windows` : 'one'}.`;
}
