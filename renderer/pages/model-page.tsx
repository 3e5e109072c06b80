/** One model: its stage, how well it does, what it needs, its card, and predicting with it. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Model } from '../../shared/domain/models.ts';
import { metricNames } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { failureOf } from '../../shared/errors.ts';
import { RouteLink } from '../app/link.tsx';
import { PageFrame } from '../app/page-frame.tsx';
import { datasets as datasetsListing, latestVersion, useDatasets } from '../state/datasets.ts';
import { valueOr } from '../state/loadable.ts';
import { models as modelsListing, noteModel, useModels } from '../state/models.ts';
import { predictionsOf } from '../state/predictions.ts';
import { useReadOnlyReason } from '../state/project.ts';
import { navigate, routes } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { formatBytes, formatDateTime, formatExact, formatHash, formatMetric, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { Facts } from '../ui/inspector.tsx';
import { metricHint, metricLabel } from '../ui/metric-label.ts';
import { EmptyState, ErrorPanel, Loading } from '../ui/states.tsx';
import { attempt, showToast } from '../ui/toast.tsx';
import { ModelPredict } from './model-predict.tsx';
import { StageChange } from './model-stage.tsx';
import { RunConfusion } from './run-confusion.tsx';
import { VersionsChip } from './versions-chip.tsx';
import { settingsOf, type Setting } from './setting-words.ts';
import { encodingWords, typeIcons } from './train-hints.ts';
import styles from './model-page.module.css';

export function ModelPage({ id }: { readonly id: string }): ReactElement {
  const list = useModels();
  const model = useMemo(() => (list.status === 'ready' ? list.value.find((one) => one.id === id) ?? null : null), [list, id]);
  const crumbs = [{ label: 'Models', to: routes.models() }];
  if (list.status === 'loading') return <PageFrame crumbs={crumbs} title="Model"><Loading label="Reading the model" /></PageFrame>;
  if (list.status === 'failed') return <PageFrame crumbs={crumbs} title="Model"><ErrorPanel error={list.error} onRetry={() => void modelsListing.reload()} /></PageFrame>;
  if (!model) return <PageFrame crumbs={crumbs} title="Model"><EmptyState icon="cube" actions={<Button onPress={() => navigate(routes.models())}>All models</Button>}>{failureOf('store/not-found', { kind: 'model', id }).what}</EmptyState></PageFrame>;
  return (
    <PageFrame crumbs={crumbs} title={model.name} actions={<><Button icon="clock" kind="ghost" onPress={() => navigate(routes.history({ entity: model.id }))}>History</Button><Button icon="runs" onPress={() => navigate(routes.run(model.runId))}>Open run {model.runLabel}</Button></>}>
      <ModelView model={model} />
    </PageFrame>
  );
}

/** Images have hundreds of columns. */
const inputsShown = 16;

const architectureKeys: ReadonlySet<string> = new Set(['model', 'input', 'details', 'activation', 'loss']);

/** What kind it is, what it sees of the past, and which quantiles it gives. */
function architectureOf(config: TrainConfig): readonly Setting[] {
  return settingsOf(config).filter(({ key, isUsual }) => architectureKeys.has(key) && !isUsual);
}

function ModelView({ model }: { readonly model: Model }): ReactElement {
  const readOnly = useReadOnlyReason();
  const [showsAll, setShowsAll] = useState(false);
  const runs = useRuns();
  const datasets = useDatasets();
  const run = valueOr(runs, []).find((one) => one.id === model.runId);
  const predictions = useMemo(() => predictionsOf(model, valueOr(datasets, [])), [model, datasets]);
  const names = metricNames.filter((name) => model.test[name] !== undefined);
  return (
    <div className={styles['page']}>
      <header className={styles['header']}>
        <div className={styles['titleRow']}><h2 className={styles['title']}>{model.name}</h2><VersionsChip entity={model.id} field="name" /><StageChange model={model} readOnly={readOnly} /><VersionsChip entity={model.id} field="stage" /></div>
        <p className="muted">
          {model.task === 'classification' ? `Tells ${formatPlural(model.classes.length, 'class', 'classes')} of` : 'Predicts the number'} <b className={styles['strong']}>{model.target}</b> from {formatPlural(model.inputs.length, 'column')}
          {run ? <>; trained on <RouteLink to={routes.dataset(run.datasetId, { version: run.config.versionId })}>{run.datasetName} v{run.versionNumber}</RouteLink> as <RouteLink to={routes.run(run.id)}>{run.label} {run.name}</RouteLink></> : null}.
        </p>
      </header>
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <section className={styles['section']} aria-label="Metrics">
            <div className={styles['sectionHead']}><h3>On the test part</h3>{run?.result ? <span className="muted small">{formatPlural(run.result.rowCounts.test, 'row')} it never saw in training</span> : null}</div>
            <dl className={styles['figures']}>{names.map((name) => <div key={name} title={metricHint(name)}><dt>{metricLabel(name)}</dt><dd title={formatExact(model.test[name])} className="selectable">{formatMetric(model.test[name])}</dd></div>)}</dl>
          </section>
          {datasets.status === 'failed' ? <ErrorPanel isInline error={datasets.error} onRetry={() => void datasetsListing.reload()} /> : <ModelPredict model={model} datasets={valueOr(datasets, [])} readOnly={readOnly} />}
          <section className={styles['section']} aria-label="Predictions">
            <div className={styles['sectionHead']}><h3>Predictions</h3></div>
            {predictions.length === 0 ? <p className="muted">None yet; predict for a dataset or a file above.</p> : (
              <ul className={styles['links']}>{predictions.map((dataset) => <li key={dataset.id}><Icon name="database" /><RouteLink to={routes.dataset(dataset.id)}>{dataset.name}</RouteLink><span className="muted small">{formatPlural(latestVersion(dataset).rowCount, 'row')}, {formatDateTime(latestVersion(dataset).createdAtMs)}</span></li>)}</ul>
            )}
          </section>
          {run?.result?.confusion ? <RunConfusion matrix={run.result.confusion} /> : null}
        </div>
        <div className={styles['side']}>
          <section className={styles['sideSection']} aria-label="Model card">
            <h3>Model card <VersionsChip entity={model.id} field="note" /></h3>
            <InlineEdit label="Model card" isMultiline value={model.note} placeholder="What it is for, what it is not for, what to watch." isReadOnly={readOnly !== null} maxLength={20_000} className={styles['note']} onCommit={(note, basedOn) => void attempt(() => noteModel(model.id, note, basedOn))} />
          </section>
          {run ? <section className={styles['sideSection']} aria-label="Architecture"><h3>Architecture</h3><Facts facts={architectureOf(run.config)} /></section> : null}
          <section className={styles['sideSection']} aria-label="Inputs">
            <h3>Inputs</h3>
            <ul className={styles['inputs']}>{(showsAll ? model.inputs : model.inputs.slice(0, inputsShown)).map((input) => <li key={input.name} title={`${input.type}, ${encodingWords(input.type)}`}><Icon name={typeIcons[input.type]} /><span className="ellipsis">{input.name}</span><span className="muted small">{input.type}</span></li>)}</ul>
            {!showsAll && model.inputs.length > inputsShown ? <Button kind="ghost" isSmall onPress={() => setShowsAll(true)}>Show all {formatPlural(model.inputs.length, 'column')}</Button> : null}
          </section>
          {model.classes.length > 0 ? <section className={styles['sideSection']} aria-label="Classes"><h3>Classes</h3><p className="selectable">{model.classes.join(', ')}</p></section> : null}
          <section className={styles['sideSection']} aria-label="File">
            <h3>ONNX file</h3>
            <Facts facts={[{ term: 'Size', value: formatBytes(model.sizeBytes) }, { term: 'Registered', value: formatDateTime(model.createdAtMs) }, { term: 'By', value: model.createdBy }]} />
            <p className={styles['hash']} title={model.object}><span className="mono selectable">{formatHash(model.object)}</span><IconButton icon="copy" label="Copy the hash of the model" isSmall onPress={() => void navigator.clipboard.writeText(model.object).then(() => showToast('Copied the hash of the model'), () => undefined)} /></p>
            <p className="muted small">Takes raw columns; the preprocessing is inside. Runs in any ONNX runtime.</p>
          </section>
        </div>
      </div>
    </div>
  );
}
