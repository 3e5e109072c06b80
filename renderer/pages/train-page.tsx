/** The form for a new run: what to predict from what, with which model; says in a sentence what will happen before it starts. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Dataset } from '../../shared/domain/datasets.ts';
import type { RunId, VersionId } from '../../shared/domain/ids.ts';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { datasets as datasetsListing, findVersion, latestVersion, useDatasets } from '../state/datasets.ts';
import { openSample, useReadOnlyReason } from '../state/project.ts';
import { navigate, routes, useRoute } from '../state/route.ts';
import { startTraining, useRuns } from '../state/runs.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt } from '../ui/toast.tsx';
import { checkDraft, draftOf, type TrainDraft } from './train-draft.ts';
import { TrainFeatures } from './train-features.tsx';
import { typeIcons } from './train-hints.ts';
import { ModelSection, SplitSection, TrainingSection } from './train-sections.tsx';
import { TrainSummary } from './train-summary.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './train-page.module.css';

/** How many columns are offered as buttons; the select has them all. */
const candidatesShown = 24;

export function TrainPage(): ReactElement {
  const { query } = useRoute();
  const list = useDatasets();
  const runs = useRuns();
  const from = query['from'] as RunId | undefined;
  const source = from !== undefined && runs.status === 'ready' ? runs.value.find((run) => run.id === from) ?? null : null;
  const isWaiting = list.status === 'loading' || (from !== undefined && runs.status === 'loading');
  const crumbs = [{ label: 'Runs', to: routes.runs() }];
  return (
    <PageFrame crumbs={crumbs} title={source ? `Variant of ${source.label}` : 'New run'}>
      {isWaiting ? <Loading label="Reading the datasets" />
        : list.status === 'failed' ? <ErrorPanel title="The datasets could not be read" error={list.error} onRetry={() => void datasetsListing.reload()} />
        : list.value.length === 0 ? (
          <EmptyState icon="database" actions={<><Button kind="primary" icon="upload" onPress={() => navigate(routes.import())}>Import data</Button><Button onPress={() => void attempt(openSample)}>Try with sample data</Button></>}>
            Training needs a dataset; import one first.
          </EmptyState>
        ) : <TrainForm key={`${query['version'] ?? ''} ${source?.id ?? ''}`} datasets={list.value} wanted={(query['version'] ?? source?.config.versionId ?? null) as VersionId | null} initial={source ? draftOf(source.config, '') : null} />}
    </PageFrame>
  );
}

interface TrainFormProps {
  readonly datasets: readonly Dataset[];
  readonly wanted: VersionId | null;
  readonly initial: TrainDraft | null;
}

function TrainForm({ datasets, wanted, initial }: TrainFormProps): ReactElement {
  const readOnly = useReadOnlyReason();
  const found = wanted === null ? null : findVersion(datasets, wanted);
  const [versionId, setVersionId] = useState<VersionId | null>(found?.version.id ?? (datasets[0] ? latestVersion(datasets[0]).id : null));
  const chosen = versionId === null ? null : findVersion(datasets, versionId);
  const isVariant = initial !== null && initial.versionId === versionId;
  const [target, setTarget] = useState<string | null>(isVariant ? initial.target : null);
  const [draft, setDraft] = useState<TrainDraft | null>(isVariant ? initial : null);
  const [isStarting, setIsStarting] = useState(false);
  const [showsErrors, setShowsErrors] = useState(false);
  const profile = useCall('datasets.profile', versionId === null ? null : { versionId });
  const profiles = profile.state.status === 'ready' ? profile.state.value : null;
  const needsSuggestion = versionId !== null && target !== null && draft?.target !== target;
  const suggestion = useCall('runs.suggest', needsSuggestion ? { versionId, target } : null);
  useEffect(() => {
    if (needsSuggestion && suggestion.state.status === 'ready' && suggestion.state.value.target === target) setDraft(draftOf(suggestion.state.value, draft?.name ?? ''));
  }, [needsSuggestion, suggestion.state, target, draft?.name]);

  const checked = useMemo(() => (draft && chosen ? checkDraft(draft, chosen.version, profiles) : null), [draft, chosen, profiles]);
  const change = (part: Partial<TrainDraft>) => setDraft((before) => (before ? { ...before, ...part } : before));
  const start = async () => {
    setShowsErrors(true);
    if (!checked?.config || !draft || isStarting) return;
    setIsStarting(true);
    const { config } = checked;
    await attempt(async () => {
      const { runId } = await startTraining(config, draft.name);
      navigate(routes.run(runId));
    });
    setIsStarting(false);
  };
  useCommands([{ id: 'train.start', label: 'Start training', keys: 'mod+enter', icon: 'play', run: start, disabledReason: () => readOnly ?? (draft ? null : 'Choose a target first.') }]);
  const chooseVersion = (id: VersionId) => { setVersionId(id); setTarget(null); setDraft(null); };
  if (!chosen) return <EmptyState icon="database">This version is no longer in the project.</EmptyState>;
  const { dataset, version } = chosen;
  return (
    <div className={styles['layout']}>
      <div className={styles['form']}>
        <section className={styles['section']} aria-label="Data and target">
          <div className={styles['sectionHead']}><h2>Data and target</h2></div>
          <div className={styles['fields']}>
            <Select
              label="Dataset" value={dataset.id as string} onChange={(id) => { const next = datasets.find((one) => one.id === id); if (next) chooseVersion(latestVersion(next).id); }}
              options={datasets.map((one) => ({ value: one.id as string, label: one.name, end: formatPlural(latestVersion(one).rowCount, 'row') }))}
            />
            <Select
              label="Version" value={version.id as string} onChange={(id) => chooseVersion(id as VersionId)} hint={`${formatCount(version.rowCount)} rows, ${formatPlural(version.columns.length, 'column')}`}
              options={[...dataset.versions].reverse().map((one, index) => ({ value: one.id as string, label: `v${one.number}${index === 0 ? ', latest' : ''}`, end: formatPlural(one.rowCount, 'row') }))}
            />
            <Select
              label="Target: the column to predict" value={target} placeholder="Choose a column" onChange={setTarget} error={showsErrors ? checked?.errors.target : undefined}
              options={version.columns.map((column) => ({ value: column.name, label: column.name, end: column.type }))}
            />
          </div>
        </section>
        {draft && checked && draft.target === target ? (
          <>
            <TrainFeatures draft={draft} version={version} profiles={profiles} error={checked.errors.features ?? null} onChange={change} />
            <ModelSection draft={draft} errors={checked.errors} onChange={change} />
            <SplitSection draft={draft} errors={checked.errors} version={version} onChange={change} />
            <TrainingSection draft={draft} errors={checked.errors} onChange={change} />
          </>
        ) : target === null ? (
          <div className={styles['choose']}>
            <p className="muted">Choose the column to predict; everything else gets a value that usually works, and you can change it.</p>
            <ul className={styles['candidates']}>
              {version.columns.slice(0, candidatesShown).map((column) => (
                <li key={column.name}><button type="button" className={styles['candidate']} onClick={() => setTarget(column.name)}><Icon name={typeIcons[column.type]} /><span className="ellipsis">{column.name}</span></button></li>
              ))}
              {version.columns.length > candidatesShown ? <li className={styles['moreCandidates']}>and {formatCount(version.columns.length - candidatesShown)} more in the list above</li> : null}
            </ul>
          </div>
        ) : suggestion.state.status === 'failed' ? <ErrorPanel isInline title="No settings could be suggested" error={suggestion.state.error} onRetry={suggestion.reload} /> : <Loading label="Looking at the columns" rows={5} />}
      </div>
      {draft && checked && draft.target === target ? (
        <TrainSummary
          draft={draft} checked={checked} datasetName={dataset.name} version={version} profiles={profiles} readOnly={readOnly} isStarting={isStarting}
          onName={(name) => change({ name })} onStart={() => void start()}
        />
      ) : null}
    </div>
  );
}
