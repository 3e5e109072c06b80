/**
 * The sample project: penguins to classify, flights that drift from month to month, and pages that say
 * what was found. The same job is the headless demo: it goes through every use case once, for real.
 */
import { join } from 'node:path';
import type { DatasetId, ModelId, ReportId, RunId, VersionId } from '../../shared/domain/ids.ts';
import { planAsFound, type Dataset, type Tag } from '../../shared/domain/datasets.ts';
import { ModelSpec, type TrainConfig } from '../../shared/domain/train-config.ts';
import type { AppContext } from './context.ts';
import { addTag, describeDataset, getDataset, listDatasets } from './datasets.ts';
import { getReport, listReports, startDrift } from './drift.ts';
import { startImport } from './imports.ts';
import { listModels, noteModel, registerModel, setStage, startPrediction } from './models.ts';
import { writePage } from './page-writing.ts';
import { listPages, type BlockContent } from './pages.ts';
import { getRun, listRuns } from './runs.ts';
import { suggestConfig } from './suggest.ts';
import { startTraining } from './training.ts';

export interface SampleOutcome {
  readonly penguins: DatasetId;
  readonly flights: DatasetId;
  readonly flightRowCount: number;
  readonly runs: RunId[];
  readonly model: ModelId;
  readonly predictions: DatasetId;
  readonly report: ReportId;
}

/** Whether the sample has been made to its end here; what the user removed from it since stays removed. */
export function isSampleComplete({ store }: AppContext): boolean {
  return store.find(store.projectId)?.fields['sample'] === 'complete';
}

/**
 * Fills a project. What an earlier, interrupted call has made is found by its name and kept.
 * `onStep` hears what is being done, in words.
 */
export async function makeSample(context: AppContext, sampleDir: string, onStep: (step: string) => void): Promise<SampleOutcome> {
  onStep('Importing penguins');
  const penguins = await importFile(context, join(sampleDir, 'penguins.csv'), 'penguins', 'Body measurements of 344 penguins of three species near Palmer Station, Antarctica, 2007 to 2009.', [
    { key: 'source', value: 'Palmer Station LTER' }, { key: 'type', value: 'tabular' }, { key: 'sensitivity', value: 'public' },
  ]);

  onStep('Training on penguins');
  const linear = await train(context, penguins.versionId, 'species', 'Logistic regression', { model: ModelSpec.parse({ kind: 'linear' }) });
  const network = await train(context, penguins.versionId, 'species', 'MLP 32', { model: ModelSpec.parse({ kind: 'mlp', hidden: [32] }) });
  const known = listModels(context).find(({ name }) => name === 'penguin-species');
  const model = known?.id ?? registerModel(context, network, 'penguin-species').id;
  if (!known) describeModel(context, model);

  onStep('Predicting');
  const predictions = findDataset(context, 'penguins, predicted')?.id ?? await predict(context, model, penguins.versionId);

  onStep('Writing the penguin page');
  writeMissingPage(context, 'Which penguin is it?', () => penguinBlocks(context, { dataset: penguins.datasetId, linear, network }));

  onStep('Importing flights');
  const flights = await importFile(context, join(sampleDir, 'flights.parquet'), 'flights', 'US domestic departures, January to June 2001, every fifth flight of 3,000,000. Late means 15 minutes or more.', [
    { key: 'source', value: 'US BTS on-time performance' }, { key: 'type', value: 'tabular, ordered by time' }, { key: 'sensitivity', value: 'public' },
  ]);

  onStep('Measuring drift from month to month');
  const reportId = listReports(context).find(({ name }) => name === driftName)?.id ?? await measureDrift(context, flights.versionId);

  onStep('Training on flights');
  const late = await train(context, flights.versionId, 'late', 'Late or not, MLP 64-64', {
    features: ['weekday', 'hour', 'distance_mi', 'origin', 'destination'],
    split: { kind: 'time', timeColumn: 'departure', validationShare: 0.15, testShare: 0.15 },
    maxEpochs: 4, batchSize: 512,
  });

  onStep('Writing the flight page');
  const report = await getReport(context, reportId);
  writeMissingPage(context, 'Do delays drift?', () => flightBlocks(context, { dataset: flights.datasetId, report: reportId, run: late, sentence: driftSentence(report.windows) }));
  context.store.commit('sample.complete', [{ o: 'set', e: context.store.projectId, f: { sample: 'complete' } }]);
  return {
    penguins: penguins.datasetId, flights: flights.datasetId, flightRowCount: flights.rowCount,
    runs: [linear, network, late], model, predictions, report: reportId,
  };
}

const driftName = 'Flights by month against January';

async function measureDrift(context: AppContext, version: VersionId): Promise<ReportId> {
  const columns = ['weekday', 'hour', 'distance_mi', 'origin', 'destination', 'delay_min', 'late'];
  const { reportId, finished } = startDrift(context, { name: driftName, spec: { kind: 'cut', version, cutBy: 'departure', period: 'month', referenceWindows: 1, columns } });
  await finished;
  return reportId;
}

function describeModel(context: AppContext, model: ModelId): void {
  noteModel(context, model, 'Tells three penguin species apart by bill, flipper, mass, island and sex. Made for the sample project; do not use it in the field.');
  setStage(context, model, 'production', 'Best macro F1 of the two runs');
}

async function predict(context: AppContext, modelId: ModelId, versionId: VersionId): Promise<DatasetId> {
  const { datasetId, finished } = startPrediction(context, { modelId, data: { kind: 'version', versionId }, name: 'penguins, predicted' });
  await finished;
  return datasetId;
}

function findDataset(context: AppContext, wanted: string): Dataset | undefined {
  return listDatasets(context).find(({ name }) => name === wanted);
}

function writeMissingPage(context: AppContext, title: string, blocks: () => readonly BlockContent[]): void {
  if (!listPages(context).some((page) => page.title === title)) writePage(context, title, blocks());
}

async function importFile(
  context: AppContext, path: string, name: string, description: string, tags: readonly Tag[],
): Promise<{ datasetId: DatasetId; versionId: VersionId; rowCount: number }> {
  const known = findDataset(context, name);
  const latest = known?.versions.at(-1);
  if (known && latest) return { datasetId: known.id, versionId: latest.id, rowCount: latest.rowCount };
  const sniff = await context.importer.run('sniff', { path });
  const outcome = await startImport(context, { path, name, datasetId: null, plan: planAsFound(sniff) }).finished;
  describeDataset(context, outcome.datasetId, description);
  for (const tag of tags) addTag(context, 'dataset', outcome.datasetId, tag);
  return outcome;
}

async function train(context: AppContext, versionId: VersionId, target: string, name: string, change: Partial<TrainConfig>): Promise<RunId> {
  const known = listRuns(context).find((run) => run.name === name && run.status === 'done');
  if (known) return known.id;
  const config = { ...(await suggestConfig(context, versionId, target)), ...change };
  const { runId, finished } = startTraining(context, { config, name });
  await finished;
  return runId;
}

function penguinBlocks(context: AppContext, { dataset, linear, network }: { dataset: DatasetId; linear: RunId; network: RunId }): BlockContent[] {
  const accuracyOf = (id: RunId): string => percent(getRun(context.store, id).result?.test.accuracy);
  const { rowCount } = getDataset(context, dataset).versions.at(-1) ?? { rowCount: 0 };
  return [
    { kind: 'markdown', text: `The question: can we tell a penguin's species from ${rowCount} birds' bills, flippers and weight? Two rows miss their measurements and eleven the sex; both are **imputed**, with an indicator so that the model knows.` },
    { kind: 'dataset', datasetId: dataset },
    { kind: 'markdown', text: 'Both models minimise the cross-entropy of the softmax of their logits $z$:\n\n$$\\mathcal{L} = -\\frac{1}{n}\\sum_{i=1}^{n} \\log \\frac{e^{z_{i,y_i}}}{\\sum_k e^{z_{i,k}}}$$' },
    { kind: 'metric-chart', runIds: [linear, network], metric: 'logLoss' },
    { kind: 'run', runId: linear },
    { kind: 'run', runId: network },
    { kind: 'markdown', text: `## Decision\n\nOn birds that neither model has seen, logistic regression is right for **${accuracyOf(linear)}** and the network for **${accuracyOf(network)}**. The species are nearly linearly separable; a larger network is not worth it.` },
  ];
}

function flightBlocks(
  context: AppContext, { dataset, report, run, sentence }: { dataset: DatasetId; report: ReportId; run: RunId; sentence: string },
): BlockContent[] {
  const test = getRun(context.store, run).result?.test;
  return [
    { kind: 'markdown', text: 'A flight is **late** when it is 15 minutes or more behind schedule. Winter weather, spring calm, summer storms: does a model that learned in January still know June?' },
    { kind: 'dataset', datasetId: dataset },
    { kind: 'markdown', text: `## What moved\n\n${sentence}` },
    { kind: 'drift', reportId: report },
    { kind: 'markdown', text: `## What it costs\n\nTrained on the first months and tested on the last weeks, the network ranks flights with a ROC AUC of **${test?.rocAuc?.toFixed(3) ?? 'unknown'}**.` },
    { kind: 'run', runId: run },
  ];
}

/** "May 2001" of "2001-05", as the report shows it. */
function monthName(label: string): string {
  return new Date(`${label}-01`).toLocaleDateString('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });
}

function driftSentence(windows: Awaited<ReturnType<typeof getReport>>['windows']): string {
  const moved = windows.flatMap(({ label, columns }) => columns.filter(({ drifted }) => drifted).map(({ column }) => `${column} in ${monthName(label)}`));
  return moved.length === 0
    ? 'No column passed its threshold in any month; the largest changes are below.'
    : `Beyond their threshold: ${moved.slice(0, 6).join(', ')}${moved.length > 6 ? ` and ${moved.length - 6} more` : ''}.`;
}

function percent(share: number | null | undefined): string {
  return share == null ? 'unknown' : `${(share * 100).toFixed(1)} %`;
}
