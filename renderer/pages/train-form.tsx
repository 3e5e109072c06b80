/** The form itself: the draft of a configuration, its sections, and the start. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Dataset } from '../../shared/domain/datasets.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import type { ModelKind } from '../../shared/domain/train-config.ts';
import { noteOf } from '../../shared/domain/column-notes.ts';
import { useCommands } from '../app/command.ts';
import { underPolicies } from '../app/under-policies.tsx';
import { findVersion, latestVersion } from '../state/datasets.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { runAsFile, startTraining } from '../state/runs.ts';
import { useKindSuggestions } from '../state/suggestions.ts';
import { useCall } from '../state/use-call.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt, showToast } from '../ui/toast.tsx';
import { Segmented } from '../ui/toggles.tsx';
import { ComputeSection } from './train-compute.tsx';
import { DataSection, TargetChoice } from './train-data.tsx';
import { carryOver, checkDraft, draftOf, withChoice, withText, type TrainDraft } from './train-draft.ts';
import { TrainFeatures } from './train-features.tsx';
import { forecast } from './train-forecast.ts';
import { FineTuneFields } from './train-import.tsx';
import { Section, type TrainForm as Form } from './train-inputs.tsx';
import { TrainKindList } from './train-kind-list.tsx';
import { LossSection } from './train-loss.tsx';
import { ModelFields } from './train-model.tsx';
import { OptimizerSection } from './train-optimizer.tsx';
import { RegularisationSection } from './train-regularisation.tsx';
import { suitsTask } from './train-rules.ts';
import { SplitSection } from './train-split.tsx';
import { TrainSummary } from './train-summary.tsx';
import styles from './train-page.module.css';

export interface TrainFormProps {
  readonly datasets: readonly Dataset[];
  readonly wanted: VersionId | null;
  /** The settings of a run to vary. */
  readonly initial: TrainDraft | null;
}

export function TrainForm({ datasets, wanted, initial }: TrainFormProps): ReactElement {
  const readOnlyReason = useReadOnlyReason();
  const found = wanted === null ? null : findVersion(datasets, wanted);
  const [versionId, setVersionId] = useState<VersionId | null>(found?.version.id ?? (datasets[0] ? latestVersion(datasets[0]).id : null));
  const chosen = versionId === null ? null : findVersion(datasets, versionId);
  const isVariant = initial !== null && initial.config.versionId === versionId;
  const [target, setTarget] = useState<string | null>(isVariant ? initial.config.target : null);
  const [draft, setDraft] = useState<TrainDraft | null>(isVariant ? initial : null);
  /** Fine-tuning was chosen, and there is no file yet. */
  const [wantsFile, setWantsFile] = useState(false);
  /** A kind that was chosen before its suggestion has come. */
  const [wantedKind, setWantedKind] = useState<ModelKind | null>(null);
  const [isStarting, setIsStarting] = useState(false);
  const readOnly = readOnlyReason ?? (wantedKind === null ? null : 'The columns are still being looked at.');
  const profile = useCall('datasets.profile', versionId === null ? null : { versionId });
  const profiles = profile.state.status === 'ready' ? profile.state.value : null;
  const providers = useCall('providers.list', {});
  // Where people have said what is to be predicted, the form begins with it.
  const notes = useCall('columns.list', chosen === null ? null : { datasetId: chosen.dataset.id });
  const noted = chosen && notes.state.status === 'ready' ? chosen.version.columns.find(({ name }) => noteOf(notes.state.status === 'ready' ? notes.state.value : [], name)?.role === 'target')?.name ?? null : null;
  useEffect(() => { if (noted !== null) setTarget((before) => before ?? noted); }, [noted, versionId]);
  const needsSuggestion = versionId !== null && target !== null && draft?.config.target !== target;
  const suggestion = useCall('runs.suggest', needsSuggestion ? { versionId, target } : null);
  const suggestions = useKindSuggestions(versionId, target);
  useEffect(() => {
    if (needsSuggestion && suggestion.state.status === 'ready' && suggestion.state.value.target === target) setDraft(draftOf(suggestion.state.value, draft?.name ?? ''));
  }, [needsSuggestion, suggestion.state, target, draft?.name]);

  const checked = useMemo(() => {
    if (!draft || !chosen) return null;
    const result = checkDraft(draft, chosen.version, profiles);
    return wantsFile ? { ...result, config: null, errors: { ...result.errors, 'model.model': 'Choose the ONNX file to train on.' } } : result;
  }, [draft, chosen, profiles, wantsFile]);
  const start = async () => {
    if (!checked?.config || !draft || isStarting) return;
    setIsStarting(true);
    const { config } = checked;
    await attempt(async () => {
      const started = await underPolicies({ action: 'train', versionId: config.versionId }, (override) => startTraining(config, draft.name, override));
      if (started) navigate(routes.run(started.runId));
    });
    setIsStarting(false);
  };
  const copy = () => attempt(async () => {
    if (!checked?.config) return;
    const { text } = await runAsFile(checked.config);
    await navigator.clipboard.writeText(text);
    showToast('Copied the settings as YAML');
  });
  useCommands([
    { id: 'train.start', label: 'Start training', keys: 'mod+enter', icon: 'play', run: start, disabledReason: () => readOnly ?? (draft ? null : 'Choose a target first.') },
    { id: 'train.copy', label: 'Copy the settings as YAML', keys: null, icon: 'copy', words: 'config cli', run: copy, disabledReason: () => (checked?.config ? null : 'Choose a target, and correct what is marked.') },
  ]);
  const chooseVersion = (id: VersionId) => { setVersionId(id); setTarget(null); setDraft(null); setWantsFile(false); setWantedKind(null); };
  const chooseTarget = (name: string) => { setTarget(name); setWantsFile(false); setWantedKind(null); };
  const chooseKind = (kind: ModelKind) => {
    const next = suggestions[kind];
    setWantedKind(next === undefined ? kind : null);
    if (!draft || next?.status !== 'ready') return;
    setWantsFile(kind === 'imported');
    const usual = suggestions[draft.config.model.kind];
    setDraft(carryOver(draft, usual?.status === 'ready' ? usual.value : draft.config, next.value));
  };
  useEffect(() => {
    if (wantedKind !== null && suggestions[wantedKind] !== undefined) chooseKind(wantedKind);
  });
  if (!chosen) return <EmptyState icon="database">This version is no longer in the project.</EmptyState>;
  const { dataset, version } = chosen;
  const form: Form | null = draft && checked && draft.config.target === target ? {
    draft, errors: checked.errors,
    choose: (path, value) => setDraft((before) => (before ? choiceOf(before, path, value) : before)),
    type: (path, text) => setDraft((before) => (before ? withText(before, path, text) : before)),
  } : null;
  const config = checked?.config ?? draft?.config;
  const plan = config ? forecast(config, version, profiles) : null;
  const kind = wantedKind ?? (wantsFile ? 'imported' : draft?.config.model.kind);
  return (
    <div className={styles['layout']}>
      <div className={styles['form']}>
        <DataSection datasets={datasets} dataset={dataset} version={version} target={target} form={form} onVersion={chooseVersion} onTarget={chooseTarget} />
        {form && checked && config && plan && kind ? (
          <>
            <Section title="Model" end={<Segmented label="Task" value={form.draft.config.task} options={[{ value: 'classification', label: 'Classification' }, { value: 'regression', label: 'Regression' }]} onChange={(task) => form.choose('task', task)} />}>
              <TrainKindList chosen={kind} task={form.draft.config.task} suggestions={suggestions} onChoose={chooseKind} />
              {wantedKind !== null ? <Loading label="Looking at the columns" rows={1} /> : kind === 'imported' ? <FineTuneFields form={form} version={version} onFile={() => setWantsFile(false)} /> : <ModelFields form={form} version={version} />}
            </Section>
            <TrainFeatures form={form} version={version} profiles={profiles} />
            <SplitSection form={form} version={version} />
            <LossSection form={form} />
            <OptimizerSection form={form} config={config} stepsPerEpoch={plan.stepsPerEpoch} />
            <RegularisationSection form={form} />
            <ComputeSection form={form} providers={providers.state} />
          </>
        ) : target === null ? <TargetChoice version={version} onChoose={chooseTarget} />
          : suggestion.state.status === 'failed' ? <ErrorPanel isInline title="No settings could be suggested" error={suggestion.state.error} onRetry={suggestion.reload} /> : <Loading label="Looking at the columns" rows={5} />}
      </div>
      {form && checked && plan ? (
        <TrainSummary
          draft={form.draft} checked={checked} plan={plan} datasetName={dataset.name} version={version} readOnly={readOnly} isStarting={isStarting}
          onName={(name) => setDraft((before) => (before ? { ...before, name } : before))} onStart={() => void start()} onCopy={() => void copy()}
        />
      ) : null}
    </div>
  );
}

/** Another task takes a loss and a split that suit it. */
function choiceOf(draft: TrainDraft, path: string, value: unknown): TrainDraft {
  const next = withChoice(draft, path, value);
  if (path !== 'task') return next;
  const { loss, split, task } = next.config;
  const fitted = suitsTask(loss.kind, task) ? next : withChoice(next, 'loss', { kind: 'auto' });
  return task === 'regression' && split.kind === 'stratified' ? withChoice(fitted, 'split.kind', 'random') : fitted;
}
